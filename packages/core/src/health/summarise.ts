/** Reduces a distribution of times to what decisions look at. */
import { mean, quantiles, squaredVariation, type Distribution } from '../stats/index.ts'
import type { TimeSummary } from './observation.ts'

/** Times in milliseconds; all zero where nothing was measured. */
export function summariseTimes(distribution: Distribution): TimeSummary {
  const [p50Ms = 0, p90Ms = 0, p99Ms = 0] = quantiles(distribution, [0.5, 0.9, 0.99])
  return {
    count: distribution.count,
    meanMs: mean(distribution),
    squaredVariation: squaredVariation(distribution),
    p50Ms,
    p90Ms,
    p99Ms,
    maxMs: distribution.max,
  }
}
