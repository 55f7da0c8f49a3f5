/** What is wanted of a client's next update, what limits it, and the answer with all that explains it. */
import type { Kind, KINDS } from './behaviour.ts'
import type { RateEstimate } from './rate-estimate.ts'
import { lookAhead, type Hazard } from './survival.ts'

/** Of each client, or of all together. */
export type Wanted =
  /** Each client's copy is wrong for at most this share of time. */
  | { readonly kind: 'stale'; readonly share: number }
  /** When the next update is due, the copy is wrong with at most this chance. */
  | { readonly kind: 'chance'; readonly chance: number }
  /** An update should save so many milliseconds of wrongness: least wrongness of all for the updates there are. */
  | {
      readonly kind: 'price'
      readonly costMs: number
      /** Also of a client whose whole wrongness is not worth an update some are sent: it is put off, not given up. */
      readonly forAll?: true
    }

export interface Limits {
  readonly leastMs: number
  readonly mostMs: number
}

/** Why so long: every figure that the interval follows from. */
export interface NextUpdate {
  readonly intervalMs: number
  /** What the interval would not have been without. */
  readonly boundBy: 'wanted' | 'least' | 'most'
  readonly kind: (typeof KINDS)[Kind]
  readonly rate: RateEstimate
  readonly dwellMs: number
  readonly hourFactor: number
  readonly ageMs: number
  /** P(changed when the update comes). */
  readonly chance: number
  /** Expected of the time until then. */
  readonly staleShare: number
}

export function withinLimits(
  wishedMs: number,
  { leastMs, mostMs }: Limits,
): Pick<NextUpdate, 'intervalMs' | 'boundBy'> {
  if (wishedMs < leastMs) return { intervalMs: leastMs, boundBy: 'least' }
  if (wishedMs > mostMs) return { intervalMs: mostMs, boundBy: 'most' }
  return { intervalMs: wishedMs, boundBy: 'wanted' }
}

const LEAST_OCTAVE = -20
const MOST_OCTAVE = 10
const STEPS = 24

/** In mean dwell times: the longest interval in which a change has at most this chance. */
export function intervalOfChance(hazard: Hazard, age: number, chance: number): number {
  let low = LEAST_OCTAVE
  let high = MOST_OCTAVE
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2
    if (lookAhead(hazard, age, 2 ** middle).chance > chance) high = middle
    else low = middle
  }
  return 2 ** low
}
