/**
 * What the wrapper of packages/client sends: what one process recorded between two instants. The instants are told as
 * how long ago they were when it was sent, by the sender's monotonic clock, so that no clock need be right.
 */
import { bucketUpperBound, LAST_INDEX, LEAST_INDEX, type Distribution } from '@holdfast/core/stats'

export type RecordedOutcome = 'ok' | 'failed' | 'aborted'

export interface RecordedSeries extends Distribution {
  readonly operation: string
  readonly class: string
  readonly outcome: RecordedOutcome
  /** How many were over each of the batch's limits. */
  readonly over: readonly number[]
}

export interface OperationsBatch {
  /** Drawn by each process when it starts. */
  readonly process: string
  /** Grows with each batch of the process; one that comes again was sent again. */
  readonly sequence: number
  readonly part: string
  readonly instance?: string
  readonly fromAgoMs: number
  readonly toAgoMs: number
  readonly limitsMs: readonly number[]
  /** How many operations were under way, times milliseconds, added up. */
  readonly activeMs: number
  readonly series: readonly RecordedSeries[]
}

export const MAX_BUCKETS: number = LAST_INDEX - LEAST_INDEX + 1

/** Sums are rounded in another order than their parts. */
const TOLERANCE = 1e-6

export interface BatchFault {
  readonly pointer: string
  readonly says: string
}

/** Null where the figures can all be true together. */
export function faultOfBatch(batch: OperationsBatch): BatchFault | null {
  if (batch.fromAgoMs < batch.toAgoMs) return { pointer: '/body/fromAgoMs', says: 'It began after it ended.' }
  const seen = new Set<string>()
  for (const [i, series] of batch.series.entries()) {
    const key = JSON.stringify([series.operation, series.class, series.outcome])
    const says = seen.has(key) ? 'The series is there twice.' : faultOfSeries(series, batch.limitsMs.length)
    if (says !== null) return { pointer: `/body/series/${i}`, says }
    seen.add(key)
  }
  return null
}

function faultOfSeries(series: RecordedSeries, limits: number): string | null {
  const { count, zeroCount, sum, min, max, offset, buckets, over } = series
  if (buckets.reduce((total, each) => total + each, zeroCount) !== count)
    return 'The buckets do not add up to the count.'
  if (buckets.length > 0 && (offset < LEAST_INDEX || offset + buckets.length - 1 > LAST_INDEX))
    return `The buckets are not between ${LEAST_INDEX} and ${LAST_INDEX}.`
  if (min > max || !isWithin(sum, count * min, count * max))
    return 'min, max, sum and count contradict each other.'
  if (!isInBuckets(series)) return 'min and max do not lie in the first and the last bucket.'
  if (over.length !== limits || over.some((each) => each > count))
    return `over must have a count up to ${count} for each of the ${limits} limits.`
  return null
}

const isWithin = (value: number, least: number, most: number): boolean =>
  value >= least * (1 - TOLERANCE) && value <= most * (1 + TOLERANCE)

/** The last bucket has no upper bound. */
function isInBuckets({ zeroCount, count, max, min, offset, buckets }: RecordedSeries): boolean {
  if (buckets.length === 0) return count === zeroCount && max <= bucketUpperBound(LEAST_INDEX - 1)
  const last = offset + buckets.length - 1
  const isMax = isWithin(
    max,
    bucketUpperBound(last - 1),
    last === LAST_INDEX ? Infinity : bucketUpperBound(last),
  )
  return isMax && (zeroCount > 0 || isWithin(min, bucketUpperBound(offset - 1), max))
}
