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

/** Where the first change is to be expected within an interval that has one. */
export function firstChange(interval: number, { chance, stale }: Ahead): number {
  return chance < 1e-9 ? interval / 2 : interval - Math.min(interval, stale / chance)
}

/** No interval with a change counts for less of the time up to it. */
const LEAST_COUNTED = 0.2

/**
 * The time that counts as seen where something changed after `first`: what follows hides further changes, so as many of
 * them as are to be expected are taken off at a mean dwell time each. By chance nothing of it is left, of a regular client
 * nearly all.
 */
export function timeSeen(hazard: Hazard, first: number, rest: number): number {
  let hidden = 0
  for (let bucket = 0; bucketStart(bucket) < rest && bucket < AGE_BUCKETS; bucket += 1)
    hidden += (hazard[bucket] ?? 0) * (Math.min(rest, bucketEnd(bucket)) - bucketStart(bucket))
  return Math.max(LEAST_COUNTED * first, first + rest - hidden)
}

const bucketStart = (bucket: number): number => AGE_EDGES[bucket] ?? 0

/** The last bucket has no end. */
export function bucketEnd(bucket: number): number {
  return bucket + 1 < AGE_BUCKETS ? (AGE_EDGES[bucket + 1] ?? Infinity) : Infinity
}

/** The integral of e^(-rate t) over the length; a series where the difference would lose its digits. */
export function meanStay(rate: number, length: number, staysFor: number): number {
  const x = rate * length
  return x < 1e-4 ? length * (1 - x / 2) : (1 - staysFor) / rate
}
