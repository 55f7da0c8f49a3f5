/**
 * What a hazard by age says of an interval: the chance of a change in it and how long the copy would be wrong. The
 * hazard is constant within an age bucket, so all is exact; nothing is summed by small steps.
 */
import { AGE_BUCKETS, AGE_EDGES, ageBucket } from './age-grid.ts'

/** Changes per mean dwell time, one figure for each age bucket. */
export type Hazard = Float64Array

export interface Ahead {
  /** P(changed within the interval). */
  readonly chance: number
  /** The expected time in the interval for which the copy is wrong. */
  readonly stale: number
}

/** Ages and intervals in mean dwell times. */
export function lookAhead(hazard: Hazard, age: number, interval: number): Ahead {
  const end = age + interval
  let alive = 1
  let chance = 0
  let kept = 0
  let from = age
  for (let bucket = ageBucket(age); from < end; bucket += 1) {
    const to = Math.min(end, bucketEnd(bucket))
    const length = Math.max(0, to - from)
    const rate = hazard[bucket] ?? 0
    const staysFor = Math.exp(-rate * length)
    // Summed, as 1 − alive loses the digits of small chances.
    chance -= alive * Math.expm1(-rate * length)
    kept += alive * meanStay(rate, length, staysFor)
    alive *= staysFor
    from = to
  }
  return { chance, stale: Math.max(0, interval - kept) }
}

/** The last bucket has no end. */
export function bucketEnd(bucket: number): number {
  return bucket + 1 < AGE_BUCKETS ? (AGE_EDGES[bucket + 1] ?? Infinity) : Infinity
}

/** The integral of e^(-rate t) over the length; a series where the difference would lose its digits. */
export function meanStay(rate: number, length: number, staysFor: number): number {
  const x = rate * length
  return x < 1e-4 ? length * (1 - x / 2) : (1 - staysFor) / rate
}
