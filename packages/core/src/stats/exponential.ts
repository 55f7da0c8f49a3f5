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
  const first = firstCounted(counts, length)
  if (first === length) return withoutBuckets(histogram, factor)
  const width = 2 ** (SCALE - scale)
  const isExact = factor === 1 && width <= 1
  // Of a bucket that is not wholly within one of ours the middle, by the logarithm, says where it goes.
  const begin = isExact ? offset * width : (offset + 0.5) * width + Math.log2(factor) * BUCKETS_PER_OCTAVE
  const buckets: number[] = []
  let lowest = LEAST_INDEX
  let { zeroCount } = histogram
  let count = zeroCount
  for (let position = first; position < length; position++) {
    const counted = counts[position] ?? 0
    if (counted === 0) continue
    count += counted
    const edge = begin + position * width
    const index = Math.min(LAST_INDEX, isExact ? Math.floor(edge) : Math.ceil(edge) - 1)
    if (index < LEAST_INDEX) {
      zeroCount += counted
      continue
    }
    if (buckets.length === 0) lowest = index
    while (lowest + buckets.length <= index) buckets.push(0)
    buckets[index - lowest] = (buckets[index - lowest] ?? 0) + counted
  }
  if (zeroCount === count) return { ...withoutBuckets(histogram, factor), count, zeroCount }
  const sum = histogram.sum === null ? estimatedSum(buckets, lowest) : histogram.sum * factor
  const bounds = boundsOf(histogram, { lowest, highest: lowest + buckets.length - 1, zeroCount, factor })
  return { count, zeroCount, sum, ...bounds, offset: lowest, buckets }
}

function firstCounted(counts: ArrayLike<number>, length: number): number {
  let first = 0
  while (first < length && counts[first] === 0) first++
  return first
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
