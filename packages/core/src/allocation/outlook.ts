/**
 * The load to come as decisions see it: for now, and for when an instance that is ordered now serves, each as a
 * few rates with their chances. Load above what was agreed is not planned for, and what the owner has announced
 * counts on top of what was learned (A3.17).
 */
import type { LoadHint } from '../agreement/index.ts'
import { forecastRates, forecastUsual, type Forecaster } from '../stats/index.ts'
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

/**
 * What was last planned for stays until the forecast differs from it by more than chance explains, so that a
 * constant load is planned for once.
 */
export function steadied(fresh: Outlooks, kept: KeptOutlooks | null): Outlooks {
  if (kept === null || isAnother(fresh.now, kept.now) || isAnother(fresh.ahead, kept.ahead)) return fresh
  return {
    ...fresh,
    now: withRates(fresh.now, kept.now),
    ahead: withRates(fresh.ahead, kept.ahead),
    usual: withRates(fresh.usual, kept.usual),
  }
}

/** The outlook of kept rates and the rates of that outlook: the same ones while they are kept. */
const keptOutlooks = new WeakMap<readonly number[], Outlook>()
const keptRates = new WeakMap<Outlook, readonly number[]>()

function withRates(outlook: Outlook, rates: readonly number[]): Outlook {
  const known = keptOutlooks.get(rates)
  if (known !== undefined && known.aheadMs === outlook.aheadMs) return known
  const made: Outlook = {
    ...outlook,
    rate: rates[0] ?? outlook.rate,
    scenarios: outlook.scenarios.map(({ chance }, i) => ({ rate: rates[i + 1] ?? 0, chance })),
  }
  keptOutlooks.set(rates, made)
  keptRates.set(made, rates)
  return made
}

export const keptOf = ({ now, ahead, usual }: Outlooks): KeptOutlooks => ({
  now: ratesOf(now),
  ahead: ratesOf(ahead),
  usual: ratesOf(usual),
})

const ratesOf = (outlook: Outlook): readonly number[] =>
  keptRates.get(outlook) ?? [outlook.rate, ...outlook.scenarios.map(({ rate }) => rate)].map(rounded)

const rounded = (rate: number): number => Number(rate.toPrecision(5))

function isAnother({ rate, scenarios }: Outlook, kept: readonly number[]): boolean {
  if (kept.length !== scenarios.length + 1) return true
  const isOff = (i: number, fresh: number, looser: number): boolean =>
    differs(rounded(fresh), kept[i] ?? 0, looser)
  return (
    isOff(0, rate, 1) ||
    isOff(HIGH, scenarios[HIGH - 1]?.rate ?? 0, LOOSER) ||
    isOff(HIGHER, scenarios[HIGHER - 1]?.rate ?? 0, LOOSER)
  )
}

/** Places of the rates that are passed one time in eight and one in forty; these are known less well. */
const HIGH = 9
const HIGHER = 11
const LOOSER = 2

const differs = (fresh: number, kept: number, looser: number): boolean =>
  Math.abs(fresh - kept) >
  looser * (SAME_SHARE * kept + SIGNIFICANT * Math.sqrt((kept + 1 / UNNOTICED_SECONDS) / UNNOTICED_SECONDS))

/** Null while too little was seen. */
export function outlooksOf(input: OutlookInput): Outlooks | null {
  const { forecaster, now, lead } = input
  const forecastFor = forecastRates(forecaster, now)
  if (forecastFor === null) return null
  const [present, later] = [forecastFor(0), forecastFor(lead)]
  return {
    now: outlook(present, 0, input),
    ahead: outlook(later, lead, input),
    usual: outlook(forecastUsual(forecaster), 0, input),
    unbounded: Math.max(present.rate * factorAt(input, 0), later.rate * factorAt(input, lead)),
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

function outlook(
  { rate, quantile }: { readonly rate: number; readonly quantile: (p: number) => number },
  aheadMs: number,
  input: OutlookInput,
): Outlook {
  const { contracted, pressure } = input
  const factor = factorAt(input, aheadMs)
  const bounded = (expected: number): number => Math.min(contracted ?? Infinity, expected) * factor
  const most = (contracted ?? Infinity) * pressure
  return {
    aheadMs,
    rate: Math.min(most, bounded(rate)),
    scenarios: QUANTILES.map((p, i) => ({
      rate: Math.min(most, bounded(quantile(p))),
      chance: CHANCES[i] ?? 0,
    })),
  }
}

/** What is expected is taken for so many times of it. */
const factorAt = ({ hints, now, pressure }: OutlookInput, aheadMs: number): number =>
  hintFactor(hints, now + aheadMs) * pressure

/** What the owner's hints make of the load that is to be expected otherwise; hints that overlap multiply. */
export const hintFactor = (hints: readonly LoadHint[], at: number): number =>
  hints.reduce((factor, hint) => (at >= hint.from && at < hint.to ? factor * hint.factor : factor), 1)
