/**
 * Holds how often which values occurred, as a mergeable base-2 exponential histogram at the fixed scale 6.
 * Bucket i holds the values v with 2^(i/64) < v ≤ 2^((i+1)/64), the indices of OpenTelemetry, so that a distribution
 * leaves as an OTLP or Prometheus native histogram without loss. Quantiles are off by at most 0.55 %.
 */
import { bucketIndex, bucketUpperBound, LAST_INDEX, LEAST_INDEX } from './bucket-index.ts'

/** A JSON-friendly, immutable value. `buckets` is dense from the index `offset`; `min` and `max` are 0 when empty. */
export type Distribution = {
  readonly count: number
  readonly zeroCount: number
  readonly sum: number
  readonly min: number
  readonly max: number
  readonly offset: number
  readonly buckets: readonly number[]
}

export const emptyDistribution: Distribution = {
  count: 0,
  zeroCount: 0,
  sum: 0,
  min: 0,
  max: 0,
  offset: 0,
  buckets: [],
}

/** Negative values and NaN are left out; to count them use a recorder. */
export function distributionOf(values: Iterable<number>): Distribution {
  const counts = new Map<number, number>()
  let [count, zeroCount, sum, min, max] = [0, 0, 0, Infinity, 0]
  let [lowest, highest] = [Infinity, -Infinity]
  for (const value of values) {
    if (!(value >= 0 && value < Infinity)) continue
    count += 1
    sum += value
    min = Math.min(min, value)
    max = Math.max(max, value)
    const index = bucketIndex(value)
    if (index < LEAST_INDEX) {
      zeroCount += 1
      continue
    }
    counts.set(index, (counts.get(index) ?? 0) + 1)
    lowest = Math.min(lowest, index)
    highest = Math.max(highest, index)
  }
  if (count === 0) return emptyDistribution
  if (zeroCount === count) return { count, zeroCount, sum, min, max, offset: 0, buckets: [] }
  const buckets = Array.from(
    { length: highest - lowest + 1 },
    (_, position) => counts.get(lowest + position) ?? 0,
  )
  return { count, zeroCount, sum, min, max, offset: lowest, buckets }
}

/** What both saw together; the order does not matter, and an empty distribution changes nothing. */
export function mergeDistributions(a: Distribution, b: Distribution): Distribution {
  if (a.count === 0) return b
  if (b.count === 0) return a
  return {
    count: a.count + b.count,
    zeroCount: a.zeroCount + b.zeroCount,
    sum: a.sum + b.sum,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    ...mergeBuckets(a, b),
  }
}

function mergeBuckets(a: Distribution, b: Distribution): Pick<Distribution, 'offset' | 'buckets'> {
  if (a.buckets.length === 0) return { offset: b.offset, buckets: b.buckets }
  if (b.buckets.length === 0) return { offset: a.offset, buckets: a.buckets }
  const offset = Math.min(a.offset, b.offset)
  const end = Math.max(a.offset + a.buckets.length, b.offset + b.buckets.length)
  const buckets = Array.from({ length: end - offset }, (_, position) => {
    const index = offset + position
    return (a.buckets[index - a.offset] ?? 0) + (b.buckets[index - b.offset] ?? 0)
  })
  return { offset, buckets }
}

/** What all of them saw together, without a distribution for each step. */
export function mergeAll(all: readonly Distribution[]): Distribution {
  const some = all.filter(({ count }) => count > 0)
  const [first, second] = some
  if (first === undefined) return emptyDistribution
  if (second === undefined || some.length === 2) return mergeDistributions(first, second ?? emptyDistribution)
  const held = some.filter(({ buckets }) => buckets.length > 0)
  let [offset, end] = [Infinity, -Infinity]
  for (const one of held) {
    offset = Math.min(offset, one.offset)
    end = Math.max(end, one.offset + one.buckets.length)
  }
  const buckets = new Float64Array(held.length === 0 ? 0 : end - offset)
  for (const one of held) {
    const shift = one.offset - offset
    for (let i = 0; i < one.buckets.length; i++)
      buckets[shift + i] = (buckets[shift + i] ?? 0) + (one.buckets[i] ?? 0)
  }
  let [count, zeroCount, sum, min, max] = [0, 0, 0, Infinity, 0]
  for (const one of some) {
    count += one.count
    zeroCount += one.zeroCount
    sum += one.sum
    min = Math.min(min, one.min)
    max = Math.max(max, one.max)
  }
  return { count, zeroCount, sum, min, max, offset: held.length === 0 ? 0 : offset, buckets: [...buckets] }
}

/**
 * What was seen after the cumulative state `earlier`, up to `later`. When `later` has seen less, it began anew, and all
 * of it is returned. Minimum and maximum are known to the bucket only.
 */
export function subtractDistribution(later: Distribution, earlier: Distribution): Distribution {
  if (earlier.count === 0 || later.count < earlier.count) return later
  const zeroCount = Math.max(0, later.zeroCount - earlier.zeroCount)
  const shift = later.offset - earlier.offset
  const buckets: number[] = []
  let [first, last] = [-1, -1]
  let count = zeroCount
  // One loop, as this is done with every histogram that sources send.
  for (let position = 0; position < later.buckets.length; position++) {
    const seen = Math.max(0, (later.buckets[position] ?? 0) - (earlier.buckets[position + shift] ?? 0))
    count += seen
    if (seen > 0) {
      if (first === -1) first = position
      last = position
    }
    if (first !== -1) buckets.push(seen)
  }
  if (count === 0) return emptyDistribution
  const sum = Math.max(0, later.sum - earlier.sum)
  if (first === -1) return { count, zeroCount, sum, min: 0, max: 0, offset: 0, buckets: [] }
  const offset = later.offset + first
  const lowest = zeroCount > 0 ? 0 : Math.max(later.min, bucketUpperBound(offset - 1))
  const highest =
    later.offset + last >= LAST_INDEX ? later.max : Math.min(later.max, bucketUpperBound(later.offset + last))
  buckets.length = last - first + 1
  return { count, zeroCount, sum, min: lowest, max: highest, offset, buckets }
}
