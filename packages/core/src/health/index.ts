export type {
  HostFigures,
  InstanceObservation,
  InstancePhase,
  LevelCount,
  PartObservation,
  ServiceObservation,
  Span,
  TimeSummary,
  Untold,
} from './observation.ts'
export { summariseTimes } from './summarise.ts'
export { eightMetrics, moreMetrics } from './eight-metrics.ts'
export type { EightMetrics, MoreMetric, Subject, Violations } from './eight-metrics.ts'
export type { Metric, Times } from './metric.ts'
export { addTallies, noCounts, noTally, tallyWithout } from './tally.ts'
export type { Counts, LevelTally, Tally } from './tally.ts'
export {
  firstToTell,
  intervalOf,
  isKeptWhole,
  latelyAt,
  SETTLED_MS,
  settledInterval,
  unsettledFrom,
} from './interval.ts'
export type { Asked, Interval } from './interval.ts'
export { createTimeline, RESOLUTIONS } from './timeline.ts'
export type { Timeline } from './timeline.ts'
export { distributionJson, distributionOfJson, tallyJson, tallyOf } from './tally-text.ts'
export type { DistributionJson, TallyJson } from './tally-text.ts'
export { crossCheck } from './cross-check.ts'
export {
  createByteTable,
  createHistogramJoiner,
  createSeriesTable,
  joinHistograms,
  millisecondsIn,
  NO_ENTRY,
  NO_SERIES,
  NO_VERSION,
} from './series/index.ts'
export type {
  About,
  ByteTable,
  ByteTableOf,
  HistogramJoiner,
  JoinedReading,
  KnownSeries,
  NewSeries,
  Series,
  SeriesHandle,
  SeriesKind,
  SeriesReading,
  SeriesSink,
  SeriesStanding,
  SeriesTable,
  SourceFault,
  StandingsPage,
} from './series/index.ts'
export {
  addInputs,
  believe,
  createCoverage,
  createNameChoice,
  defaultInputOf,
  defaultInputs,
  evaluateRule,
  evaluateTimes,
  inputName,
  mayTellOperations,
  operationsIn,
  overIn,
  RULED_METRICS,
  ruleInputs,
  selectsPieces,
  timesOf,
  whySelectsNothing,
} from './rules/index.ts'
export type {
  Believed,
  ChooseName,
  Combination,
  Coverage,
  InputTally,
  LabelTest,
  NameChoice,
  OperationCount,
  OperationsTold,
  Rule,
  RuledMetric,
  RuleInput,
  Selection,
  Statistic,
  TallyInputs,
} from './rules/index.ts'
