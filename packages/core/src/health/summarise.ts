/** Reduces a distribution of times to what decisions look at. */
import { mean, quantile, squaredVariation, type Distribution } from '../stats/index.ts'
import type { TimeSummary } from './observation.ts'

/** Times in milliseconds; all zero where nothing was measured. */
export const summariseTimes = (distribution: Distribution): TimeSummary => ({
  count: distribution.count,
  meanMs: mean(distribution),
  squaredVariation: squaredVariation(distribution),
  p50Ms: quantile(distribution, 0.5),
  p90Ms: quantile(distribution, 0.9),
  p99Ms: quantile(distribution, 0.99),
  maxMs: distribution.max,
})
