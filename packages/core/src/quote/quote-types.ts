/**
 * What a quote says (A3.11): for each set of terms the instances that they take at the load they are promised
 * for, what that costs and earns, what gives way first, and what to change where the terms cannot be kept.
 * All shares are from 0 to 1, all predictions come from the model that also plans in operation.
 */
import type { InstanceCounts, Limitation } from '../allocation/index.ts'
import type { Agreement, Service } from '../agreement/index.ts'
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

export interface QuoteInput {
  readonly service: Service
  /** Those that are about the service; at least one. */
  readonly agreements: readonly Agreement[]
  /** Time that each operation spends outside the parts: gateway, network. */
  readonly overheadMs: number
  /** Own service times that are known better than what is expected of the parts; of no part where none runs. */
  readonly measuredMs: Readonly<Record<PartName, number>>
  /** Stands in the place of every load that was agreed; null for what was agreed. */
  readonly load: PerSecond | null
  /** When the quote is made: calendar windows are as long as the present ones. */
  readonly at: EpochMs
}

export interface Quote {
  readonly service: ServiceName
  readonly canBeMet: boolean
  /** Of each part the most that any of the terms take. */
  readonly byCapacityAlone: CapacityAnswer
  readonly withWaiting: CountsAnswer
  readonly terms: readonly TermsQuote[]
}

interface CountsAnswer {
  readonly counts: InstanceCounts
  readonly total: number
}

/** Load divided by capacity, as if operations came in step; nothing ever waits. */
export interface CapacityAnswer extends CountsAnswer {
  readonly responseMs: number
}

/** The agreement's own terms, or those of one entry of its schedule. */
export interface TermsQuote {
  readonly agreement: AgreementName
  readonly entry: string | null
  readonly canBeMet: boolean
  readonly load: QuotedLoad
  readonly byCapacityAlone: CapacityAnswer
  readonly withWaiting: WaitingAnswer
  /** Why the two counts differ. */
  readonly because: string
  readonly money: QuotedMoney
  /** What planning would rather do than keep the terms; null where they are worth keeping. */
  readonly givenUp: GivenUp | null
  readonly breaksFirst: BreakPoint
  /** Empty where the terms can be met. */
  readonly relax: readonly Relaxation[]
}

export interface QuotedLoad {
  readonly perSecond: PerSecond
  /** `assumed`: a level has no load condition, and the highest of the other levels was taken for it. */
  readonly source: 'agreed' | 'given' | 'assumed'
  readonly says: string
}

export interface WaitingAnswer extends CountsAnswer {
  readonly levels: readonly LevelQuote[]
  readonly limitedBy: QuoteLimitation
}

/** `cost`: the cap on what all instances may cost. */
export type QuoteLimitation = Limitation | 'cost'

export interface LevelQuote {
  readonly level: LevelName
  readonly promised: Ratio
  /** Null where the level has no limit that is a time. */
  readonly limitMs: DurationMs | null
  readonly loadPerSecond: PerSecond
  /** Share within the limit; null where the model has no view on it. */
  readonly predicted: number | null
  /** Within this time the promised share ends; null where that never happens or is not known. */
  readonly responseMs: number | null
  /** Null where the model has no view on it. */
  readonly kept: boolean | null
  readonly says: string
}

export interface HourAndMonth {
  readonly perHour: Money
  /** A month is a twelfth of a year, with these terms all the time. */
  readonly perMonth: Money
}

export interface QuotedMoney {
  readonly cost: HourAndMonth
  /** Null where it cannot be known beforehand, or nothing was agreed. */
  readonly price: HourAndMonth | null
  readonly priceSays: string
  readonly margin: HourAndMonth | null
  readonly remedies: readonly RemedyAtStake[]
}

export interface RemedyAtStake {
  readonly level: LevelName
  readonly below: Ratio
  readonly discount: Ratio
  /** Of one window; null where the price is not known beforehand. */
  readonly perWindow: Money | null
  /** Whether a window that goes as predicted is owed it. */
  readonly predicted: boolean
}

/** Fewer instances save more than is owed for what they break. */
export interface GivenUp {
  readonly instances: number
  readonly insteadOf: number
  readonly savedPerMonth: Money
  readonly owedPerMonth: Money
  /** Above which it is worth keeping with the same discounts; what is uncertain asks for some more. */
  readonly pricePerMonth: Money
  readonly says: string
}

/** What gives way when the load grows, first with the quoted instances, then with as many as are allowed. */
export interface BreakPoint {
  /** The load up to which the quoted instances keep the terms; null where they keep them at no load. */
  readonly loadPerSecond: PerSecond | null
  readonly part: PartName | null
  /** Null where a part is full before any level breaks. */
  readonly level: LevelName | null
  /** The load up to which the terms can be kept with more instances. */
  readonly atMostPerSecond: PerSecond | null
  readonly limitedBy: QuoteLimitation
  readonly says: string
}

/** One way to make the terms possible. The model was asked again: with it they are kept. */
export interface Relaxation {
  readonly kind: 'ratio' | 'limit' | 'load' | 'caps'
  readonly counts: InstanceCounts
  readonly total: number
  readonly cost: HourAndMonth
  readonly says: string
}

export type QuoteFault =
  | { readonly code: 'no-operations'; readonly message: string; readonly hint: string }
  | {
      readonly code: 'no-characteristics'
      readonly part: PartName
      readonly message: string
      readonly hint: string
    }
  | {
      readonly code: 'no-load'
      readonly agreement: AgreementName
      readonly message: string
      readonly hint: string
    }
