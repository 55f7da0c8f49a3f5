/**
 * What chance does to counts of independent arrivals: how far a count is from what a rate lets expect, in
 * standard deviations, and how much of a forecast's error is the count's and not the forecast's.
 */

export interface Count {
  readonly arrivals: number
  readonly ms: number
}

export const rateOf = ({ arrivals, ms }: Count): number => (ms === 0 ? 0 : (arrivals * 1_000) / ms)

/** Real clients are less regular than independent ones: what differs by less than this share is the same load. */
const SAME_SHARE = 0.05

/** F. J. Anscombe 1948: the square root makes the spread of a count ½, whatever its mean. */
const SHIFT = 0.375

/**
 * By how many standard deviations the count differs from what the rate lets expect; 0 where it is as good as
 * the same. `dispersion` is the variance of these arrivals' counts over that of independent arrivals.
 */
export function deviation(count: Count, rate: number, dispersion: number): number {
  const expected = (rate * count.ms) / 1_000
  if (Math.abs(count.arrivals - expected) <= SAME_SHARE * expected) return 0
  return rawDeviation(count.arrivals, expected) / Math.sqrt(dispersion)
}

export function rawDeviation(arrivals: number, expected: number): number {
  return 2 * (Math.sqrt(arrivals + SHIFT) - Math.sqrt(expected + SHIFT))
}

/** The rate that the count shows beyond one standard deviation of chance. */
export function soberRate({ arrivals, ms }: Count): number {
  return rateOf({ arrivals: Math.max(0, Math.sqrt(arrivals) - 0.5) ** 2, ms })
}

/** Half an arrival is added on both sides, so that nothing counted and nothing expected have a logarithm too. */
const HALF = 0.5
const MOST_LOG_ERROR = 4

/** The logarithm of what was counted over what was forecast. */
export function logError(arrivals: number, forecast: number): number {
  const error = Math.log((arrivals + HALF) / (forecast + HALF))
  return Math.max(-MOST_LOG_ERROR, Math.min(MOST_LOG_ERROR, error))
}

/** The inverse: the count that is off by this error from the forecast. */
export function countOff(forecast: number, error: number): number {
  return Math.max(0, (forecast + HALF) * Math.exp(error) - HALF)
}

/** The variance that chance alone gives to the log error. */
export function chanceVariance(expected: number, dispersion: number): number {
  return (dispersion * expected) / (expected + HALF) ** 2
}
