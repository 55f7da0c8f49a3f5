/**
 * The quantiles around a forecast. Errors of some loads grow with what was forecast, those of others do not: one
 * spread is learned of errors relative to the forecast, one relative to the usual rate, and their quantiles are
 * mixed by how much each would have cost of late (the pinball loss, R. Koenker and G. Bassett 1978).
 */
import { chanceVariance, countOff, logError } from './chance.ts'
import { errorQuantiles, learnSpread, LEVELS, noSpread, type Spread } from './spread.ts'

export interface ErrorBands {
  readonly relative: Spread
  readonly absolute: Spread
  /** The logarithm of the odds for the absolute ones. */
  readonly odds: number
}

export const noBands: ErrorBands = { relative: noSpread, absolute: noSpread, odds: 0 }

/** What a forecast was made from. */
export interface Forecasted {
  readonly rate: number
  /** The usual rate at that time. */
  readonly base: number
  /** The time that the rate is the mean of. */
  readonly seconds: number
}

/** Half an arrival is added, so that errors have a unit where usually nothing comes. */
const unitOf = ({ base, seconds }: Forecasted): number => base + 0.5 / seconds

/** For each of LEVELS the rate that is passed with its complement, without the chance of single arrivals. */
export function levelsAround(bands: ErrorBands, forecast: Forecasted): readonly number[] {
  const absolutely = errorQuantiles(bands.absolute)
  const share = 1 / (1 + Math.exp(-bands.odds))
  const { rate, seconds } = forecast
  const unit = unitOf(forecast)
  return errorQuantiles(bands.relative).map((error, i) => {
    const relative = countOff(rate * seconds, error) / seconds
    const absolute = Math.max(0, rate + (absolutely[i] ?? 0) * unit)
    return relative + share * (absolute - relative)
  })
}

/** The odds forget as fast as the spreads, and neither side is given up. */
const ODDS_KEPT = 0.99
const MOST_ODDS = 4
const MOST_STEP = 1

export function learnBands(before: ErrorBands, forecast: Forecasted, arrivals: number): ErrorBands {
  const { rate, seconds } = forecast
  const unit = unitOf(forecast)
  const came = arrivals / seconds
  const costOf = (odds: number): number => upperLoss(levelsAround({ ...before, odds }, forecast), came)
  const typical = unit * Math.sqrt(before.absolute.scale)
  const step = (costOf(-Infinity) - costOf(Infinity)) / typical
  const odds = before.odds * ODDS_KEPT + Math.max(-MOST_STEP, Math.min(MOST_STEP, step))
  // Independent arrivals have no more chance in them than this, so what is beyond is the rate's own.
  const expected = (arrivals + rate * seconds) / 2
  const chance = chanceVariance(expected, 1)
  return {
    relative: learnSpread(before.relative, logError(arrivals, rate * seconds), chance),
    absolute: learnSpread(before.absolute, (came - rate) / unit, expected / (seconds * unit) ** 2),
    // Adding 0 makes of −0, which JSON does not know, a 0.
    odds: Math.round(1_000 * Math.max(-MOST_ODDS, Math.min(MOST_ODDS, odds))) / 1_000 + 0,
  }
}

/** Only levels above the median, since they are what is planned for. */
function upperLoss(levels: readonly number[], came: number): number {
  let loss = 0
  for (const [i, level] of LEVELS.entries()) {
    const at = levels[i] ?? 0
    if (level > 0.5) loss += came > at ? level * (came - at) : (1 - level) * (at - came)
  }
  return loss
}
