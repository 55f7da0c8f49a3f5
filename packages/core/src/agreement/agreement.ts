/**
 * The agreement as the owner states it (A3.1–A3.7): levels that are promised, conditions under
 * which they hold, a schedule that replaces both at stated times, and what it is worth to both sides.
 */
import type { Places } from './places.ts'
import type { Price } from './price.ts'
import type {
  AgreementName,
  DurationMs,
  EpochMs,
  LevelName,
  Money,
  PartName,
  PerSecond,
  Ratio,
  ServiceName,
} from '../units/index.ts'

/** Where an operation belongs; a level without scope is about all operations of the service. */
export interface LevelScope {
  readonly operation?: string
  readonly part?: PartName
  readonly class?: string
}

export type CalendarUnit = 'minute' | 'hour' | 'day' | 'week' | 'month'

export type Window =
  | { readonly kind: 'calendar'; readonly unit: CalendarUnit; readonly timeZone: string }
  | { readonly kind: 'rolling'; readonly length: DurationMs }

/**
 * What is promised of each operation or sample. Times and lengths are upper limits, throughput and
 * satisfaction are lower limits, availability and error ratio need none: an operation meets them or not.
 */
export type LevelMetric =
  | { readonly kind: 'response-time'; readonly limit: DurationMs }
  | { readonly kind: 'service-time'; readonly limit: DurationMs }
  | { readonly kind: 'queue-length'; readonly limit: number }
  | { readonly kind: 'throughput'; readonly limit: PerSecond }
  | { readonly kind: 'satisfaction'; readonly limit: Ratio }
  | { readonly kind: 'job-completion'; readonly limit: DurationMs }
  | { readonly kind: 'availability' }
  | { readonly kind: 'error-ratio' }

export interface Level {
  readonly name: LevelName
  readonly metric: LevelMetric
  /** Share of operations (samples, where the metric is not of operations) that must meet the limit. */
  readonly ratio: Ratio
  readonly window: Window
  readonly scope: LevelScope
  /** Conditions for this level alone, besides those of the agreement. */
  readonly conditions: readonly Condition[]
}

export type LoadStatistic = 'average' | 'peak' | 'p95'

export type Condition =
  | {
      readonly kind: 'load'
      readonly atMost: PerSecond
      readonly statistic: LoadStatistic
      readonly per: DurationMs
    }
  | { readonly kind: 'instances'; readonly atMost: number; readonly part?: PartName }
  | { readonly kind: 'cost'; readonly atMostPerMonth: Money }
  | { readonly kind: 'characteristics'; readonly beyond: Thresholds }
  | { readonly kind: 'dependency'; readonly service: ServiceName }

/**
 * When parts count as outside their expected characteristics (A3.14). All that are given must be passed; so
 * many parts, by so much, for so long.
 */
export interface Thresholds {
  /** Parts that must be outside at once. */
  readonly parts: number
  /** Times the expected service time. */
  readonly serviceTimeFactor: number
  /** Share of a part's operations that end in an error. */
  readonly failedShare: Ratio
  /** For how long it must have been so; 0 is from the first tick on that has enough operations. */
  readonly lasting: DurationMs
}

export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday'

/** A time on the wall clock of a place: minutes since local midnight, 0–1440. */
export type MinuteOfDay = number

/** All that are given must hold. `to` at or before `from` means that the period ends on the next day. */
export interface SchedulePeriod {
  readonly timeZone: string
  readonly weekdays?: readonly Weekday[]
  readonly from?: MinuteOfDay
  readonly to?: MinuteOfDay
  /** Local dates `YYYY-MM-DD`, both included. */
  readonly firstDate?: string
  readonly lastDate?: string
}

/** While its period holds, the entry's levels and conditions stand in the place of the agreement's. */
export interface ScheduleEntry {
  readonly name: string
  readonly period: SchedulePeriod
  readonly levels?: readonly Level[]
  readonly conditions?: readonly Condition[]
}

/** Owed for a window whose ratio fell below `below`, where the cause is the platform. */
export interface RemedyStep {
  readonly below: Ratio
  readonly discount: Ratio
}

export interface Remedy {
  readonly level: LevelName
  readonly steps: readonly RemedyStep[]
}

export interface Agreement {
  readonly name: AgreementName
  readonly service: ServiceName
  readonly version: number
  /** From when on this version counts, until a later one does (A3.7); null for always. */
  readonly from: EpochMs | null
  readonly levels: readonly Level[]
  readonly conditions: readonly Condition[]
  /** The first entry whose period holds counts. */
  readonly schedule: readonly ScheduleEntry[]
  readonly remedies: readonly Remedy[]
  /** What the owner pays; null where nothing was agreed. */
  readonly price: Price | null
  /** Where and on what its instances may run; null where anything will do. */
  readonly places: Places | null
  /** Whether an operation may have to wait for the start of the first instance, so that none is held without load (A3.19). */
  readonly coldStart: 'allowed' | 'refused'
}

/** What holds at one instant: the agreement with its schedule applied. */
export interface Terms {
  readonly agreement: AgreementName
  readonly version: number
  /** The schedule entry in force, or null for the agreement's own levels and conditions. */
  readonly entry: string | null
  readonly levels: readonly Level[]
  readonly conditions: readonly Condition[]
}
