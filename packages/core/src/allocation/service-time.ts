/**
 * Follows the service time that instances are planned with. Service times vary from one operation to the
 * next, so the time that was last planned with stays until a mean has moved away from it by more than chance
 * explains: a short one for sudden changes, a long one for slight ones. A part whose times only waver is not
 * planned anew.
 */

export interface FollowedTime {
  /** Mean over about the last `SHORT_OPERATIONS`. */
  readonly shortMs: number
  /** Mean over about the last `LONG_OPERATIONS`. */
  readonly longMs: number
  /** Squared variation of single times. */
  readonly variation: number
  /** Operations seen, up to the longer memory. */
  readonly seen: number
  /** Null before enough were seen. */
  readonly plannedMs: number | null
  /** Operations that the planned time is the mean of. */
  readonly basedOn: number
}

const SHORT_OPERATIONS = 200
const LONG_OPERATIONS = 2_000
/** Before so many the expected time counts. */
const ENOUGH_OPERATIONS = 200
/** Standard deviations of chance, of both means that are compared. */
const SIGNIFICANT = 4
/** What differs by less is the same time: clocks and schedulers are no more exact. */
const SAME_SHARE = 0.01

export function followTime(
  before: FollowedTime | undefined,
  span: { readonly count: number; readonly meanMs: number; readonly squaredVariation: number },
): FollowedTime | undefined {
  const { count, meanMs, squaredVariation } = span
  if (count === 0) return before
  const past = before ?? nothingFollowed
  const seen = Math.min(LONG_OPERATIONS, past.seen + count)
  const measured = {
    shortMs: mix(past.shortMs, meanMs, Math.min(1, count / Math.min(SHORT_OPERATIONS, seen))),
    longMs: mix(past.longMs, meanMs, Math.min(1, count / seen)),
    variation: mix(past.variation, squaredVariation, Math.min(1, count / seen)),
    seen,
  }
  const { shortMs, longMs } = measured
  const { plannedMs, basedOn } = past
  // The longer a time lasts the better it is known; it is looked at again whenever what was seen has doubled.
  const refine = seen >= Math.max(ENOUGH_OPERATIONS, 2 * basedOn)
  if (plannedMs === null || refine)
    return { ...measured, plannedMs: refine ? longMs : null, basedOn: refine ? seen : 0 }
  // A sudden change is one of all times to come: what was long ago does not count any more.
  if (hasMoved(past, shortMs, SHORT_OPERATIONS))
    return {
      ...measured,
      longMs: shortMs,
      seen: SHORT_OPERATIONS,
      plannedMs: shortMs,
      basedOn: SHORT_OPERATIONS,
    }
  return hasMoved(past, longMs, seen)
    ? { ...measured, plannedMs: longMs, basedOn: seen }
    : { ...measured, plannedMs, basedOn }
}

const nothingFollowed: FollowedTime = {
  shortMs: 0,
  longMs: 0,
  variation: 0,
  seen: 0,
  plannedMs: null,
  basedOn: 0,
}

function hasMoved({ plannedMs, variation, basedOn }: FollowedTime, toMs: number, over: number): boolean {
  const fromMs = plannedMs ?? toMs
  const chance = Math.sqrt(variation * (1 / over + 1 / Math.max(1, basedOn)))
  return Math.abs(toMs - fromMs) > fromMs * Math.max(SAME_SHARE, SIGNIFICANT * chance)
}

const mix = (a: number, b: number, weight: number): number => a + (b - a) * weight
