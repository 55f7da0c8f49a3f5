/**
 * Whether the load has just risen far beyond what was forecast for now: the signal to act on within seconds.
 */
import { deviation, rateOf, soberRate } from './chance.ts'
import { dispersionOf } from './predictors.ts'
import { presentCount } from './present.ts'
import { countLatest } from './recent-counts.ts'
import type { Forecaster } from './state.ts'

/** The shorter a window, the more of them there are in an hour, and the rarer each must be misled. */
const RISES: readonly { readonly windowMs: number; readonly significant: number }[] = [
  { windowMs: 2_000, significant: 5 },
  { windowMs: 5_000, significant: 4.5 },
  { windowMs: 15_000, significant: 4.5 },
]

export interface Burst {
  readonly rate: number
  /** What was hardly expected to be passed. */
  readonly expected: number
}

/** Null unless the last seconds are beyond both the forecast that was made for now and chance. */
export function findBurst(state: Forecaster): Burst | null {
  const expected = expectedNow(state)
  if (expected === null) return null
  const dispersion = dispersionOf(state)
  // A burst that is over is in the longer windows still.
  if (rateOf(presentCount(state.recent, dispersion)) <= expected) return null
  let rate = 0
  for (const { windowMs, significant } of RISES) {
    const count = countLatest(state.recent, windowMs)
    if (deviation(count, expected, dispersion) > significant) rate = Math.max(rate, soberRate(count))
  }
  return rate > expected ? { rate, expected } : null
}

/** What is expected may come so much earlier or later. */
const EARLY_OR_LATE_MS = 15_000

/** The highest upper end of the forecasts whose time is about the present; else of the nearest. */
function expectedNow({ recent, issued, leadMs }: Forecaster): number | null {
  let nearest = leadMs
  let expected: number | null = null
  for (const [at, , , upper] of issued) {
    const distance = Math.max(EARLY_OR_LATE_MS, Math.abs(at - recent.until))
    if (distance > nearest) continue
    expected = distance === nearest ? Math.max(upper, expected ?? 0) : upper
    nearest = distance
  }
  return expected
}
