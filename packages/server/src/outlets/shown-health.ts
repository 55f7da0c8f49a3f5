/** What an outlet is given of a service: as much of what the API says of its health as outlets write. */

interface Shown<Value = number> {
  readonly value: Value | null
}

interface ShownTimes {
  readonly meanMs: number
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

interface ShownViolations {
  readonly level: string
  readonly operations: number
  readonly over: number
}

export interface ShownMetrics {
  readonly availability: Shown
  readonly capacity: Shown
  readonly throughput: Shown
  readonly serviceTime: Shown<ShownTimes>
  readonly queueLength: Shown
  readonly utilisation: Shown
  readonly violations: Shown<readonly ShownViolations[]>
  readonly satisfaction: Shown
}

/** One that a rule gives besides the eight. */
export interface ShownMore {
  readonly name: string
  readonly metric: Shown & { readonly unit: string }
}

export interface ShownHealth {
  /** Instants as RFC 3339. */
  readonly from: string
  readonly to: string
  readonly measuredUntil: string | null
  readonly seenRatio: number
  readonly metrics: ShownMetrics
  readonly more: readonly ShownMore[]
  readonly parts: readonly {
    readonly part: string
    readonly metrics: ShownMetrics
    readonly more: readonly ShownMore[]
  }[]
}
