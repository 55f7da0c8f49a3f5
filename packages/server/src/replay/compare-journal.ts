/**
 * Compares what replay decides with what the journal says was decided, to the byte. A tick without an entry on
 * either side is the same as well: both found nothing worth one.
 */
import { canonicalJson } from '@holdfast/core/control'
import type { EpochMs } from '@holdfast/core/units'
import { firstDifference, type Difference } from './first-difference.ts'
import type { ReplayStep } from './replay-ticks.ts'

/** A decision as the journal has it; what made it is a tick of the loop. */
export interface JournaledDecision {
  readonly at: EpochMs
  readonly sequence: number
  readonly body: unknown
}

interface DifferentDecision {
  readonly at: EpochMs
  /** Of the journal's entry; null where it has none. */
  readonly sequence: number | null
  readonly says: string
  /** Where the two first differ; null where one of them is missing. */
  readonly difference: Difference | null
}

export interface Comparison {
  readonly ticks: number
  /** Ticks of which the journal has an entry. */
  readonly entries: number
  readonly same: number
  readonly different: number
  readonly first: DifferentDecision | null
  readonly gaps: readonly { readonly from: EpochMs; readonly to: EpochMs }[]
}

interface JournalComparison {
  add(step: ReplayStep): void
  /** An entry that no tick on record belongs to counts as different, unless it lies in a gap. */
  result(): Comparison
}

export function compareWithJournal(journal: readonly JournaledDecision[]): JournalComparison {
  const left = new Map(journal.map((entry) => [entry.at, entry]))
  const gaps: Extract<ReplayStep, { readonly kind: 'gap' }>[] = []
  let [ticks, entries, different] = [0, 0, 0]
  let [firstTick, lastTick] = [Infinity, -Infinity]
  let first: DifferentDecision | null = null
  const differs = (found: DifferentDecision | null): void => {
    if (found === null) return
    different += 1
    first ??= found
  }
  return {
    add(step) {
      if (step.kind === 'gap') {
        gaps.push(step)
      } else if (step.kind === 'other-state') {
        const { at, recorded, replayed } = step
        const says = 'The state on record is not the one that deciding again has led to.'
        differs({ at, sequence: null, says, difference: firstDifference(recorded, replayed) })
      } else {
        const { now } = step.input
        const journaled = left.get(now) ?? null
        left.delete(now)
        ticks += 1
        if (journaled !== null) entries += 1
        firstTick = Math.min(firstTick, now)
        lastTick = Math.max(lastTick, now)
        differs(compareTick(now, journaled, step.entry))
      }
    },
    result() {
      for (const { at, sequence } of left.values()) {
        const isOnRecord = at > firstTick && at < lastTick
        if (!isOnRecord || gaps.some(({ from, nextTick }) => at > from && at < nextTick)) continue
        differs({
          at,
          sequence,
          says: 'The journal has a decision of which no tick is on record.',
          difference: null,
        })
      }
      const spans = gaps.map(({ from, to }) => ({ from, to }))
      return { ticks, entries, same: Math.max(0, ticks - different), different, first, gaps: spans }
    },
  }
}

function compareTick(
  at: EpochMs,
  journaled: JournaledDecision | null,
  entry: string | null,
): DifferentDecision | null {
  if (journaled === null) {
    if (entry === null) return null
    return {
      at,
      sequence: null,
      says: 'Decided again it is worth an entry; the journal has none.',
      difference: null,
    }
  }
  const { sequence, body } = journaled
  if (entry === null)
    return {
      at,
      sequence,
      says: 'The journal has an entry; decided again it is not worth one.',
      difference: null,
    }
  if (canonicalJson(body) === entry) return null
  const difference = firstDifference(body, JSON.parse(entry))
  return { at, sequence, says: 'Decided again it comes out otherwise.', difference }
}
