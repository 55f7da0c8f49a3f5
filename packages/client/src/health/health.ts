/**
 * What a service does, as the API tells it: eight metrics, the same for every service and part. The names and units are
 * those of `GET /v1/services/NAME/health`.
 */

/** A value over an interval with where it came from. What is not known is null, with the reason. */
export interface Metric<Value = number> {
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

export interface Times {
  readonly meanMs: number
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

export interface Violations {
  readonly level: string
  readonly operations: number
  /** Of these so many were over the level's limit. */
  readonly over: number
}

export interface EightMetrics {
  readonly availability: Metric
  readonly capacity: Metric
  readonly throughput: Metric
  readonly serviceTime: Metric<Times>
  readonly queueLength: Metric
  readonly utilisation: Metric
  readonly violations: Metric<readonly Violations[]>
  readonly satisfaction: Metric
}

export interface MoreMetric {
  readonly name: string
  readonly metric: Metric
}

export interface Health {
  readonly service: string
  readonly from: string
  readonly to: string
  /** Until when anything was measured; null before anything was. */
  readonly measuredUntil: string | null
  /** Share of the interval in which somebody measured. */
  readonly seenRatio: number
  readonly sources: readonly string[]
  readonly metrics: EightMetrics
  /** Those that rules give besides. */
  readonly more: readonly MoreMetric[]
  /** Figures that cannot be true together: one of those who measured is wrong. */
  readonly findings: readonly { readonly part: string; readonly law: string; readonly says: string }[]
  readonly parts: readonly {
    readonly part: string
    readonly metrics: EightMetrics
    readonly more: readonly MoreMetric[]
  }[]
  readonly instances: readonly { readonly instance: string; readonly metrics: EightMetrics }[]
}
