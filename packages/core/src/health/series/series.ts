/**
 * What sources tell: series of readings, each with a name and labels as its source says them. A series is of one kind
 * for as long as it is known.
 */
import type { EpochMs, InstanceId, PartName } from '../../units/index.ts'
import type { Distribution } from '../../stats/index.ts'

/**
 * counter: only grows, until what counts starts anew. gauge: goes up and down. distribution: how often which values
 * came. A histogram with bounds of its own is a counter for each bound, with the bound as label `le`.
 */
export type SeriesKind = 'counter' | 'gauge' | 'distribution'

/** Whoever tells of more tells of nothing that there is; squares and sums of what is below stay numbers. */
export const GREATEST_VALUE = 1e30

/** Of what a series tells: of the whole service, of one part, or of one instance of it. */
export interface About {
  readonly part: PartName | null
  readonly instance: InstanceId | null
}

export interface Series {
  readonly source: string
  readonly about: About
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly kind: SeriesKind
  /** As OpenTelemetry writes it: `s`, `ms`, `By`, `1`; null where the source does not say. */
  readonly unit: string | null
}

/** What was told of one series over one span. */
export interface SeriesReading {
  readonly series: Series
  /** What the figures cover; equal where only one instant was told of. */
  readonly from: EpochMs
  readonly to: EpochMs
  readonly samples: number
  /** Of a counter what it grew by; of a gauge its value times milliseconds, added up; of a distribution its sum. */
  readonly sum: number
  /** Of a gauge the least and the greatest value. */
  readonly least: number
  readonly greatest: number
  /** The counter's or gauge's last value. */
  readonly last: number
  /** Of a distribution alone. */
  readonly distribution: Distribution | null
  /** Of a distribution whose values were seen one by one: how many were over each of the table's limits. */
  readonly over: readonly number[] | null
}

/** What is wrong with what a source tells, or with the source. */
export type SourceFault =
  | 'unreachable'
  | 'timed-out'
  | 'malformed'
  | 'too-large'
  | 'too-many-series'
  | 'not-a-number'
  | 'time-backwards'
  | 'late'
  | 'kind-changed'
  | 'failed'
