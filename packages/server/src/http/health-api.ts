/** What the API says of health: types alone, as those of api.ts, which passes them on. */

/** One metric over an interval. What is not known is null, with the reason. */
export interface MetricView<Value = number> {
  readonly value: Value | null
  readonly unit: string
  /** How it came about; null where there is no value. */
  readonly rule: string | null
  /** Operations, or readings, that it rests on. */
  readonly observations: number
  /** Who told what it rests on. */
  readonly sources: readonly string[]
  /** Why there is no value; null where there is one. */
  readonly reason: string | null
}

export interface TimesView {
  readonly meanMs: number
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

export interface ViolationsView {
  readonly level: string
  readonly operations: number
  /** Of these so many were over the level's limit. */
  readonly over: number
}

/** The eight metrics, the same for every service, part and instance. */
export interface EightMetricsView {
  readonly availability: MetricView
  readonly capacity: MetricView
  readonly throughput: MetricView
  readonly serviceTime: MetricView<TimesView>
  readonly queueLength: MetricView
  readonly utilisation: MetricView
  readonly violations: MetricView<readonly ViolationsView[]>
  readonly satisfaction: MetricView
}

/** One more metric, that a rule gives. */
export interface MoreMetricView {
  readonly name: string
  readonly metric: MetricView
}

/** Figures that cannot be true together: one of those who measured is wrong. */
export interface FindingView {
  readonly part: string
  readonly law: 'littles-law' | 'utilisation-law'
  readonly says: string
}

/** What was measured of a service over an interval. */
export interface HealthView {
  readonly service: string
  readonly from: string
  readonly to: string
  /** Until when anything was measured; null before anything was. */
  readonly measuredUntil: string | null
  /** Share of the interval in which somebody measured. */
  readonly seenRatio: number
  readonly sources: readonly string[]
  readonly metrics: EightMetricsView
  /** Those that rules give besides. */
  readonly more: readonly MoreMetricView[]
  readonly findings: readonly FindingView[]
  readonly parts: readonly {
    readonly part: string
    readonly metrics: EightMetricsView
    readonly more: readonly MoreMetricView[]
  }[]
  /** Those that were there in the interval. */
  readonly instances: readonly { readonly instance: string; readonly metrics: EightMetricsView }[]
}

/** How far a named consumer has read what was measured of a service. */
export interface HealthConsumerView {
  readonly consumer: string
  readonly readUntil: string
}
