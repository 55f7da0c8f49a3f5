/**
 * The predictors: each says from what was counted which rate it expects at an instant, or nothing. Their order
 * is that of their weights.
 */
import { rateOf, type Count } from './chance.ts'
import { basedOnMs, meanOf, type FadingMean } from './fading-mean.ts'
import { countLatest, lineThrough, type RecentCounts } from './recent-counts.ts'
import { forecastRepetition, type Repetition } from './repetition.ts'
import { DAY, forecastSeason, WEEK, type Season } from './season.ts'

/** What predictors look at. */
export interface Counted {
  readonly recent: RecentCounts
  /** Means that forget within five minutes, of that mean once more, and within a quarter of an hour. */
  readonly minutes: FadingMean
  readonly lagging: FadingMean
  readonly base: FadingMean
  readonly steady: Count
  /** The variance of counts over that of independent arrivals. */
  readonly dispersion: FadingMean
  readonly decay: Decay
  readonly day: Season
  readonly week: Season
  readonly repetition: Repetition
}

/** Sums for the share of a deviation from the base that is left a lead later. */
export interface Decay {
  readonly left: number
  readonly was: number
}

/** At first half of a burst is expected to last, by the weight of a few small ones. */
export const noDecay: Decay = { left: 0.1, was: 0.2 }

export interface Said {
  readonly rate: number
  /** The time over which a plain mean would have as little chance in it. */
  readonly basedOnMs: number
}

/** Predictors that speak at all times. */
const GENERALISTS: readonly string[] = [
  'last 10 seconds',
  'last minute',
  'last minutes',
  'last quarter of an hour',
  'steady load',
  'trend of the last minute',
  'trend of the last minutes',
  'burst that fades',
]
/** Predictors that speak where they expect something else than the others do. */
const SPECIALISTS: readonly string[] = ['time of day', 'time of the week', 'repetition']
export const PREDICTORS: readonly string[] = [...GENERALISTS, ...SPECIALISTS]

/** The places of some predictors. */
export const SHORTEST = 0
export const BASE = 3
/** Its name is that of its period. */
export const REPETITION: number = PREDICTORS.indexOf('repetition')

const LAST_MS = 10_000
const MINUTE_MS = 60_000
export const MINUTES_MEMORY_MS = 300_000
export const BASE_MEMORY_MS = 900_000
/** A slope counts from so many standard deviations of chance. */
const SIGNIFICANT_SLOPE = 3
/** A trend of a minute lasts some two minutes, one of minutes a quarter of an hour. */
const FAST_TREND_MS = 120_000
const SLOW_TREND_MS = 900_000
/** No trend leads to more than this many times the present rate. */
const STEEPEST = 4

export function dispersionOf({ dispersion }: Pick<Counted, 'dispersion'>): number {
  return Math.max(1, meanOf(dispersion) ?? 1)
}

/** In the order of GENERALISTS. */
export function sayGenerally(counted: Counted, at: number): readonly Said[] {
  const { recent, minutes, base, steady } = counted
  const aheadMs = Math.max(0, at - recent.until)
  const last = saidBy(countLatest(recent, LAST_MS))
  const minute = saidBy(countLatest(recent, MINUTE_MS))
  const faded = (mean: FadingMean, memoryMs: number): Said => ({
    rate: meanOf(mean) ?? minute.rate,
    basedOnMs: basedOnMs(mean, memoryMs),
  })
  const usual = faded(base, BASE_MEMORY_MS)
  return [
    last,
    minute,
    faded(minutes, MINUTES_MEMORY_MS),
    usual,
    saidBy(steady),
    fastTrend(counted, aheadMs),
    slowTrend(counted, minute, aheadMs),
    fadingBurst(counted.decay, last, usual),
  ]
}

const saidBy = (count: Count): Said => ({ rate: rateOf(count), basedOnMs: count.ms })

/** How far a trend leads that is damped: E. S. Gardner and E. McKenzie 1985, in continuous time. */
const damped = (aheadMs: number, lastsMs: number): number => lastsMs * (1 - Math.exp(-aheadMs / lastsMs))

function fastTrend(counted: Counted, aheadMs: number): Said {
  const { count, slope } = lineThrough(counted.recent, MINUTE_MS)
  const rate = rateOf(count)
  const seconds = count.ms / 1_000
  // The slope through independent arrivals of a constant rate has the variance 12·rate/T³.
  const chance = Math.sqrt((12 * rate * dispersionOf(counted)) / seconds ** 3)
  if (Math.abs(slope) <= SIGNIFICANT_SLOPE * chance) return { rate, basedOnMs: count.ms }
  const distance = seconds / 2 + damped(aheadMs, FAST_TREND_MS) / 1_000
  // So many times the variance of the mean has a line at this distance from its middle.
  const variance = 1 + 12 * (distance / seconds) ** 2
  return { rate: bounded(rate + slope * distance, rate), basedOnMs: count.ms / variance }
}

/** Brown's double smoothing: the mean of the mean lags behind it as the mean lags behind the load. */
function slowTrend({ minutes, lagging }: Counted, minute: Said, aheadMs: number): Said {
  const once = meanOf(minutes) ?? minute.rate
  const twice = meanOf(lagging) ?? once
  const share = 1 + damped(aheadMs, SLOW_TREND_MS) / MINUTES_MEMORY_MS
  // From the integrals of the squares of both means' kernels, as a multiple of that of the first.
  const variance = 1 + share + share ** 2 / 2
  return {
    rate: bounded(once + (once - twice) * share, once),
    basedOnMs: basedOnMs(minutes, MINUTES_MEMORY_MS) / variance,
  }
}

const bounded = (ahead: number, present: number): number => Math.max(0, Math.min(STEEPEST * present, ahead))

function fadingBurst({ left, was }: Decay, last: Said, usual: Said): Said {
  const share = Math.max(0, Math.min(1, left / was))
  return {
    rate: usual.rate + share * (last.rate - usual.rate),
    basedOnMs: 1 / (share ** 2 / last.basedOnMs + (1 - share) ** 2 / usual.basedOnMs),
  }
}

/** Where a specialist speaks it differs at least so much from what the others say. */
const LEAST_DIFFERENCE = 0.1
const SIGNIFICANT_DIFFERENCE = 3
/** What a season has to explain. */
const PRESENT_MS = 15_000

/** In the order of SPECIALISTS; null for those that expect nothing else than `others`. */
export function saySpecially(
  { recent, day, week, repetition }: Counted,
  { at, widthMs, others }: { readonly at: number; readonly widthMs: number; readonly others: number },
): readonly (Said | null)[] {
  const differing = (said: Said | null): Said | null => {
    if (said === null) return null
    const chance = 1_000 / (Math.max(said.rate, others) * said.basedOnMs)
    const difference = Math.abs(Math.log((said.rate + 1e-9) / (others + 1e-9)))
    const least = Math.max(LEAST_DIFFERENCE, SIGNIFICANT_DIFFERENCE * Math.sqrt(chance))
    return difference > least ? said : null
  }
  const now = { at, latest: countLatest(recent, PRESENT_MS), until: recent.until }
  return [
    forecastSeason(day, DAY, now),
    forecastSeason(week, WEEK, now),
    forecastRepetition(repetition, at, widthMs),
  ].map(differing)
}
