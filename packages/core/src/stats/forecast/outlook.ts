/**
 * Puts together what the predictors say of one lead ahead, by how far each is trusted, with how far off that
 * has been of late.
 */
import { findBurst, type Burst } from './burst.ts'
import { countOff } from './chance.ts'
import { meanOf } from './fading-mean.ts'
import { sayGenerally, saySpecially, type Said } from './predictors.ts'
import { errorQuantiles, LEVEL_SCORES } from './spread.ts'
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
  return {
    rate: ahead,
    atLevels: levelsAround(state, ahead, { variance, widthMs }),
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
  let perSecond = 0
  for (const [i, one] of said.entries()) {
    if (one === null) continue
    const weight = trust[i] ?? 0
    weights += weight
    sum += weight * one.rate
    perSecond += (weight * 1_000) / Math.max(1, one.basedOnMs)
  }
  const rate = sum / weights
  // A quarter of an arrival stands for what none that was counted leaves open.
  return { rate, variance: (rate + (0.25 * perSecond) / weights) * (perSecond / weights) }
}

function levelsAround(
  { spread }: Forecaster,
  rate: number,
  { variance, widthMs }: { readonly variance: number; readonly widthMs: number },
): readonly number[] {
  const seconds = widthMs / 1_000
  const chance = Math.sqrt(variance)
  let least = 0
  return errorQuantiles(spread).map((error, i) => {
    const score = LEVEL_SCORES[i] ?? 0
    const learned = countOff(rate * seconds, error) / seconds
    const known = rate + score * chance
    const level = score > 0 ? Math.max(learned, known) : score < 0 ? Math.min(learned, known) : learned
    least = Math.max(least, level)
    return least
  })
}
