/**
 * Writes the points of one metric to its series. What cannot be true is left out, and the sender told. Nothing here waits,
 * so that handles hold from beginning to end.
 */
import { NO_SERIES, type SeriesHandle } from '@holdfast/core/health'
import { distributionOfExponential } from '@holdfast/core/stats'
import { ByteReader } from '../../otlp/index.ts'
import { readAttribute } from './attributes.ts'
import { openBuckets, sameBounds, writeBuckets } from './bucket-series.ts'
import type { DataPoint } from './data-point.ts'
import * as limits from './limits.ts'
import { NO_SLOT, type BucketSeries, type MetricSeries } from './metric-series.ts'
import type { Rejections } from './rejections.ts'
import type { Producer, SeriesCache } from './series-cache.ts'

const NEVER = -Infinity

/** Units of time, and what they are times to be milliseconds. */
const TO_MS: ReadonlyMap<string | null, number> = new Map([
  ['s', 1e3],
  ['us', 1e-3],
  ['ns', 1e-6],
])

const NO_ROOM =
  'no room for their series: the service has too many, or one of that name is of another kind or over its bounds'

/** Of one request: how many series found no room so far. */
export interface Refusals {
  count: number
}

export interface WriterOf {
  readonly cache: SeriesCache
  readonly producer: Producer
  readonly metric: MetricSeries
  /** The tag of an attribute in this kind of point. */
  readonly attributeTag: number
  readonly rejections: Rejections
  readonly refusals: Refusals
  readonly now: number
}

export class PointWriter {
  readonly #of: WriterOf
  readonly #ended: SeriesHandle[] = []
  readonly #factor: number
  readonly #unit: string | null

  constructor(of: WriterOf) {
    this.#of = of
    const { unit, kind } = of.metric
    const factor = kind === 'exponential' || kind === 'exponential-delta' ? TO_MS.get(unit) : undefined
    this.#factor = factor ?? 1
    this.#unit = factor === undefined ? unit : 'ms'
  }

  /** `bytes` and `pointStart`: where the point was read from. */
  write(point: DataPoint, bytes: Uint8Array, pointStart: number, pointEnd: number): void {
    const at = point.time === 0 ? this.#of.now : point.time
    if (at > this.#of.now + limits.AHEAD_MS) return this.#refuse('their time is more than five minutes ahead')
    const attributes = point.isScattered ? this.#gathered(bytes, pointStart, pointEnd) : bytes
    const start = point.isScattered ? 0 : point.attributesStart
    const end = point.isScattered ? attributes.length : point.attributesEnd
    if (end - start > limits.MAX_ATTRIBUTE_BYTES)
      return this.#refuse(`their attributes take more than ${limits.MAX_ATTRIBUTE_BYTES} bytes`)
    const slot = this.#of.metric.find(this.#of.cache.attributes, attributes, start, end)
    if (point.hasNoValue) return this.#end(slot)
    switch (this.#of.metric.kind) {
      case 'gauge':
      case 'counter':
      case 'counter-delta':
        return this.#number(point, this.#handle('number', slot, attributes, start, end), at)
      case 'histogram':
      case 'histogram-delta':
        return this.#histogram(point, { slot, attributes, start, end, at })
      case 'exponential':
      case 'exponential-delta':
        return this.#exponential(point, this.#handle('exponential', slot, attributes, start, end), at)
    }
  }

  /** To be called behind the last one. */
  finish(): void {
    if (this.#ended.length > 0) this.#of.cache.end(this.#ended, this.#of.now)
  }

  #number(point: DataPoint, handle: SeriesHandle, at: number): void {
    if (handle === NO_SERIES) return
    const { metric, cache } = this.#of
    if (Number.isNaN(point.value)) {
      cache.sink.fault('not-a-number')
      return this.#refuse('their values are no numbers')
    }
    if (metric.kind === 'gauge') cache.sink.gauge(handle, point.value, at)
    else if (point.value < 0) {
      cache.sink.fault('not-a-number')
      this.#refuse('what only grows is below zero')
    } else if (metric.kind === 'counter') cache.sink.counter(handle, point.value, at, this.#since(point, at))
    else cache.sink.increase(handle, point.value, this.#from(point, at), at)
  }

  #exponential(point: DataPoint, handle: SeriesHandle, at: number): void {
    if (handle === NO_SERIES) return
    const { metric, cache } = this.#of
    const why = wrongWithExponential(point)
    if (why !== null) {
      cache.sink.fault(point.hasNegative ? 'not-a-number' : 'malformed')
      return this.#refuse(why)
    }
    const seen = distributionOfExponential(
      {
        scale: point.scale,
        zeroCount: point.zeroCount,
        offset: point.offset,
        counts: point.counts.values,
        length: point.counts.length,
        sum: Number.isNaN(point.sum) ? null : point.sum,
        min: Number.isNaN(point.min) ? null : point.min,
        max: Number.isNaN(point.max) ? null : point.max,
      },
      this.#factor,
    )
    if (metric.kind === 'exponential') cache.sink.distribution(handle, seen, at, this.#since(point, at))
    else cache.sink.addDistribution(handle, seen, this.#from(point, at), at)
  }

  #histogram(point: DataPoint, { slot, attributes, start, end, at }: Placed): void {
    const { metric, cache, producer } = this.#of
    const why = wrongWithHistogram(point)
    if (why !== null) {
      cache.sink.fault('malformed')
      return this.#refuse(why)
    }
    let series: BucketSeries | undefined = metric.histograms[slot]
    if (series === undefined || !sameBounds(series, point.bounds)) {
      const labels = this.#newLabels(attributes, start, end)
      if (labels === null) return
      series = openBuckets({ cache, producer, metric, labels }, point.bounds)
      const kept = slot === NO_SLOT ? cache.keep(metric, attributes, start, end) : slot
      if (kept !== NO_SLOT) metric.histograms[kept] = series
    }
    if (series.count === NO_SERIES) return this.#noRoom()
    writeBuckets(cache.sink, series, point, {
      at,
      since: this.#since(point, at),
      from: metric.kind === 'histogram' ? null : this.#from(point, at),
    })
  }

  #handle(
    kind: 'number' | 'exponential',
    slot: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): SeriesHandle {
    const { metric, cache, producer } = this.#of
    let handle = slot === NO_SLOT ? undefined : metric.handles[slot]
    if (handle === undefined) {
      const labels = this.#newLabels(bytes, start, end)
      if (labels === null) return NO_SERIES
      handle = cache.open(
        producer,
        {
          name: metric.name,
          kind: kind === 'exponential' ? 'distribution' : metric.kind === 'gauge' ? 'gauge' : 'counter',
          unit: this.#unit,
        },
        labels,
      )
      const kept = cache.keep(metric, bytes, start, end)
      if (kept !== NO_SLOT) metric.handles[kept] = handle
    }
    if (handle === NO_SERIES) this.#noRoom()
    return handle
  }

  /** Null where the point is refused. */
  #newLabels(bytes: Uint8Array, start: number, end: number): ReadonlyMap<string, string> | null {
    if (this.#of.refusals.count >= limits.MAX_REFUSED_SERIES) {
      this.#of.cache.sink.fault('too-many-series')
      this.#refuse(NO_ROOM)
      return null
    }
    const labels = this.#labels(bytes, start, end)
    if (labels.size <= limits.MAX_ATTRIBUTES) return labels
    this.#refuse(`they have more than ${limits.MAX_ATTRIBUTES} attributes`)
    return null
  }

  #labels(bytes: Uint8Array, start: number, end: number): ReadonlyMap<string, string> {
    const labels = new Map<string, string>()
    const reader = new ByteReader(bytes)
    reader.at = start
    reader.end = end
    while (!reader.isAtEnd) {
      reader.tag()
      readAttribute(reader, labels)
    }
    return labels
  }

  /** Attributes that other fields stand between, one behind the other. */
  #gathered(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const reader = new ByteReader(bytes)
    reader.at = start
    reader.end = end
    const all: Uint8Array[] = []
    while (!reader.isAtEnd) {
      const at = reader.at
      const tag = reader.tag()
      reader.skip(tag)
      if (tag === this.#of.attributeTag) all.push(bytes.subarray(at, reader.at))
    }
    return Buffer.concat(all)
  }

  #since({ start }: DataPoint, at: number): number {
    return start >= this.#of.cache.countsFrom && start <= at ? start : NEVER
  }

  #from({ start }: DataPoint, at: number): number {
    return start > 0 && start <= at ? start : at
  }

  #end(slot: number): void {
    if (slot === NO_SLOT) return
    const { handles, histograms } = this.#of.metric
    const handle = handles[slot]
    if (handle !== undefined) this.#ended.push(handle)
    const series = histograms[slot]
    if (series !== undefined) this.#ended.push(...series.buckets, series.sum, series.count)
  }

  #noRoom(): void {
    this.#of.refusals.count += 1
    this.#refuse(NO_ROOM)
  }

  #refuse(why: string): void {
    this.#of.rejections.add(why)
  }
}

interface Placed {
  readonly slot: number
  readonly attributes: Uint8Array
  readonly start: number
  readonly end: number
  readonly at: number
}

function wrongWithExponential({ counts, hasNegative, scale, sum, offset }: DataPoint): string | null {
  if (hasNegative) return 'distributions hold values of zero or more'
  if (counts.isOver) return `they have more than ${limits.MAX_BUCKETS} buckets`
  if (scale < limits.LEAST_SCALE || scale > limits.GREATEST_SCALE) return 'their scale is none that there is'
  if (sum < 0 || sum === Infinity || Math.abs(offset) > 2 ** 31) return 'their sum or offset cannot be'
  return null
}

function wrongWithHistogram({ counts, bounds }: DataPoint): string | null {
  if (bounds.isOver || counts.isOver || counts.length > limits.MAX_BOUNDS + 1)
    return `they have more than ${limits.MAX_BOUNDS} bounds`
  if (counts.length > 0 && counts.length !== bounds.length + 1)
    return 'they have not one count more than bounds'
  if (counts.length === 0 && bounds.length > 0) return 'they have bounds without counts'
  for (let i = 0; i < bounds.length; i++) {
    const bound = bounds.values[i] ?? NaN
    if (!Number.isFinite(bound) || (i > 0 && bound <= (bounds.values[i - 1] ?? 0)))
      return 'their bounds do not rise'
  }
  return null
}
