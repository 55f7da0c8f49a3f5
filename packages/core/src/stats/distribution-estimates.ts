/**
 * Holds what can be said of a distribution: quantiles, mean, spread, and how many values were within a limit.
 * Only `mean` is exact; the others know values to their bucket. An empty distribution answers 0 to everything.
 */
import { bucketUpperBound } from './bucket-index.ts'
import type { Distribution } from './distribution.ts'

/** The value that a share `q` (0 to 1) of all values does not exceed, by the nearest rank. */
export function quantile(distribution: Distribution, q: number): number {
  const [value = 0] = quantiles(distribution, [q])
  return value
}

/** The same for several shares, the lowest first. */
export function quantiles(distribution: Distribution, shares: readonly number[]): readonly number[] {
  const { count, zeroCount, min, max, offset, buckets } = distribution
  const values: number[] = []
  let seen = zeroCount
  let position = -1
  for (const share of shares) {
    const rank = Math.max(1, Math.ceil(share * count))
    if (rank >= count) values.push(max)
    else if (rank === 1 || rank <= zeroCount) values.push(min)
    else {
      while (seen < rank && position + 1 < buckets.length) seen += buckets[++position] ?? 0
      values.push(seen < rank ? max : bucketMiddle(distribution, offset + position))
    }
  }
  return values
}

export function mean(distribution: Distribution): number {
  return distribution.count === 0 ? 0 : distribution.sum / distribution.count
}

/** The mean squared distance from the mean, all values of a bucket taken to lie in its middle. */
export function variance(distribution: Distribution): number {
  return bucketMoments(distribution).variance
}

/** The squared coefficient of variation, which queueing formulas ask for: variance ÷ mean². */
export function squaredVariation(distribution: Distribution): number {
  const moments = bucketMoments(distribution)
  return moments.mean === 0 ? 0 : moments.variance / moments.mean ** 2
}

/** How many values were at most `limit`; the bucket that the limit cuts counts in proportion to the logarithm. */
export function countAtMost(distribution: Distribution, limit: number): number {
  if (distribution.count === 0 || limit < distribution.min) return 0
  if (limit >= distribution.max) return distribution.count
  let within = distribution.zeroCount
  for (const [position, count] of distribution.buckets.entries()) {
    const index = distribution.offset + position
    const lower = bucketUpperBound(index - 1)
    if (limit <= lower) break
    const upper = bucketUpperBound(index)
    within += limit >= upper ? count : count * sharesBelow(distribution, lower, upper, limit)
  }
  return within
}

/** The bucket is cut to what lies between minimum and maximum, so that the ends are not smeared. */
function sharesBelow(distribution: Distribution, lower: number, upper: number, limit: number): number {
  const from = Math.log2(Math.max(lower, distribution.min))
  const to = Math.log2(Math.min(upper, distribution.max))
  if (to <= from) return 1
  return Math.min(1, Math.max(0, (Math.log2(limit) - from) / (to - from)))
}

/** The mean here is that of the buckets' middles, so that equal values have no variance. */
function bucketMoments(distribution: Distribution): { readonly mean: number; readonly variance: number } {
  if (distribution.count === 0) return { mean: 0, variance: 0 }
  const middles = distribution.buckets.map((_, position) =>
    bucketMiddle(distribution, distribution.offset + position),
  )
  const total = distribution.buckets.reduce(
    (sum, count, position) => sum + count * (middles[position] ?? 0),
    0,
  )
  const average = total / distribution.count
  const squares = distribution.buckets.reduce(
    (sum, count, position) => sum + count * ((middles[position] ?? 0) - average) ** 2,
    distribution.zeroCount * average ** 2,
  )
  return { mean: average, variance: squares / distribution.count }
}

/** The geometric middle, whose relative error is the same on both sides. */
function bucketMiddle(distribution: Distribution, index: number): number {
  const middle = Math.sqrt(bucketUpperBound(index - 1) * bucketUpperBound(index))
  return Math.min(distribution.max, Math.max(distribution.min, middle))
}
