/**
 * What is added to or taken from the instances that the levels need: none where nothing comes (A3.19), a warm
 * spare where one failure would be dear, and only as many as the service may have where instances are short
 * (A3.23). Each with its reason.
 */
import {
  expectedMoneyOf,
  sharesAt,
  sparesFor,
  startLossOf,
  totalOf,
  type InstanceCounts,
  type Ladder,
  type Outlooks,
  type ScaleState,
  type Spare,
  type Stake,
} from '../allocation/index.ts'
import type { PartName } from '../units/index.ts'
import type { AllocateInput } from './allocate.ts'
import { failuresPerHour } from './fragility.ts'
import { asleep, sleepersOf, startMsOf } from './idling.ts'
import type { Reason } from './plan.ts'
import { rationed } from './ration.ts'

export interface AdjustInput extends AllocateInput {
  readonly ladder: Ladder
  readonly outlooks: Outlooks
  readonly stakes: readonly Stake[]
  /** What the levels need. */
  readonly needed: InstanceCounts
  /** Operations a second that are forecast; null while too little was seen. */
  readonly expectedRate: number | null
  readonly plannedRate: number
}

export interface Adjusted {
  readonly counts: InstanceCounts
  /** Instances that it would have if there were enough. */
  readonly wants: number
  /** Those among them that only wait for a failure. */
  readonly spares: InstanceCounts
  readonly reasons: readonly Reason[]
  /** Null where what the levels need is why. */
  readonly reasonFor: (part: PartName, direction: 'up' | 'down') => Reason | null
  /** What is owed in addition with fewer instances than wanted, in micro-units an hour. */
  readonly lossAt: (instances: number) => number
}

/** Until a failure is noticed and its replacement ordered. */
const NOTICED_AFTER_MS = 10_000

export function adjust(input: AdjustInput): Adjusted {
  const { ladder, needed, state, share, plannedRate } = input
  const sleeping = new Set(asleepParts(input))
  const spares = sleeping.size > 0 ? [] : sparesOf(input)
  const wanted: InstanceCounts = Object.fromEntries(
    Object.entries(needed).map(([part, count]) => {
      if (sleeping.has(part)) return [part, 0]
      return [part, count + (spares.some((spare) => spare.part === part) ? 1 : 0)]
    }),
  )
  const counts = rationed(wanted, share?.atMost ?? Infinity, ladder, plannedRate)
  const isRationed = totalOf(counts) < totalOf(wanted)
  const wakes = sleeping.size === 0 && sleepersOf(input).some(({ name }) => state.wanted[name] === 0)
  return {
    counts,
    wants: totalOf(wanted),
    spares: isRationed ? {} : Object.fromEntries(spares.map(({ part }) => [part, 1])),
    reasons: [...(share?.reasons ?? []), ...(isRationed ? [] : spares.map(spareReason))],
    reasonFor: (part, direction) => {
      const had = state.wanted[part] ?? 0
      const gets = counts[part] ?? 0
      if (direction === 'down') {
        if (sleeping.has(part)) return idleReason(part)
        return gets < (wanted[part] ?? 0) ? yieldReason(part, gets, share?.reasons ?? []) : null
      }
      if (wakes && had === 0) return wakeReason(part)
      const spare = spares.find((one) => one.part === part)
      return spare !== undefined && (needed[part] ?? 0) <= had ? spareReason(spare) : null
    },
    lossAt: (instances) => lossWith(input, wanted, rationed(wanted, instances, ladder, plannedRate)),
  }
}

function asleepParts(input: AdjustInput): readonly string[] {
  if (sleepersOf(input).length === 0) return []
  const start = { rate: input.expectedRate ?? 0, startMs: startMsOf(input.service.parts) }
  const startLoss = startLossOf(input.stakes, input.ladder.problem.goals, start)
  return asleep({ ...input, startLoss }).map(({ name }) => name)
}

function sparesOf(input: AdjustInput): readonly Spare[] {
  const { service, ladder, stakes, needed, state, plannedRate } = input
  const found = sparesFor({
    ladder,
    stakes,
    rate: plannedRate,
    counts: needed,
    replacedAfterMs: (part) => {
      const startMs = service.parts.find(({ name }) => name === part)?.characteristics?.startTime ?? 0
      return startMs + NOTICED_AFTER_MS
    },
    failuresPerHour: failuresPerHour(state.fragility),
  })
  const { atMost } = ladder.problem
  return atMost === null ? found : found.slice(0, Math.max(0, atMost - totalOf(needed)))
}

function lossWith(
  { ladder, stakes, outlooks }: AdjustInput,
  wanted: InstanceCounts,
  counts: InstanceCounts,
): number {
  const owed = (of: InstanceCounts): number =>
    expectedMoneyOf({ ladder, stakes, outlooks, current: of, waiting: 0 })(of).remedies
  return Math.max(0, owed(counts) - owed(wanted))
}

/** What was decided as it came out: what is not changed has not changed just now. */
export function asCarriedOut(
  { ladder, outlooks, state }: AdjustInput,
  decided: ScaleState,
  counts: InstanceCounts,
): ScaleState {
  const isSame = Object.entries(counts).every(([part, count]) => countIn(state.wanted, part) === count)
  return {
    ...decided,
    lastChangeAt: isSame ? state.scale.lastChangeAt : decided.lastChangeAt,
    expectedMisses: sharesAt(ladder, counts, outlooks.now.rate).map((share) => 1 - share),
  }
}

const countIn = (counts: Readonly<Record<string, number>>, part: string): number | undefined => counts[part]

const idleReason = (part: PartName): Reason => ({
  code: 'idle',
  part,
  says: `Nothing came for longer than it pays to wait, and a cold start is allowed: part ${part} needs no instance.`,
})

const wakeReason = (part: PartName): Reason => ({
  code: 'woken',
  part,
  says: `An operation came, or is to be expected: part ${part} starts.`,
})

export const perHour = (micros: number): string => `${(micros / 1_000_000).toPrecision(2)} an hour`

const spareReason = ({ part, saves, costs }: Spare): Reason => ({
  code: 'warm-spare',
  part,
  says: `Part ${part} has one instance more than it needs: it costs ${perHour(costs)} and saves ${perHour(saves)} of remedies for a failed one.`,
})

const yieldReason = (part: PartName, count: number, reasons: readonly Reason[]): Reason => ({
  code: 'yielded',
  part,
  says: `Part ${part} is left with ${count}. ${reasons[0]?.says ?? ''}`.trim(),
})
