/** A value over an interval with where it came from; what is not known is null with the reason, never 0 (H1.2). */

interface Known<T> {
  readonly value: T
  /** How it came about: one of the built-in ways, or `rule:NAME`. */
  readonly rule: string
  readonly observations: number
  /** Who told what it rests on. */
  readonly sources: readonly string[]
}

/** Why there is no value, in words. */
interface Unknown {
  readonly value: null
  readonly reason: string
}

export type Metric<T> = Known<T> | Unknown

export interface Times {
  readonly meanMs: number
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}
