/**
 * How inputs become a metric (H1.15): which series, what of each over the consumer's interval, changed how, and
 * combined into one figure.
 */
import type { PartName, RuleName } from '../../units/index.ts'

/** The eight, by the names that rules give them. */
export const RULED_METRICS = [
  'availability',
  'capacity',
  'throughput',
  'service-time',
  'queue-length',
  'utilisation',
  'violations',
  'satisfaction',
] as const

export type RuledMetric = (typeof RULED_METRICS)[number]

export interface Selection {
  /** Null for any source. */
  readonly source: string | null
  readonly series: string
  /** All of them must be so; an expression must match the whole value. */
  readonly labels: readonly LabelTest[]
}

export interface LabelTest {
  readonly label: string
  readonly is: { readonly text: string } | { readonly pattern: string }
}

/**
 * What of the selected series over an interval. mean: of gauges by time, of distributions by count. sum: of counters
 * what they grew by, of gauges their means together. rate: the same a second. over: how many values exceeded the limit.
 */
export type Statistic =
  | { readonly of: 'mean' | 'sum' | 'rate' | 'max' | 'min' | 'last' | 'count' | 'distribution' }
  | { readonly of: 'percentile'; readonly share: number }
  | { readonly of: 'over'; readonly limit: number }

export interface RuleInput {
  readonly select: Selection
  readonly statistic: Statistic
  /** The figure times this, and this added. */
  readonly scale: number
  readonly plus: number
  /** For a weighted mean. */
  readonly weight: number
}

export type Combination =
  | 'sum'
  | 'difference'
  | 'product'
  | 'ratio'
  | 'max'
  | 'min'
  | 'weighted-mean'
  /** Of the inputs that anything is known of, the first. */
  | 'first'

export interface Rule {
  readonly name: RuleName
  readonly version: number
  /** Null for the whole service. */
  readonly part: PartName | null
  /** One of the eight, or one more with a name of its own (H1.3). */
  readonly metric: string
  readonly unit: string | null
  readonly inputs: readonly RuleInput[]
  readonly combine: Combination
}
