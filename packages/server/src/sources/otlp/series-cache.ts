/**
 * What is kept of one service to know its series again, for as long as their handles hold. It is bounded; what finds no
 * room is looked up by its labels each time, and now and then all of it begins anew. It belongs to one sink, so that what
 * one service sends takes nothing from another.
 */
import {
  createByteTable,
  NO_ENTRY,
  NO_SERIES,
  type About,
  type ByteTable,
  type NewSeries,
  type SeriesHandle,
  type SeriesSink,
} from '@holdfast/core/health'
import * as limits from './limits.ts'
import { MetricSeries, type MetricKind } from './metric-series.ts'

/** A counter that began so shortly before we first heard of its service was surely not counted before. */
const JUST_BEGUN_MS = 120_000

/** A process that counts for itself. */
export interface Producer {
  readonly about: About
  readonly process: string | null
  readonly names: ByteTable
  readonly metrics: MetricSeries[]
}

export interface WantedMetric {
  readonly bytes: Uint8Array
  readonly nameStart: number
  readonly nameEnd: number
  readonly unit: string | null
  readonly kind: MetricKind
}

export class SeriesCache {
  readonly sink: SeriesSink
  readonly attributes: ByteTable = createByteTable({
    maxEntries: limits.CACHED_ATTRIBUTES,
    maxBytes: limits.CACHED_ATTRIBUTE_BYTES,
  })
  /** What counters counted before this is not known to be new: it may have been told of before a restart of ours. */
  readonly countsFrom: number
  readonly #producers = new Map<string, Producer>()
  #epoch: number
  #kept = 0
  #isFull = false
  #emptiedAt: number

  constructor(sink: SeriesSink, now: number) {
    this.sink = sink
    this.countsFrom = now - JUST_BEGUN_MS
    this.#epoch = sink.epoch()
    this.#emptiedAt = now
  }

  /** To be called before each use; handles and metrics from before may be gone after it. */
  refresh(now: number): void {
    const epoch = this.sink.epoch()
    const isFull = this.#isFull && now - this.#emptiedAt >= limits.EMPTIED_MS
    if (epoch !== this.#epoch || isFull) this.#empty(now)
    this.#epoch = epoch
  }

  producer(about: About, process: string | null): Producer {
    const key = `${about.part ?? ''}/${about.instance ?? ''}/${process ?? ''}`
    const known = this.#producers.get(key)
    if (known !== undefined) return known
    const names = createByteTable({
      maxEntries: limits.CACHED_METRICS,
      maxBytes: limits.CACHED_METRICS * 256,
    })
    const producer = { about, process, names, metrics: [] }
    if (this.#producers.size < limits.CACHED_PRODUCERS) this.#producers.set(key, producer)
    else this.#isFull = true
    return producer
  }

  metric({ names, metrics }: Producer, wanted: WantedMetric): MetricSeries {
    const { bytes, nameStart, nameEnd, unit, kind } = wanted
    const entry = names.find(bytes, nameStart, nameEnd)
    const known = entry === NO_ENTRY ? undefined : metrics[names.valueOf(entry)]
    if (known !== undefined && known.kind === kind && known.unit === unit) return known
    const name = new TextDecoder().decode(bytes.subarray(nameStart, nameEnd))
    const metric = new MetricSeries({ name, unit, kind })
    if (known !== undefined) metrics[names.valueOf(entry)] = metric
    else if (names.set(bytes, nameStart, nameEnd, metrics.length) === NO_ENTRY) this.#isFull = true
    else metrics.push(metric)
    return metric
  }

  /** A slot for these attributes, where there is room. */
  keep(metric: MetricSeries, bytes: Uint8Array, start: number, end: number): number {
    const slot = this.#kept >= limits.CACHED_SERIES ? -1 : metric.add(this.attributes, bytes, start, end)
    if (slot === -1) this.#isFull = true
    else this.#kept += 1
    return slot
  }

  open(
    { about, process }: Producer,
    series: Omit<NewSeries, 'about' | 'labels'>,
    labels: ReadonlyMap<string, string>,
  ): SeriesHandle {
    const all = process === null ? labels : new Map([...labels, ['service.instance.id', process]])
    return this.sink.open({ ...series, about, labels: Object.fromEntries(all) })
  }

  /** The series are told of no more. Handles that are kept elsewhere may be among them, so nothing is kept. */
  end(handles: readonly SeriesHandle[], now: number): void {
    for (const handle of handles) if (handle !== NO_SERIES) this.sink.end(handle)
    this.refresh(now)
  }

  #empty(now: number): void {
    this.attributes.clear()
    this.#producers.clear()
    this.#kept = 0
    this.#isFull = false
    this.#emptiedAt = now
  }
}
