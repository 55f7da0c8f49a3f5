/**
 * The load to come as decisions see it: for now, and for when an instance that is ordered now serves, each as a
 * few rates with their chances. Load above what was agreed is not planned for, and what the owner has announced
 * counts on top of what was learned (A3.17).
 */
import type { LoadHint } from '../agreement/index.ts'
import { forecastRates, forecastUsual, type Forecaster, type ExpectedRate } from '../stats/index.ts'
import type { DurationMs, EpochMs } from '../units/index.ts'

export interface Scenario {
  readonly rate: number
  /** The chances of all scenarios add up to 1. */
  readonly chance: number
}

export interface Outlook {
  readonly aheadMs: number
  /** What is expected on average. */
  readonly rate: number
  /** Lowest rate first. */
  readonly scenarios: readonly Scenario[]
}

export interface Outlooks {
  readonly now: Outlook
  readonly ahead: Outlook
  /** At any time, as far as the last minutes tell. */
  readonly usual: Outlook
  /** Operations a second that would be planned for, had none been agreed; null where only what was agreed is known. */
  readonly unbounded: number | null
}

export interface OutlookInput {
  readonly forecaster: Forecaster
  readonly hints: readonly LoadHint[]
  /** The load up to which something is promised; null for any. */
  readonly contracted: number | null
  readonly now: EpochMs
  readonly lead: DurationMs
  /** By how much more than it is the load is taken for, where the model proved too hopeful. */
  readonly pressure: number
  /** What was last planned for; null where nothing was. */
  readonly kept: KeptOutlooks | null
}

/** Closer together where the rates are high: what is rare there costs most. */
const QUANTILES: readonly number[] = [0.02, 0.1, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.88, 0.94, 0.975, 0.992]

/** Each stands for the half-way to its neighbours. */
const CHANCES: readonly number[] = QUANTILES.map((p, i) => {
  const from = i === 0 ? 0 : (p + (QUANTILES[i - 1] ?? 0)) / 2
  const to = i === QUANTILES.length - 1 ? 1 : (p + (QUANTILES[i + 1] ?? 1)) / 2
  return to - from
})

/** Rates of both outlooks, as they were last planned for. */
export interface KeptOutlooks {
  readonly now: readonly number[]
  readonly ahead: readonly number[]
  readonly usual: readonly number[]
}

/** A change of the load goes unnoticed for so long at most where it is slight; so much of it counts as chance. */
const UNNOTICED_SECONDS = 300
const SIGNIFICANT = 4
/** Real clients are less regular than independent ones: what differs by less than this share is the same load. */
const SAME_SHARE = 0.04

export const keptOf = ({ now, ahead, usual }: Outlooks): KeptOutlooks => ({
  now: ratesOf(now),
  ahead: ratesOf(ahead),
  usual: ratesOf(usual),
})

const ratesOf = (outlook: Outlook): readonly number[] =>
  keptRates.get(outlook) ?? [outlook.rate, ...outlook.scenarios.map(({ rate }) => rate)].map(rounded)

const rounded = (rate: number): number => Number(rate.toPrecision(5))

/** The outlook of kept rates and the rates of that outlook: the same ones while they are kept. */
const keptOutlooks = new WeakMap<readonly number[], Outlook>()
const keptRates = new WeakMap<Outlook, readonly number[]>()

function keptOutlook(rates: readonly number[], aheadMs: number): Outlook {
  const known = keptOutlooks.get(rates)
  if (known !== undefined && known.aheadMs === aheadMs) return known
  const made: Outlook = {
    aheadMs,
    rate: rates[0] ?? 0,
    scenarios: CHANCES.map((chance, i) => ({ rate: rates[i + 1] ?? 0, chance })),
  }
  keptOutlooks.set(rates, made)
  keptRates.set(made, rates)
  return made
}

function isAnother(fresh: Expected, kept: readonly number[]): boolean {
  if (kept.length !== QUANTILES.length + 1) return true
  return (
    differs(fresh.rate, kept[0] ?? 0, 1) ||
    differs(fresh.rateAt(HIGH), kept[HIGH + 1] ?? 0, LOOSER) ||
    differs(fresh.rateAt(HIGHER), kept[HIGHER + 1] ?? 0, LOOSER)
  )
}

/** Places of the rates that are passed one time in eight and one in forty; these are known less well. */
const HIGH = 8
const HIGHER = 10
const LOOSER = 2

const differs = (fresh: number, kept: number, looser: number): boolean =>
  Math.abs(rounded(fresh) - kept) >
  looser * (SAME_SHARE * kept + SIGNIFICANT * Math.sqrt((kept + 1 / UNNOTICED_SECONDS) / UNNOTICED_SECONDS))

/**
 * Null while too little was seen. What was last planned for stays until the forecast differs from it by more than
 * chance explains, so that a constant load is planned for once.
 */
export function outlooksOf(input: OutlookInput): Outlooks | null {
  const { forecaster, now, lead, kept } = input
  const forecastFor = forecastRates(forecaster, now)
  if (forecastFor === null) return null
  const [present, later] = [forecastFor(0), forecastFor(lead)]
  const [soon, ahead] = [expectedFrom(present, 0, input), expectedFrom(later, lead, input)]
  const unbounded = Math.max(present.rate * factorAt(input, 0), later.rate * factorAt(input, lead))
  if (kept === null || isAnother(soon, kept.now) || isAnother(ahead, kept.ahead))
    return {
      now: outlook(soon),
      ahead: outlook(ahead),
      usual: outlook(expectedFrom(forecastUsual(forecaster), 0, input)),
      unbounded,
    }
  return {
    now: keptOutlook(kept.now, 0),
    ahead: keptOutlook(kept.ahead, lead),
    usual: keptOutlook(kept.usual, 0),
    unbounded,
  }
}

/** Where only what was agreed is known. */
export function agreedOutlooks(rate: number, lead: DurationMs): Outlooks {
  const scenarios = [{ rate, chance: 1 }]
  return {
    now: { aheadMs: 0, rate, scenarios },
    ahead: { aheadMs: lead, rate, scenarios },
    usual: { aheadMs: 0, rate, scenarios },
    unbounded: null,
  }
}

/** What a forecast comes to within what was agreed. */
interface Expected {
  readonly aheadMs: number
  readonly rate: number
  /** By its place among the quantiles. */
  readonly rateAt: (place: number) => number
}

function expectedFrom({ rate, quantile }: ExpectedRate, aheadMs: number, input: OutlookInput): Expected {
  const { contracted, pressure } = input
  const factor = factorAt(input, aheadMs)
  const most = (contracted ?? Infinity) * pressure
  const bounded = (expected: number): number =>
    Math.min(most, Math.min(contracted ?? Infinity, expected) * factor)
  return { aheadMs, rate: bounded(rate), rateAt: (place) => bounded(quantile(QUANTILES[place] ?? 0)) }
}

const outlook = ({ aheadMs, rate, rateAt }: Expected): Outlook => ({
  aheadMs,
  rate,
  scenarios: CHANCES.map((chance, i) => ({ rate: rateAt(i), chance })),
})

/** What is expected is taken for so many times of it. */
const factorAt = ({ hints, now, pressure }: OutlookInput, aheadMs: number): number =>
  hintFactor(hints, now + aheadMs) * pressure

/** What the owner's hints make of the load that is to be expected otherwise; hints that overlap multiply. */
export const hintFactor = (hints: readonly LoadHint[], at: number): number =>
  hints.reduce((factor, hint) => (at >= hint.from && at < hint.to ? factor * hint.factor : factor), 1)
