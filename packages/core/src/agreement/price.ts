/**
 * What the owner pays (A3.5), as data. Bills are made from it elsewhere; planning reads from it what a broken
 * level puts at stake.
 */
import type { DurationMs, HourlyPrice, InstanceTypeName, Money, PerSecond, Ratio } from '../units/index.ts'
import type { LoadStatistic, SchedulePeriod } from './agreement.ts'

export type PricePeriod = 'hour' | 'day' | 'month'

export type Price =
  | { readonly kind: 'flat'; readonly amount: Money; readonly per: PricePeriod }
  /** So much for every so many operations. */
  | { readonly kind: 'operations'; readonly amount: Money; readonly per: number }
  | { readonly kind: 'instance-hours'; readonly rates: readonly InstanceRate[] }
  /** By the load of the period; the tier that it lies in counts for all of it. */
  | {
      readonly kind: 'load'
      readonly statistic: LoadStatistic
      readonly sample: DurationMs
      readonly tiers: readonly LoadTier[]
      readonly per: PricePeriod
    }
  | {
      readonly kind: 'cost-plus'
      readonly margin: Ratio
      readonly inputs: readonly CostInput[]
      readonly busy: readonly BusyPeriod[]
    }
  /** Of batch work: the shorter the time that it is given, the dearer. */
  | {
      readonly kind: 'deadline'
      readonly amount: Money
      readonly per: number
      readonly tightness: readonly TightnessStep[]
    }

export interface InstanceRate {
  readonly instanceType: InstanceTypeName
  readonly price: HourlyPrice
  /** On hosts that nobody else's instances run on. */
  readonly exclusive: boolean
}

/** `upTo` null is the last tier, for any higher load. */
export interface LoadTier {
  readonly upTo: PerSecond | null
  readonly amount: Money
}

/** A cost that fluctuates, such as electricity, in each instance-hour. */
export interface CostInput {
  readonly name: string
  readonly price: HourlyPrice
}

export interface BusyPeriod {
  readonly name: string
  readonly period: SchedulePeriod
  readonly factor: number
}

/** `within` is the time from handing the work over to its deadline. */
export interface TightnessStep {
  readonly within: DurationMs
  readonly factor: number
}
