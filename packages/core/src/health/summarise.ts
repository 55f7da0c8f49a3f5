/** Reduces a distribution of times to what decisions look at. */
import { mean, quantiles, squaredVariation, type Distribution } from '../stats/index.ts'
import type { Times } from './metric.ts'
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

/** What people are told of times; whatever unit they are in, the scale brings them to milliseconds. */
export function timesIn(distribution: Distribution, scale = 1): Times {
  const [p50 = 0, p90 = 0, p95 = 0, p99 = 0] = quantiles(distribution, [0.5, 0.9, 0.95, 0.99])
  return {
    meanMs: mean(distribution) * scale,
    p50Ms: p50 * scale,
    p90Ms: p90 * scale,
    p95Ms: p95 * scale,
    p99Ms: p99 * scale,
    maxMs: distribution.max * scale,
  }
}
