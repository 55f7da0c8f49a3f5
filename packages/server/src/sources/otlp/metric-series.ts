/**
 * The series of one metric of one process, found again by the bytes of a data point's attributes. Exporters send the same
 * points in the same order, so that mostly the one that followed the last time follows again, and one comparison will do.
 */
import { NO_ENTRY, type ByteTable, type SeriesHandle } from '@holdfast/core/health'

/** In the place of a slot: the attributes were not seen of this metric before. */
export const NO_SLOT = -1

/** How what a metric measures is to be written. */
export type MetricKind =
  | 'gauge'
  | 'counter'
  | 'counter-delta'
  | 'histogram'
  | 'histogram-delta'
  | 'exponential'
  | 'exponential-delta'

/** The series of one histogram with bounds of its own. */
export interface BucketSeries {
  readonly bounds: readonly number[]
  /** One for each bound, and one for what is above. */
  readonly buckets: readonly SeriesHandle[]
  readonly sum: SeriesHandle
  readonly count: SeriesHandle
}

export class MetricSeries {
  readonly name: string
  readonly unit: string | null
  readonly kind: MetricKind
  /** Of each slot, by the kind, its one series or all of its histogram. */
  readonly handles: SeriesHandle[] = []
  readonly histograms: BucketSeries[] = []
  readonly #entries: number[] = []
  readonly #slots = new Map<number, number>()
  #next = 0

  constructor(of: { readonly name: string; readonly unit: string | null; readonly kind: MetricKind }) {
    this.name = of.name
    this.unit = of.unit
    this.kind = of.kind
  }

  find(table: ByteTable, bytes: Uint8Array, start: number, end: number): number {
    const expected = this.#next
    const entry = this.#entries[expected] ?? NO_ENTRY
    if (entry !== NO_ENTRY && table.begins(entry, bytes, start, end) === end - start) {
      this.#goOnBehind(expected)
      return expected
    }
    const slot = this.#slots.get(table.find(bytes, start, end)) ?? NO_SLOT
    if (slot !== NO_SLOT) this.#goOnBehind(slot)
    return slot
  }

  /** NO_SLOT where there is no room for one more. */
  add(table: ByteTable, bytes: Uint8Array, start: number, end: number): number {
    const entry = table.set(bytes, start, end, 0)
    if (entry === NO_ENTRY) return NO_SLOT
    const slot = this.#entries.push(entry) - 1
    this.#slots.set(entry, slot)
    return slot
  }

  #goOnBehind(slot: number): void {
    this.#next = slot + 1 < this.#entries.length ? slot + 1 : 0
  }
}
