/** What programs install that read the health of services. */
export type { EightMetrics, Health, Metric, MoreMetric, Times, Violations } from './health.ts'
export { createHealthReader, HealthError } from './health-reader.ts'
export type { HealthAsked, HealthReader, HealthReaderOptions } from './health-reader.ts'
