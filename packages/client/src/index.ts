/** What application developers install. It has no dependencies and never throws into the application. */
export { CLASS_HEADER, CLIENT_HEADER, identityHeaders, withIdentity } from './identity.ts'
export type { Identity } from './identity.ts'
export { createMeter, meterHttp } from './wrapper/index.ts'
export type {
  Asker,
  ClassOf,
  Done,
  Meter,
  MeterOptions,
  MeterState,
  OperationMeter,
  Outcome,
  Running,
  Who,
} from './wrapper/index.ts'
