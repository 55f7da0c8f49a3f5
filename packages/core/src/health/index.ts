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
