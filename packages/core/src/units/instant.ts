/**
 * Holds points in time as whole milliseconds since 1970-01-01T00:00:00Z, and their ISO 8601 texts.
 * Parsing demands a zone, formatting always writes UTC; the calendar is the proleptic Gregorian one.
 */
import { branded } from './brand.ts'
import type { Brand } from './brand.ts'
import { civilFromDays, daysFromCivil } from './civil-date.ts'
import type { CivilDate } from './civil-date.ts'
import { durationMs } from './duration.ts'
import type { DurationMs } from './duration.ts'
import { quoted } from './quantity-text.ts'
import { ok, refuse } from './result.ts'
import type { Parsed } from './result.ts'
import { whole } from './whole.ts'

export type EpochMs = Brand<number, 'EpochMs'>

const MS_PER_SECOND = 1_000
const MS_PER_MINUTE = 60_000
const MS_PER_HOUR = 3_600_000
const MS_PER_DAY = 86_400_000

const EXAMPLE = '2026-11-27T09:00:00Z'

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?$/

/** Rounds to a whole millisecond. */
export function epochMs(value: number): EpochMs {
  return branded<EpochMs>(whole(value, 'An instant'))
}

/** The instant that lies `duration` after `instant`. */
export function addDuration(instant: EpochMs, duration: DurationMs): EpochMs {
  return epochMs(instant + duration)
}

/** The time from `earlier` to `later`; negative when they are the other way round. */
export function elapsed(earlier: EpochMs, later: EpochMs): DurationMs {
  return durationMs(later - earlier)
}

/** Reads ISO 8601 with a zone. Digits below a millisecond are dropped, as other tools write nanoseconds. */
export function parseInstant(text: string): Parsed<EpochMs> {
  const match = INSTANT.exec(text.trim())
  if (match === null) return malformed(text)
  const zone = match[8]
  if (zone === undefined) return zoneless(text)

  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((group) =>
    Number(match[group] ?? 0),
  )
  const date = { year: year ?? 0, month: month ?? 0, day: day ?? 0 }
  if (!isCivilDate(date)) return impossible(text, 'the calendar has no such day')
  const time = timeOfDayMs(hour ?? 0, minute ?? 0, second ?? 0)
  if (time === undefined) return impossible(text, 'the clock goes from 00:00:00 to 23:59:59')
  const offset = offsetMs(zone)
  if (offset === undefined) return impossible(text, 'an offset goes from -23:59 to +23:59')

  const fraction = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3))
  return ok(epochMs(daysFromCivil(date) * MS_PER_DAY + time + fraction - offset))
}

/** Always UTC and to the millisecond: `2026-11-27T09:00:00.000Z`. */
export function formatInstant(instant: EpochMs): string {
  const dayNumber = Math.floor(instant / MS_PER_DAY)
  const time = instant - dayNumber * MS_PER_DAY
  const { year, month, day } = civilFromDays(dayNumber)
  const hour = Math.floor(time / MS_PER_HOUR)
  const minute = Math.floor((time % MS_PER_HOUR) / MS_PER_MINUTE)
  const second = Math.floor((time % MS_PER_MINUTE) / MS_PER_SECOND)
  const clock = `${digits(hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}.${digits(time % MS_PER_SECOND, 3)}`
  return `${formatYear(year)}-${digits(month, 2)}-${digits(day, 2)}T${clock}Z`
}

function isCivilDate({ year, month, day }: CivilDate): boolean {
  if (month < 1 || month > 12) return false
  const nextMonth = month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 }
  return day >= 1 && day <= daysFromCivil(nextMonth) - daysFromCivil({ year, month, day: 1 })
}

function timeOfDayMs(hour: number, minute: number, second: number): number | undefined {
  if (hour > 23 || minute > 59 || second > 59) return undefined
  return hour * MS_PER_HOUR + minute * MS_PER_MINUTE + second * MS_PER_SECOND
}

function offsetMs(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const size = timeOfDayMs(Number(zone.slice(1, 3)), Number(zone.slice(4, 6)), 0)
  if (size === undefined) return undefined
  return zone.startsWith('-') ? -size : size
}

function digits(value: number, width: number): string {
  return value.toString().padStart(width, '0')
}

/** ISO 8601 writes years beyond four digits with a sign and six digits. */
function formatYear(year: number): string {
  if (year >= 0 && year <= 9_999) return digits(year, 4)
  return `${year < 0 ? '-' : '+'}${digits(Math.abs(year), 6)}`
}

function malformed(text: string): Parsed<never> {
  return refuse(
    'instant-malformed',
    `${quoted(text)} is not an instant.`,
    `Write date, T, time and zone as in ISO 8601, such as ${EXAMPLE}.`,
  )
}

function zoneless(text: string): Parsed<never> {
  return refuse(
    'instant-without-zone',
    `The instant ${quoted(text)} has no zone.`,
    `Add Z for UTC or an offset, such as ${text.trim()}Z or ${text.trim()}+01:00.`,
  )
}

function impossible(text: string, why: string): Parsed<never> {
  return refuse(
    'instant-impossible',
    `The instant ${quoted(text)} does not exist: ${why}.`,
    `Write one that does, such as ${EXAMPLE}.`,
  )
}
