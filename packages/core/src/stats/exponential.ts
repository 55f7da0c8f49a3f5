/**
 * Takes exponential histograms of any scale, as OpenTelemetry sends them, into ours of scale 6. Whatever the values are
 * multiplied with is multiplied in the same step, from the finest buckets that there are: a value is then off by no more
 * than half of its bucket there and half of its bucket here.
 */
import { bucketUpperBound, LAST_INDEX, LEAST_INDEX } from './bucket-index.ts'
import { emptyDistribution, type Distribution } from './distribution.ts'

export interface ExponentialHistogram {
  /** Bucket i holds the values v with base^i < v ≤ base^(i+1), where base is 2^(2^-scale). */
  readonly scale: number
  readonly zeroCount: number
  /** The index of the first bucket. */
  readonly offset: number
  readonly counts: ArrayLike<number>
  /** How many of `counts` are meant, from the first on. */
  readonly length: number
  /** What is not known is estimated from the buckets. */
  readonly sum: number | null
  readonly min: number | null
  readonly max: number | null
}

const SCALE = 6
const BUCKETS_PER_OCTAVE = 2 ** SCALE

/** `factor`: what each value is multiplied with, as a thousand from seconds to milliseconds. */
export function distributionOfExponential(histogram: ExponentialHistogram, factor = 1): Distribution {
  const { counts, length, offset, scale } = histogram
  const width = 2 ** (SCALE - scale)
  const shift = Math.log2(factor) * BUCKETS_PER_OCTAVE
  const indexOf =
    factor === 1 && width <= 1
      ? (position: number): number => Math.floor((offset + position) * width)
      : (position: number): number => Math.ceil((offset + position + 0.5) * width + shift) - 1
  const [first, last] = ends(counts, length)
  let zeroCount = histogram.zeroCount
  if (first === -1) return withoutBuckets(histogram, factor)
  const lowest = Math.min(LAST_INDEX, Math.max(LEAST_INDEX, indexOf(first)))
  const highest = Math.min(LAST_INDEX, Math.max(LEAST_INDEX, indexOf(last)))
  const buckets = Array.from<number>({ length: highest - lowest + 1 }).fill(0)
  let count = histogram.zeroCount
  for (let position = first; position <= last; position++) {
    const counted = counts[position] ?? 0
    if (counted === 0) continue
    count += counted
    const index = Math.min(LAST_INDEX, indexOf(position))
    if (index < LEAST_INDEX) zeroCount += counted
    else buckets[index - lowest] = (buckets[index - lowest] ?? 0) + counted
  }
  const bounds = boundsOf(histogram, { lowest, highest, zeroCount, factor })
  if (zeroCount === count) return { ...withoutBuckets(histogram, factor), count, zeroCount }
  const sum = histogram.sum === null ? estimatedSum(buckets, lowest) : histogram.sum * factor
  return { count, zeroCount, sum, ...bounds, offset: lowest, buckets }
}

function ends(counts: ArrayLike<number>, length: number): readonly [first: number, last: number] {
  let first = 0
  while (first < length && counts[first] === 0) first++
  if (first >= length) return [-1, -1]
  let last = length - 1
  while (counts[last] === 0) last--
  return [first, last]
}

/** All values are next to nothing. */
function withoutBuckets({ zeroCount, sum, max }: ExponentialHistogram, factor: number): Distribution {
  if (zeroCount === 0) return emptyDistribution
  return {
    count: zeroCount,
    zeroCount,
    sum: (sum ?? 0) * factor,
    min: 0,
    max: Math.max(0, max ?? 0) * factor,
    offset: 0,
    buckets: [],
  }
}

interface Ends {
  readonly lowest: number
  readonly highest: number
  readonly zeroCount: number
  readonly factor: number
}

/** Who says least and greatest values that cannot be is not believed. */
function boundsOf(
  { min, max }: ExponentialHistogram,
  { lowest, highest, zeroCount, factor }: Ends,
): Pick<Distribution, 'min' | 'max'> {
  const least = zeroCount > 0 ? 0 : bucketUpperBound(lowest - 1)
  const greatest = bucketUpperBound(highest)
  const isSaid = min !== null && max !== null && min >= 0 && max >= min && max < Infinity
  if (isSaid) return { min: min * factor, max: max * factor }
  return { min: least, max: greatest }
}

function estimatedSum(buckets: readonly number[], offset: number): number {
  let sum = 0
  for (const [position, counted] of buckets.entries()) {
    const index = offset + position
    sum += counted * Math.sqrt(bucketUpperBound(index - 1) * bucketUpperBound(index))
  }
  return sum
}
