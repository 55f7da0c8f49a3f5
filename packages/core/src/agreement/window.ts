/** Finds the window of a level that an instant lies in (A3.1). */
import type { Span } from '../health/index.ts'
import {
  civilFromDays,
  daysFromCivil,
  durationMs,
  epochMs,
  type CivilDate,
  type DurationMs,
  type EpochMs,
} from '../units/index.ts'
import type { CalendarUnit, Window } from './agreement.ts'
import { instantAt, wallClock } from './wall-clock.ts'

type CalendarWindow = Extract<Window, { kind: 'calendar' }>

const UNIT_MS = { minute: 60_000, hour: 3_600_000 } as const

/** A calendar window as the wall clock of its place shows it; a rolling one ends now. */
export function windowAt(window: Window, now: EpochMs): Span {
  if (window.kind === 'rolling') return { from: epochMs(now - window.length), to: now }
  const known = lastSpans.get(window)
  if (known !== undefined && known.from <= now && now < known.to) return known
  const span = calendarSpan(window, now)
  // Elsewhere a clock that is moved at midnight may show an hour of one day twice.
  if (window.timeZone === 'UTC') lastSpans.set(window, span)
  return span
}

/** It is asked for many times in each tick, and stays the same until it ends. */
const lastSpans = new WeakMap<Window, Span>()

function calendarSpan(window: CalendarWindow, now: EpochMs): Span {
  switch (window.unit) {
    case 'minute':
    case 'hour':
      return clockUnit(UNIT_MS[window.unit], window.timeZone, now)
    case 'day':
    case 'week':
    case 'month':
      return calendarDays(window.unit, window.timeZone, now)
  }
}

/** How long the window is at that instant; a day of a daylight-saving shift has 23 or 25 hours. */
export function windowLength(window: Window, now: EpochMs): DurationMs {
  const { from, to } = windowAt(window, now)
  return durationMs(to - from)
}

/**
 * Counted from the midnight of the place, so that an hour begins where its clock says so; a day on which the
 * clock is moved by half an hour ends with half an hour.
 */
function clockUnit(unitMs: number, timeZone: string, now: EpochMs): Span {
  const day = calendarDays('day', timeZone, now)
  const from = day.from + Math.floor((now - day.from) / unitMs) * unitMs
  return { from: epochMs(from), to: epochMs(Math.min(from + unitMs, day.to)) }
}

function calendarDays(unit: Exclude<CalendarUnit, 'minute' | 'hour'>, timeZone: string, now: EpochMs): Span {
  const local = wallClock(now, timeZone)
  const { first, next } = daysOf(unit, local, local.weekday)
  return { from: instantAt(first, 0, timeZone), to: instantAt(next, 0, timeZone) }
}

function daysOf(
  unit: Exclude<CalendarUnit, 'minute' | 'hour'>,
  date: CivilDate,
  weekday: number,
): { readonly first: CivilDate; readonly next: CivilDate } {
  const day = daysFromCivil(date)
  switch (unit) {
    case 'day':
      return { first: date, next: civilFromDays(day + 1) }
    case 'week':
      return { first: civilFromDays(day - weekday), next: civilFromDays(day - weekday + 7) }
    case 'month': {
      const { year, month } = date
      const next = month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 }
      return { first: { year, month, day: 1 }, next }
    }
  }
}
