/** The ports of a table of series: what whoever reads a source writes to, and what whoever listens reads from. */
import type { Distribution } from '../../stats/index.ts'
import type { EpochMs } from '../../units/index.ts'
import type { OverCounts } from './distribution-state.ts'
import type { NewSeries, SeriesHandle } from './series-index.ts'
import type { Series, SeriesReading, SourceFault } from './series.ts'

/** In the place of a handle: there is no room for one more series. */
export const NO_SERIES: SeriesHandle = -1

/** What whoever reads a source writes to. */
export interface SeriesSink {
  /** The handle of the series with this name and these labels, about this; NO_SERIES where there is no room. */
  open(series: NewSeries): SeriesHandle
  /** What a cumulative counter stands at. `since`: when it began to count, where that is known. */
  counter(handle: SeriesHandle, value: number, at: number, since?: number): void
  /** What a counter grew by between two instants. */
  increase(handle: SeriesHandle, by: number, from: number, to: number): void
  gauge(handle: SeriesHandle, value: number, at: number): void
  /** One value of a distribution. */
  observe(handle: SeriesHandle, value: number, at: number): void
  /** What a distribution stands at since it began. `since`: when that was, where it is known. */
  distribution(handle: SeriesHandle, stands: Distribution, at: number, since?: number): void
  /** What a distribution saw between two instants, and how many of it were over which limits, if they were counted. */
  addDistribution(handle: SeriesHandle, seen: Distribution, from: number, to: number, over?: OverCounts): void
  /** The series is told of no more; should it come again, it begins anew. */
  end(handle: SeriesHandle): void
  fault(kind: SourceFault, times?: number): void
  /** Over these values they are counted exactly; who counts elsewhere and against them is believed. */
  readonly countedOver: () => readonly number[]
  /** Changes when handles were let go: who keeps any must open them again. */
  readonly epoch: () => number
}

export interface SeriesTable extends SeriesSink {
  /** Only these are handed on by `drain`. */
  want(isWanted: (series: Series) => boolean): void
  /** Sets what values are counted over. */
  limits(values: readonly number[]): void
  /** What was told since the last time. Series that were silent for long are let go. */
  drain(now: EpochMs): readonly SeriesReading[]
  /**
   * What cumulative series stand at, of those that are meant, to go on from in another run: some at a time, and of these
   * only such in which anything changed since a version; NO_VERSION for all.
   */
  standings(isMeant: (series: Series) => boolean, since: number): Standings
  /** Goes on from where they stood, as if they had been told of then. */
  resume(standings: readonly SeriesStanding[]): void
  /** All that are known, told of or not. */
  list(): readonly KnownSeries[]
  readonly size: () => number
  readonly faults: () => Readonly<Partial<Record<SourceFault, number>>>
}

export interface SeriesStanding {
  readonly series: NewSeries
  readonly at: number
  /** Of a counter. */
  readonly value: number
  /** Of a distribution alone. */
  readonly distribution: Distribution | null
}

export interface Standings {
  readonly version: number
  /** Of a page that nobody stands in any more there is none. */
  readonly pages: ReadonlyMap<number, StandingsPage>
}

export interface StandingsPage {
  readonly standings: readonly SeriesStanding[]
  /** False where they are the same series as at that version, in the same order. */
  readonly isNew: boolean
}

export const NO_VERSION = -1

export interface KnownSeries {
  readonly series: Series
  readonly last: number
  readonly lastAt: EpochMs
}
