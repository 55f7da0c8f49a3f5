/**
 * Reads the clock on the wall of a place and finds the instant at which it shows a given time, daylight
 * saving included. The zones' rules come from the runtime's own time zone data.
 */
import { civilFromDays, daysFromCivil, epochMs, type CivilDate, type EpochMs } from '../units/index.ts'

export interface WallClock extends CivilDate {
  /** Monday is 0. */
  readonly weekday: number
  readonly minuteOfDay: number
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Zones change their offset twice a year at most, so two corrections always arrive. */
const OFFSET_CORRECTIONS = 2

/** Making a formatter costs a hundred times what using it does; a zone's rules never change while we run. */
const formatters = new Map<string, Intl.DateTimeFormat>()

export function wallClock(at: EpochMs, timeZone: string): WallClock {
  const local = at + offsetMs(at, timeZone)
  const dayNumber = Math.floor(local / DAY_MS)
  return {
    ...civilFromDays(dayNumber),
    // 1970-01-01 was a Thursday.
    weekday: (((dayNumber + 3) % 7) + 7) % 7,
    minuteOfDay: Math.floor((local - dayNumber * DAY_MS) / MINUTE_MS),
  }
}

/** The instant when that place's clock shows the time; a time that a shift leaves out is moved past it. */
export function instantAt(date: CivilDate, minuteOfDay: number, timeZone: string): EpochMs {
  const local = daysFromCivil(date) * DAY_MS + minuteOfDay * MINUTE_MS
  let instant = local - offsetMs(epochMs(local), timeZone)
  for (let i = 0; i < OFFSET_CORRECTIONS; i++) instant = local - offsetMs(epochMs(instant), timeZone)
  return epochMs(instant)
}

/** All that share a zone ask for the same few instants: now, and where their windows begin and end. */
const offsets = new Map<string, Map<EpochMs, number>>()
const MAX_OFFSETS_OF_A_ZONE = 100

/** What the place's clock is ahead of UTC. */
function offsetMs(at: EpochMs, timeZone: string): number {
  if (timeZone === 'UTC') return 0
  const ofZone = offsets.get(timeZone) ?? new Map<EpochMs, number>()
  const known = ofZone.get(at)
  if (known !== undefined) return known
  if (ofZone.size >= MAX_OFFSETS_OF_A_ZONE) ofZone.clear()
  const offset = shownOffsetMs(at, timeZone)
  offsets.set(timeZone, ofZone.set(at, offset))
  return offset
}

function shownOffsetMs(at: EpochMs, timeZone: string): number {
  const shown = new Map<string, number>()
  for (const { type, value } of formatterFor(timeZone).formatToParts(at)) shown.set(type, Number(value))
  const field = (name: string): number => shown.get(name) ?? 0
  const days = daysFromCivil({ year: field('year'), month: field('month'), day: field('day') })
  const local = days * DAY_MS + ((field('hour') * 60 + field('minute')) * 60 + field('second')) * 1_000
  return local - Math.floor(at / 1_000) * 1_000
}

/** True for the names that the runtime's time zone data knows. */
export function isTimeZone(name: string): boolean {
  try {
    formatterFor(name)
    return true
  } catch {
    return false
  }
}

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formatters.set(timeZone, made)
  return made
}
