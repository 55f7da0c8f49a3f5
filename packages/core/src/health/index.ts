export type {
  HostFigures,
  InstanceObservation,
  InstancePhase,
  LevelCount,
  PartObservation,
  ServiceObservation,
  Span,
  TimeSummary,
} from './observation.ts'
export { summariseTimes } from './summarise.ts'
export { eightMetrics } from './eight-metrics.ts'
export type { EightMetrics, Metric, MetricRule, Subject, Times, Violations } from './eight-metrics.ts'
export { addTallies, noCounts, noTally } from './tally.ts'
export type { Counts, LevelTally, Tally } from './tally.ts'
export { intervalOf, latelyAt, SETTLED_MS } from './interval.ts'
export type { Asked, Interval } from './interval.ts'
export { createTimeline } from './timeline.ts'
export type { Timeline } from './timeline.ts'
