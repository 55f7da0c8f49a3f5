/**
 * The door of stats: mergeable distributions, counters and gauges, reproducible randomness, queueing formulas,
 * the forecast of load.
 */
export {
  bucketIndex,
  bucketUpperBound,
  createBucketIndexer,
  LAST_INDEX,
  LEAST_INDEX,
} from './bucket-index.ts'
export { counterIncrease } from './counter.ts'
export {
  countAtMost,
  mean,
  quantile,
  quantiles,
  squaredVariation,
  variance,
} from './distribution-estimates.ts'
export { createRecorder } from './distribution-recorder.ts'
export type { DistributionRecorder } from './distribution-recorder.ts'
export {
  distributionOf,
  emptyDistribution,
  mergeAll,
  mergeDistributions,
  subtractDistribution,
} from './distribution.ts'
export type { Distribution } from './distribution.ts'
export { distributionOfExponential } from './exponential.ts'
export type { ExponentialHistogram } from './exponential.ts'
export { createLabelledRecorder } from './labelled-recorder.ts'
export type { LabelledDistribution, LabelledOptions, LabelledRecorder } from './labelled-recorder.ts'
export {
  forecastRate,
  forecastRates,
  forecastUsual,
  noForecast,
  observeArrivals,
  usualRate,
} from './forecast/index.ts'
export type { ExpectedRate, Forecaster, RateForecast } from './forecast/index.ts'
export { createGauge, gaugeMean, readGauge, setGauge } from './gauge.ts'
export type { Gauge } from './gauge.ts'
export { standardNormalCdf, standardNormalQuantile, standardNormalTail } from './normal.ts'
export { erlangC, waitInQueue, waitTail } from './queueing.ts'
export type { Queue, QueueWait } from './queueing.ts'
export { proportionAtLeast } from './proportion.ts'
export { exponential, lognormal, poissonCount, seededRandom } from './random.ts'
export type { Random } from './random.ts'
export { waitDistribution } from './wait-distribution.ts'
export type { WaitDistribution } from './wait-distribution.ts'
