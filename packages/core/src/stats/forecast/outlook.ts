/**
 * Puts together what the predictors say of one lead ahead, by how far each is trusted, with how far off that
 * has been of late.
 */
import { findBurst, type Burst } from './burst.ts'
import { levelsAround } from './error-bands.ts'
import { meanOf } from './fading-mean.ts'
import { BASE, sayGenerally, saySpecially, type Said } from './predictors.ts'
import { LEVEL_SCORES } from './spread.ts'
import type { Forecaster } from './state.ts'

/** What is forecast is the mean over a time in which about so many arrive, within bounds. */
const WINDOW_ARRIVALS = 100
const SHORTEST_WINDOW_MS = 10_000
export const LONGEST_WINDOW_MS = 30_000

export function windowMs({ minutes }: Pick<Forecaster, 'minutes'>): number {
  const ms = (WINDOW_ARRIVALS * 1_000) / Math.max(meanOf(minutes) ?? 0, 1e-9)
  return Math.round(Math.max(SHORTEST_WINDOW_MS, Math.min(LONGEST_WINDOW_MS, ms)))
}

export interface Outlook {
  readonly rate: number
  /** For each of the spread's levels the rate that is passed with its complement; rising. */
  readonly atLevels: readonly number[]
  readonly said: readonly (number | null)[]
  readonly burst: Burst | null
}

export function lookAhead(state: Forecaster, at: number, widthMs: number): Outlook {
  const general = sayGenerally(state, at)
  const others = combined(state.trust, general)
  const special = saySpecially(state, { at, widthMs, others: others.rate })
  const said: readonly (Said | null)[] = [...general, ...special]
  const { rate, variance } = special.some((one) => one !== null) ? combined(state.trust, said) : others
  const burst = findBurst(state)
  const ahead = Math.max(rate, burst?.rate ?? 0)
  const forecast = { rate: ahead, base: general[BASE]?.rate ?? 0, seconds: widthMs / 1_000 }
  return {
    rate: ahead,
    atLevels: withChance(levelsAround(state.bands, forecast), ahead, variance),
    said: said.map((one) => one?.rate ?? null),
    burst,
  }
}

/** The variance is that of the rate by chance, in 1/s². */
function combined(
  trust: readonly number[],
  said: readonly (Said | null)[],
): { readonly rate: number; readonly variance: number } {
  let weights = 0
  let sum = 0
  for (let i = 0; i < said.length; i += 1) {
    const weight = trust[i] ?? 0
    weights += said[i] ? weight : 0
    sum += weight * (said[i]?.rate ?? 0)
  }
  const rate = sum / weights
  // Means of the same latest counts: the covariance of two is the variance of the one over the longer time.
  let perSecond = 0
  for (let i = 0; i < said.length; i += 1) {
    const one = said[i]
    if (!one) continue
    for (let j = 0; j < said.length; j += 1) {
      const other = said[j]
      if (!other) continue
      const seconds = Math.max(1, one.basedOnMs, other.basedOnMs) / 1_000
      perSecond += ((trust[i] ?? 0) * (trust[j] ?? 0)) / seconds / weights ** 2
    }
  }
  // A quarter of an arrival stands for what none that was counted leaves open.
  return { rate, variance: (rate + 0.25 * perSecond) * perSecond }
}

/** Nothing is known better than chance lets it be known. */
function withChance(levels: readonly number[], rate: number, variance: number): readonly number[] {
  const chance = Math.sqrt(variance)
  let least = 0
  return levels.map((learned, i) => {
    const score = LEVEL_SCORES[i] ?? 0
    const known = rate + score * chance
    const level = score > 0 ? Math.max(learned, known) : score < 0 ? Math.min(learned, known) : learned
    least = Math.max(least, level)
    return least
  })
}
