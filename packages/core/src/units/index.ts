/**
 * The door of units: quantities that cannot be mixed up, their texts, and names.
 */
export { branded } from './brand.ts'
export type { Brand } from './brand.ts'
export { bytes, formatBytes, parseBytes } from './bytes.ts'
export type { Bytes } from './bytes.ts'
export { civilFromDays, daysFromCivil } from './civil-date.ts'
export type { CivilDate } from './civil-date.ts'
export { credits, formatCredits, milliCredits, parseCredits } from './credits.ts'
export type { MilliCredits } from './credits.ts'
export {
  days,
  durationMs,
  formatDuration,
  hours,
  milliseconds,
  minutes,
  parseDuration,
  seconds,
} from './duration.ts'
export type { DurationMs } from './duration.ts'
export { instanceIdOf, MAX_NAME_LENGTH, parseName } from './identifier.ts'
export type {
  AgreementName,
  InstanceId,
  InstanceTypeName,
  LevelName,
  Name,
  OwnerName,
  PartName,
  RuleName,
  ServiceName,
  SourceName,
  WatchName,
} from './identifier.ts'
export { addDuration, elapsed, epochMs, formatInstant, parseInstant } from './instant.ts'
export type { EpochMs } from './instant.ts'
export {
  addMoney,
  costOf,
  formatHourlyPrice,
  formatMoney,
  micros,
  money,
  parseHourlyPrice,
  parseMoney,
  scaleMoney,
} from './money.ts'
export type { CurrencyMismatch, HourlyPrice, Micros, Money } from './money.ts'
export { nearest } from './nearest.ts'
export { formatRate, parseRate, perSecond, roughRate } from './rate.ts'
export type { PerSecond } from './rate.ts'
export { formatRatio, parseRatio, ratio } from './ratio.ts'
export type { Ratio } from './ratio.ts'
export { fail, ok } from './result.ts'
export type { ParseFault, Parsed, Result } from './result.ts'
export { divideRounded } from './rounding.ts'
export type { Rounding } from './rounding.ts'
