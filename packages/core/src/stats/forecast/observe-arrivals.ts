/**
 * Takes in what was counted: brings the predictors up to date, compares forecasts whose time has come with what
 * came, and issues a new one every few seconds.
 */
import { epochMs, type EpochMs } from '../../units/index.ts'
import { chanceVariance, rateOf, rawDeviation, type Count } from './chance.ts'
import { learnBands } from './error-bands.ts'
import { fade, meanOf } from './fading-mean.ts'
import { LONGEST_WINDOW_MS, lookAhead, windowMs } from './outlook.ts'
import { BASE, BASE_MEMORY_MS, dispersionOf, MINUTES_MEMORY_MS, SHORTEST, type Decay } from './predictors.ts'
import { addCount, countBetween, countLatest } from './recent-counts.ts'
import { observeRepetition } from './repetition.ts'
import { DAY, observeSeason, WEEK } from './season.ts'
import { short } from './short-number.ts'
import type { Forecaster, Issued } from './state.ts'
import { followSteady } from './steady.ts'
import { learnTrust } from './trust.ts'

interface Arrived {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly arrivals: number
}

/** A forecast for less than a second ahead is none, one for more than an hour is made of seasons elsewhere. */
const SHORTEST_LEAD_MS = 1_000
const LONGEST_LEAD_MS = 3_600_000

/**
 * `arrivals` were counted in all of `span`; spans that were not wholly seen are left out, and nothing is taken
 * for zero. `leadMs` is how far ahead is planned. A span that was seen already changes nothing.
 */
export function observeArrivals(
  before: Forecaster,
  span: { readonly from: EpochMs; readonly to: EpochMs },
  arrivals: number,
  leadMs: number,
): Forecaster {
  const from = epochMs(Math.max(span.from, before.recent.until))
  const ms = span.to - from
  if (ms <= 0 || !(arrivals >= 0) || arrivals === Infinity) return before
  const arrived = { from, to: span.to, arrivals: (arrivals * ms) / (span.to - span.from) }
  const lead = Math.round(Math.max(SHORTEST_LEAD_MS, Math.min(LONGEST_LEAD_MS, leadMs)))
  return issue(evaluate(follow({ ...before, leadMs: lead }, arrived)))
}

const SEEN_ENOUGH_MS = 3_600_000
const DISPERSION_MEMORY_MS = 600_000
/** One burst does not make a load that is always irregular. */
const MOST_SQUARE = 9
const USUAL_MS = 60_000

function follow(before: Forecaster, arrived: Arrived): Forecaster {
  const { from, to, arrivals } = arrived
  const ms = to - from
  const rate = (arrivals * 1_000) / ms
  const gapMs = before.seenMs === 0 ? 0 : from - before.recent.until
  const minutes = fade(before.minutes, rate, { gapMs, ms, memoryMs: MINUTES_MEMORY_MS })
  const usual = countLatest(before.recent, USUAL_MS)
  const square = rawDeviation(arrivals, (rateOf(usual) * ms) / 1_000) ** 2
  const memory = { gapMs: 0, ms, memoryMs: DISPERSION_MEMORY_MS }
  const dispersion =
    usual.ms < USUAL_MS ? before.dispersion : fade(before.dispersion, Math.min(MOST_SQUARE, square), memory)
  const recent = addCount(before.recent, arrived)
  return {
    ...before,
    recent,
    seenMs: Math.min(SEEN_ENOUGH_MS, before.seenMs + ms),
    minutes,
    lagging: fade(before.lagging, meanOf(minutes) ?? rate, { gapMs, ms, memoryMs: MINUTES_MEMORY_MS }),
    base: fade(before.base, rate, { gapMs, ms, memoryMs: BASE_MEMORY_MS }),
    dispersion,
    steady: followSteady(before.steady, { arrivals, ms }, recent, dispersionOf({ dispersion })),
    day: observeSeason(before.day, DAY, arrived, gapMs),
    week: observeSeason(before.week, WEEK, arrived, gapMs),
    repetition: observeRepetition(before.repetition, arrived),
  }
}

/** A window of which less was seen says too little of it. */
const LEAST_SEEN_SHARE = 0.6

function evaluate(before: Forecaster): Forecaster {
  const { recent, issued } = before
  const isDue = ([at, widthMs]: Issued): boolean => at + widthMs / 2 <= recent.until
  if (!issued.some(isDue)) return before
  let state: Forecaster = { ...before, issued: issued.filter((one) => !isDue(one)) }
  for (const one of issued.filter(isDue)) {
    const [at, widthMs] = one
    const count = countBetween(recent, at - widthMs / 2, at + widthMs / 2)
    if (count.ms >= LEAST_SEEN_SHARE * widthMs) state = compare(state, one, count)
  }
  return state
}

/** Errors below this are no reason to trust a predictor less. */
const TOLERATED_ERROR = 0.05

function compare(state: Forecaster, [, widthMs, rate, , said]: Issued, count: Count): Forecaster {
  const seconds = count.ms / 1_000
  const chance = chanceVariance((count.arrivals + rate * seconds) / 2, 1)
  const variance = Math.max(state.bands.relative.scale, chance) + TOLERATED_ERROR ** 2
  const news = Math.min(1, stepMs(state) / widthMs)
  return {
    ...state,
    trust: learnTrust(state.trust, said, { arrivals: count.arrivals, seconds, variance, news }),
    bands: learnBands(state.bands, { rate, base: said[BASE] ?? 0, seconds }, count.arrivals),
    decay: learnDecay(state.decay, said, rateOf(count)),
  }
}

const DECAY_MEMORY = 100
/** Of a burst more than so many times the base nothing more is learned. */
const MOST_TIMES = 10

/** Least squares: which share of a deviation from the base was left a lead later. */
function learnDecay({ left, was }: Decay, said: readonly (number | null)[], actual: number): Decay {
  const base = said[BASE] ?? 0
  const then = said[SHORTEST] ?? 0
  if (base <= 0) return { left, was }
  const limit = (rate: number): number => Math.min(MOST_TIMES, rate / base - 1)
  const kept = 1 - 1 / DECAY_MEMORY
  return {
    left: short(left * kept + limit(then) * limit(actual), 5),
    was: short(was * kept + limit(then) ** 2, 5),
  }
}

/** Forecasts wait in a state until their time has come, so there are few of them. */
const MOST_WAITING = 7
const SHORTEST_STEP_MS = 5_000
const KEPT_DIGITS = 4
/** Of the levels: 95 %. */
const UPPER = 5
const FIRST_FORECAST_MS = 30_000

const stepMs = ({ leadMs }: Forecaster): number =>
  Math.max(SHORTEST_STEP_MS, (leadMs + LONGEST_WINDOW_MS / 2) / MOST_WAITING)

function issue(state: Forecaster): Forecaster {
  const { recent, leadMs, issued, seenMs } = state
  if (seenMs < FIRST_FORECAST_MS) return state
  const latest = issued.at(-1)
  const at = recent.until + leadMs
  if (latest !== undefined && at < latest[0] + stepMs(state) && at > latest[0]) return state
  const widthMs = windowMs(state)
  const { rate, atLevels, said } = lookAhead(state, at, widthMs)
  const next: Issued = [
    at,
    widthMs,
    short(rate, KEPT_DIGITS),
    short(atLevels[UPPER] ?? rate, KEPT_DIGITS),
    said.map((one) => (one === null ? null : short(one, KEPT_DIGITS))),
  ]
  return { ...state, issued: [...issued, next].slice(-MOST_WAITING - 1) }
}
