/**
 * Holds the hot path of measuring: a mutable recorder that turns values into a distribution without allocating.
 * It refuses what is no measurement (negative, not finite) and counts how often it did.
 */
import { createBucketIndexer, LEAST_INDEX } from './bucket-index.ts'
import { emptyDistribution } from './distribution.ts'
import type { Distribution } from './distribution.ts'

export type DistributionRecorder = {
  readonly record: (value: number) => void
  /** Everything since the start or the last reset, as a value that later records do not change. */
  readonly snapshot: () => Distribution
  readonly reset: () => void
  /** How many buckets there is room for, and whether one of them is this value's. */
  readonly capacity: () => number
  readonly hasRoomFor: (value: number) => boolean
  /** How many values were recorded since the start or the last reset. */
  readonly count: () => number
  /** How many values were refused since the start or the last reset. */
  readonly refused: () => number
}

/** Two octaves to each side of the first value, before the first growth. */
const INITIAL_BUCKETS = 256

export function createRecorder(): DistributionRecorder {
  const bucketIndex = createBucketIndexer()
  let counts = new Float64Array(0)
  let offset = 0
  let count = 0
  let zeroCount = 0
  let refused = 0
  // Numbers that are no small integers live in a typed array, as a closure's variables would be boxed on every change.
  const totals = new Float64Array([0, Infinity, 0])

  const record = (value: number): void => {
    if (!(value >= 0 && value < Infinity)) {
      refused += 1
      return
    }
    count += 1
    totals[0] = (totals[0] ?? 0) + value
    if (value < (totals[1] ?? 0)) totals[1] = value
    if (value > (totals[2] ?? 0)) totals[2] = value
    const index = bucketIndex(value)
    if (index < LEAST_INDEX) {
      zeroCount += 1
      return
    }
    let position = index - offset
    if (position < 0 || position >= counts.length) {
      const grown = grow(counts, offset, index)
      counts = grown.counts
      offset = grown.offset
      position = index - offset
    }
    counts[position] = (counts[position] ?? 0) + 1
  }

  const snapshot = (): Distribution => {
    if (count === 0) return emptyDistribution
    const [sum = 0, min = 0, max = 0] = totals
    return { count, zeroCount, sum, min, max, ...trimmed(counts, offset) }
  }

  const reset = (): void => {
    counts.fill(0)
    totals.set([0, Infinity, 0])
    count = 0
    zeroCount = 0
    refused = 0
  }

  const hasRoomFor = (value: number): boolean => {
    const index = bucketIndex(value)
    return index < LEAST_INDEX || (index >= offset && index < offset + counts.length)
  }

  return {
    record,
    snapshot,
    reset,
    capacity: () => counts.length,
    hasRoomFor,
    count: () => count,
    refused: () => refused,
  }
}

/** Doubles until `index` fits, so that growing costs little over many records. */
function grow(
  counts: Float64Array<ArrayBuffer>,
  offset: number,
  index: number,
): { readonly counts: Float64Array<ArrayBuffer>; readonly offset: number } {
  if (counts.length === 0) {
    return { counts: new Float64Array(INITIAL_BUCKETS), offset: index - INITIAL_BUCKETS / 2 }
  }
  const start = index < offset ? Math.min(index, offset - counts.length) : offset
  const end = index < offset ? offset + counts.length : Math.max(index + 1, offset + 2 * counts.length)
  const larger = new Float64Array(end - start)
  larger.set(counts, offset - start)
  return { counts: larger, offset: start }
}

function trimmed(counts: Float64Array, offset: number): Pick<Distribution, 'offset' | 'buckets'> {
  const first = counts.findIndex((count) => count > 0)
  if (first === -1) return { offset: 0, buckets: [] }
  const last = counts.findLastIndex((count) => count > 0)
  return { offset: offset + first, buckets: Array.from(counts.subarray(first, last + 1)) }
}
