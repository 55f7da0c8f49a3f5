/**
 * What measurements say of a quantity: the value and the interval that holds the true one with 95 % confidence.
 * An interval without an upper end has `high: Infinity`.
 */
import { standardNormalQuantile } from '../stats/index.ts'

export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly samples: number
}

const CONFIDENCE = 0.95
const UPPER_TAIL = 1 - (1 - CONFIDENCE) / 2

/** Enough that their means are nearly normal and independent, few enough that each is over many gaps. */
const MAX_BATCHES = 20
const LEAST_BATCHES = 4
const LEAST_GAPS_IN_BATCH = 4

/** How wide the interval is to its wider side, as a share of the value. */
export function relativeWidth({ value, low, high }: Estimate): number {
  return value <= 0 ? Infinity : Math.max(value - low, high - value) / value
}

/** The mean of independent values, with Student's interval; null below two values. */
export function estimateMean(values: readonly number[]): Estimate | null {
  const samples = values.length
  if (samples < 2) return null
  const value = values.reduce((sum, one) => sum + one, 0) / samples
  const squares = values.reduce((sum, one) => sum + (one - value) ** 2, 0)
  const half = studentQuantile(UPPER_TAIL, samples - 1) * Math.sqrt(squares / (samples - 1) / samples)
  return { value, low: value - half, high: value + half, samples }
}

/**
 * A percentile, with the interval between two order statistics (David and Nagaraja, Order Statistics, 7.1), which asks
 * nothing of the distribution. Too few values have no upper end.
 */
export function estimatePercentile(values: readonly number[], ratio: number): Estimate | null {
  const samples = values.length
  if (samples < 2) return null
  const sorted = values.toSorted((left, right) => left - right)
  const at = (rank: number): number => sorted[Math.min(samples, Math.max(1, rank)) - 1] ?? 0
  const spread = standardNormalQuantile(UPPER_TAIL) * Math.sqrt(samples * ratio * (1 - ratio))
  const highest = Math.ceil(samples * ratio + spread)
  return {
    value: at(Math.ceil(samples * ratio)),
    low: at(Math.floor(samples * ratio - spread)),
    high: highest > samples ? Infinity : at(highest),
    samples,
  }
}

/**
 * How many a second come out, from the gaps in milliseconds between one and the next while there was always work.
 * Gaps depend on their neighbours, so the interval is that of means over batches in a row (Law, Simulation Modeling
 * and Analysis, 9.5.3). Null while there are too few.
 */
export function estimateRate(gapsMs: readonly number[]): Estimate | null {
  const batches = Math.min(MAX_BATCHES, Math.floor(gapsMs.length / LEAST_GAPS_IN_BATCH))
  if (batches < LEAST_BATCHES) return null
  const size = Math.floor(gapsMs.length / batches)
  const from = gapsMs.length - size * batches
  const means = Array.from({ length: batches }, (_, batch) => {
    const gaps = gapsMs.slice(from + batch * size, from + (batch + 1) * size)
    return gaps.reduce((sum, gap) => sum + gap, 0) / size
  })
  const gap = estimateMean(means)
  if (gap === null || gap.value <= 0) return null
  const perSecond = (meanMs: number): number => (meanMs <= 0 ? Infinity : MS_PER_SECOND / meanMs)
  return {
    value: perSecond(gap.value),
    low: perSecond(gap.high),
    high: perSecond(gap.low),
    samples: gapsMs.length,
  }
}

const MS_PER_SECOND = 1_000

/**
 * Student's t: exact for one and two degrees of freedom, else Abramowitz and Stegun 26.7.5, whose error stays below 1 %
 * from three on.
 */
export function studentQuantile(probability: number, degrees: number): number {
  if (degrees === 1) return Math.tan(Math.PI * (probability - 0.5))
  if (degrees === 2) {
    const p = 2 * probability - 1
    return p * Math.sqrt(2 / (1 - p * p))
  }
  const z = standardNormalQuantile(probability)
  const n = degrees
  return (
    z +
    (z ** 3 + z) / (4 * n) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * n ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * n ** 3) +
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / (92_160 * n ** 4)
  )
}
