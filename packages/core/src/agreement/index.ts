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
  Weekday,
  Window,
} from './agreement.ts'
export type { Characteristics, Part, PartCall, Service, ServiceTime } from './service.ts'
export type { Budget, Cause, CauseKind, Evidence, Verdict, VerdictState } from './verdict.ts'
