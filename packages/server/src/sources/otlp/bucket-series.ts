/**
 * The series of a histogram with bounds of its own, as Prometheus has them: a counter for each bound of how many values
 * were at most that, one for their sum and one for their count.
 */
import type { SeriesSink } from '@holdfast/core/health'
import type { DataPoint } from './data-point.ts'
import type { BucketSeries, MetricSeries } from './metric-series.ts'
import type { NumberList } from './number-list.ts'
import type { Producer, SeriesCache } from './series-cache.ts'

interface Opened {
  readonly cache: SeriesCache
  readonly producer: Producer
  readonly metric: MetricSeries
  readonly labels: ReadonlyMap<string, string>
}

export function openBuckets(
  { cache, producer, metric, labels }: Opened,
  { values, length }: NumberList,
): BucketSeries {
  const open = (suffix: string, le: string | null): number =>
    cache.open(
      producer,
      { name: `${metric.name}_${suffix}`, kind: 'counter', unit: metric.unit },
      le === null ? labels : new Map([...labels, ['le', le]]),
    )
  const bounds = [...values.subarray(0, length)]
  return {
    // First what says most, should there not be room for all.
    count: open('count', null),
    sum: open('sum', null),
    bounds,
    buckets: length === 0 ? [] : [...bounds.map(String), '+Inf'].map((le) => open('bucket', le)),
  }
}

export function sameBounds({ bounds }: BucketSeries, { values, length }: NumberList): boolean {
  if (bounds.length !== length) return false
  for (let i = 0; i < length; i++) if (bounds[i] !== values[i]) return false
  return true
}

interface When {
  readonly at: number
  readonly since: number
  /** Null where the figures are cumulative. */
  readonly from: number | null
}

export function writeBuckets(
  sink: SeriesSink,
  { buckets, sum, count }: BucketSeries,
  point: DataPoint,
  { at, since, from }: When,
): void {
  const { values, length } = point.counts
  let below = 0
  for (let i = 0; i < length; i++) {
    below += values[i] ?? 0
    const handle = buckets[i] ?? -1
    if (from === null) sink.counter(handle, below, at, since)
    else sink.increase(handle, below, from, at)
  }
  const total = length === 0 ? point.count : below
  // Of values below zero the sum does not only grow, and is no counter.
  const hasSum = point.sum >= 0
  if (from === null) {
    sink.counter(count, total, at, since)
    if (hasSum) sink.counter(sum, point.sum, at, since)
  } else {
    sink.increase(count, total, from, at)
    if (hasSum) sink.increase(sum, point.sum, from, at)
  }
}
