/**
 * Who is believed, where several tell of the same: sources, and names under which one source says it. Whoever is believed
 * is so for as long as it tells, since whoever else tells of the same time would count it again.
 */
import type { EpochMs } from '../../units/index.ts'

/** Who is believed about a thing, and when it told last. */
export interface Believed {
  readonly source: string
  readonly at: EpochMs
}

/** One that was silent for so long gives way to another. */
const GIVES_WAY_MS = 90_000

/**
 * The source that is believed from now on, or null where none tells. `order`: whom to prefer, where nobody is believed
 * yet or whoever was has been silent.
 */
export function believe(
  before: Believed | null,
  telling: readonly string[],
  now: EpochMs,
  order: (source: string) => number,
): Believed | null {
  if (before !== null && telling.includes(before.source)) return { source: before.source, at: now }
  // A clock that was set back says nothing of how long it was silent: from now on it counts.
  if (before !== null && before.at > now) return { source: before.source, at: now }
  if (before !== null && now - before.at < GIVES_WAY_MS) return before
  const [best] = telling.toSorted((a, b) => order(a) - order(b) || (a < b ? -1 : 1))
  return best === undefined ? before : { source: best, at: now }
}

export interface RankedName {
  readonly name: string
  /** The least tells most. */
  readonly rank: number
}

export interface NameChoice {
  /** Of the names that a teller says now, the best first, the one that is believed; null for none. */
  choose(teller: string, names: readonly RankedName[], now: EpochMs): string | null
}

/** Of more tellers than a source can have it begins anew. */
const MAX_TELLERS = 20_000

/** Of one source. */
export function createNameChoice(): NameChoice {
  const chosen = new Map<string, RankedName & { readonly at: EpochMs }>()
  return {
    choose(teller, names, now) {
      const [best] = names
      if (best === undefined) return null
      const before = chosen.get(teller)
      if (before === undefined && chosen.size >= MAX_TELLERS) chosen.clear()
      const isSilent = before !== undefined && now - before.at >= GIVES_WAY_MS
      if (before === undefined || isSilent) {
        chosen.set(teller, { ...best, at: now })
        return best.name
      }
      const tells = names.some(({ name }) => name === before.name)
      // A better one is believed from its next word on: the time that this one covers may be told already.
      if (best.rank < before.rank) chosen.set(teller, { ...best, at: now })
      else if (tells || before.at > now) chosen.set(teller, { ...before, at: now })
      return tells ? before.name : null
    },
  }
}
