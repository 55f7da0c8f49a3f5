/** The door of agreement: what was promised, whether it is kept, and why not. */
export type {
  Agreement,
  CalendarUnit,
  Condition,
  Level,
  LevelMetric,
  LevelScope,
  LoadStatistic,
  MinuteOfDay,
  Remedy,
  RemedyStep,
  ScheduleEntry,
  SchedulePeriod,
  Terms,
  Thresholds,
  Weekday,
  Window,
} from './agreement.ts'
export { assumingLoad, mostBlamed, platformShareOf, windowCause } from './blame.ts'
export type { NotedCause } from './blame.ts'
export { diagnosePart } from './diagnose-part.ts'
export type { PartDiagnosis } from './diagnose-part.ts'
export { excessAt, isSurge } from './excess-load.ts'
export type { Excess, Present } from './excess-load.ts'
export { findCause, SERVICE_TIME_TOLERANCE } from './find-cause.ts'
export type { CapBinding, Circumstances, DependencyCircumstance, FoundCause } from './find-cause.ts'
export { slowInstances } from './odd-instances.ts'
export type { SlowInstance } from './odd-instances.ts'
export type { InstanceFigures, PartCircumstance, RevisionFigures } from './part-figures.ts'
export { judgeLevel } from './judge-level.ts'
export type { LevelJudgement } from './judge-level.ts'
export { contractedLoad, costCap, HOURS_PER_MONTH, instanceCap, loadConditions } from './limits.ts'
export { countInto, openWindow, recentCounts } from './level-window.ts'
export type { Cell, Counted, LevelWindow } from './level-window.ts'
export { loadSince, noSamples, sampleLoad, samplesSince } from './load-samples.ts'
export type { LoadCondition, LoadSamples } from './load-samples.ts'
export type { BatchWork, Characteristics, LoadHint, Part, PartCall, Service, ServiceTime } from './service.ts'
export type { Places } from './places.ts'
export type {
  BusyPeriod,
  CostInput,
  InstanceRate,
  LoadTier,
  Price,
  PricePeriod,
  TightnessStep,
} from './price.ts'
export { blameFound, settleOpen } from './settle-blame.ts'
export type { SampledCondition } from './settle-blame.ts'
export { discountFor, owedSteps, priceOfWindow, worthOfWindow } from './remedy.ts'
export { termsAt, termsInForce } from './terms.ts'
export { thresholdsOf, USUAL_THRESHOLDS } from './thresholds.ts'
export { inForce } from './versions.ts'
export type { Budget, Cause, CauseKind, Evidence, MissedBy, Verdict, VerdictState } from './verdict.ts'
export { instantAt, isTimeZone, wallClock } from './wall-clock.ts'
export { windowAt, windowLength } from './window.ts'
