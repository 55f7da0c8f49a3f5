/**
 * What is expected of a service's load now and up to one lead ahead.
 */
import { durationMs, formatDuration, perSecond, roughRate, type EpochMs } from '../../units/index.ts'
import { rateOf } from './chance.ts'
import { levelsAround } from './error-bands.ts'
import { meanOf } from './fading-mean.ts'
import { lookAhead, windowMs, type Outlook } from './outlook.ts'
import { dispersionOf, PREDICTORS, REPETITION } from './predictors.ts'
import { presentCount } from './present.ts'
import { SLOT_MS } from './repetition.ts'
import { interpolate, LEVEL_SCORES } from './spread.ts'
import type { Forecaster } from './state.ts'

export interface RateForecast {
  /** Operations a second that are expected on average over a short time around that instant. */
  readonly rate: number
  /** Quantile of that rate: its own uncertainty, bursts included, without the chance of single arrivals. */
  readonly quantile: (p: number) => number
  /** The predictors that it rests on; the weights add up to 1. */
  readonly trusted: readonly { readonly predictor: string; readonly weight: number }[]
  /** The load has just risen beyond what was forecast for now and beyond chance. */
  readonly burst: boolean
  readonly says: string
}

/** Before so much was seen a rate says little. */
const ENOUGH_MS = 30_000

/** Rates that may come, without the words on them. */
export type ExpectedRate = Pick<RateForecast, 'rate' | 'quantile'>

/** Null while too little was seen. `aheadMs` beyond the lead is taken for the lead. */
export function forecastRate(state: Forecaster, now: EpochMs, aheadMs: number): RateForecast | null {
  const seen = seenBy(state, now)
  if (seen === null) return null
  const { outlook } = seen
  const { rate, quantile } = expectedFrom(seen, now, aheadMs)
  const trusted = trustedIn(state, outlook)
  const says = sentence(trusted, outlook, { rate, aheadMs, high: quantile(0.9) })
  return { rate, quantile, trusted, burst: outlook.burst !== null, says }
}

/** For several times ahead of the same instant: most of it is the same for all of them. */
export function forecastRates(state: Forecaster, now: EpochMs): ((aheadMs: number) => ExpectedRate) | null {
  const seen = seenBy(state, now)
  return seen === null ? null : (aheadMs) => expectedFrom(seen, now, aheadMs)
}

function seenBy(state: Forecaster, now: EpochMs): Seen | null {
  if (state.seenMs < ENOUGH_MS) return null
  const outlook = lookAhead(state, now + state.leadMs, windowMs(state))
  return { state, outlook, present: presentLevels(state, outlook) }
}

interface Levels {
  readonly rate: number
  readonly atLevels: readonly number[]
}

interface Seen {
  readonly state: Forecaster
  readonly outlook: Outlook
  readonly present: Levels
}

function expectedFrom({ state, outlook, present }: Seen, now: EpochMs, aheadMs: number): ExpectedRate {
  const { recent, leadMs } = state
  const staleMs = Math.max(0, now - recent.until)
  const share = Math.max(0, Math.min(1, (aheadMs + staleMs) / leadMs))
  const rate = present.rate + share * (outlook.rate - present.rate)
  // Errors grow as those of a random walk: with the root of the time ahead, also beyond the lead.
  const growth = Math.sqrt(share)
  const widening = Math.sqrt(1 + Math.max(0, staleMs - leadMs) / leadMs)
  const atLevels = outlook.atLevels.map((level, i) => {
    const now = present.atLevels[i] ?? present.rate
    const off = now - present.rate + growth * (level - outlook.rate - (now - present.rate))
    return Math.max(0, rate + widening * off)
  })
  return { rate, quantile: (p) => Math.max(0, interpolate(atLevels, p)) }
}

/** The load at any time, as the last quarter of an hour and its errors tell: what comes once the present has passed. */
export function forecastUsual(state: Forecaster): ExpectedRate {
  const rate = meanOf(state.base) ?? 0
  const atLevels = levelsAround(state.bands, { rate, base: rate, seconds: windowMs(state) / 1_000 })
  return { rate, quantile: (p) => Math.max(0, interpolate(atLevels, p)) }
}

/** From here the steady load is the longer count. */
const LONG_MS = 90_000

function presentLevels(state: Forecaster, { burst }: Outlook): Levels {
  const { recent, steady } = state
  const count = presentCount(recent, dispersionOf(state), steady.ms > LONG_MS ? [steady] : [])
  const counted = rateOf(count)
  const chance = Math.sqrt(count.arrivals + 0.25) / (Math.max(1, count.ms) / 1_000)
  const rate = Math.max(counted, burst?.rate ?? 0)
  return { rate, atLevels: LEVEL_SCORES.map((score) => rate + score * chance) }
}

/** Weights below this decide nothing. */
const SLIGHT_WEIGHT = 0.01

function trustedIn({ trust, repetition }: Forecaster, { said }: Outlook): RateForecast['trusted'] {
  const awake = said.reduce<number>((sum, one, i) => (one === null ? sum : sum + (trust[i] ?? 0)), 0)
  const named = PREDICTORS.flatMap((name, i) => {
    const weight = (trust[i] ?? 0) / awake
    if (said[i] === null || weight < SLIGHT_WEIGHT) return []
    const every = durationMs((repetition.found?.slots ?? 0) * SLOT_MS)
    return [{ predictor: i === REPETITION ? `repetition every ${formatDuration(every)}` : name, weight }]
  }).toSorted((a, b) => b.weight - a.weight)
  const kept = named.reduce((sum, { weight }) => sum + weight, 0)
  return named.map(({ predictor, weight }) => ({ predictor, weight: weight / kept }))
}

function sentence(
  trusted: RateForecast['trusted'],
  { burst }: Outlook,
  { rate, high, aheadMs }: { readonly rate: number; readonly high: number; readonly aheadMs: number },
): string {
  const when = aheadMs === 0 ? 'now' : `in ${formatDuration(durationMs(aheadMs))}`
  const text = (value: number): string => roughRate(perSecond(value))
  if (burst !== null)
    return `A burst: ${text(burst.rate)} came where at most ${text(burst.expected)} was expected; ${text(rate)} is expected ${when}.`
  const by = trusted[0]?.predictor
  return `${text(rate)} is expected ${when}, nine times in ten at most ${text(high)}, mostly by the ${by}.`
}
