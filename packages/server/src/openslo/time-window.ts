/**
 * A level's window as a time window of OpenSLO, and back. OpenSLO counts rolling windows in whole minutes and
 * lets a calendar start anywhere; a level's calendar starts where the units of the calendar do.
 */
import type { CalendarUnit, Window } from '@holdfast/core/agreement'
import { durationMs, fail, ok, type Result } from '@holdfast/core/units'
import type { DurationUnit, ShortDuration, TimeWindow } from './documents.ts'

export interface Refusal {
  readonly message: string
  readonly hint: string
}

const MINUTE_MS = 60_000

/** Of those that always last the same, the longest first. */
const LENGTHS: readonly (readonly [DurationUnit, number])[] = [
  ['w', 7 * 24 * 60 * MINUTE_MS],
  ['d', 24 * 60 * MINUTE_MS],
  ['h', 60 * MINUTE_MS],
  ['m', MINUTE_MS],
]

/** With an instant at which each of them begins anywhere; the fifth of January 2026 was a Monday. */
const CALENDAR: Readonly<Record<CalendarUnit, { readonly unit: DurationUnit; readonly startTime: string }>> =
  {
    minute: { unit: 'm', startTime: '2026-01-01 00:00:00' },
    hour: { unit: 'h', startTime: '2026-01-01 00:00:00' },
    day: { unit: 'd', startTime: '2026-01-01 00:00:00' },
    week: { unit: 'w', startTime: '2026-01-05 00:00:00' },
    month: { unit: 'M', startTime: '2026-01-01 00:00:00' },
  }

/** As OpenSLO writes it; a rolling window of no whole minutes is rounded up, which its annotation mends. */
export function timeWindowOf(window: Window): object {
  if (window.kind === 'calendar') {
    const { unit, startTime } = CALENDAR[window.unit]
    return { duration: `1${unit}`, isRolling: false, calendar: { startTime, timeZone: window.timeZone } }
  }
  const wholeMs = Math.ceil(window.length / MINUTE_MS) * MINUTE_MS
  const [unit, ms] = LENGTHS.find(([, each]) => wholeMs % each === 0) ?? ['m', MINUTE_MS]
  return { duration: `${wholeMs / ms}${unit}`, isRolling: true }
}

export const isExactWindow = (window: Window): boolean =>
  window.kind === 'calendar' || window.length % MINUTE_MS === 0

export function windowOf({ duration, calendar }: TimeWindow): Result<Window, Refusal> {
  if (calendar === undefined) return rolling(duration)
  const unit = calendarUnit(duration)
  if (unit === null) {
    const message = `A level has no window of ${duration.count}${duration.unit} by the calendar.`
    return fail({ message, hint: 'Write 1m, 1h, 1d, 1w or 1M, or a rolling window.' })
  }
  if (!STARTS[unit].test(calendar.startTime) || (unit === 'week' && !isMonday(calendar.startTime))) {
    const message = `A ${unit} that begins at ${calendar.startTime} is none of the calendar.`
    return fail({ message, hint: `Let it begin where a ${unit} does, such as ${CALENDAR[unit].startTime}.` })
  }
  return ok({ kind: 'calendar', unit, timeZone: calendar.timeZone })
}

function rolling({ count, unit }: ShortDuration): Result<Window, Refusal> {
  const [, ms] = LENGTHS.find(([each]) => each === unit) ?? []
  if (ms !== undefined) return ok({ kind: 'rolling', length: durationMs(count * ms) })
  const message = `A rolling window of ${count}${unit} is not always as long.`
  return fail({ message, hint: 'Write it in days, such as 30d, or as a window of the calendar.' })
}

function calendarUnit({ count, unit }: ShortDuration): CalendarUnit | null {
  if (count !== 1) return null
  const units: readonly CalendarUnit[] = ['minute', 'hour', 'day', 'week', 'month']
  return units.find((each) => CALENDAR[each].unit === unit) ?? null
}

const STARTS: Readonly<Record<CalendarUnit, RegExp>> = {
  minute: /:00$/,
  hour: /:00:00$/,
  day: / 00:00:00$/,
  week: / 00:00:00$/,
  month: /-01 00:00:00$/,
}

const isMonday = (startTime: string): boolean =>
  new Date(`${startTime.slice(0, 10)}T00:00:00Z`).getUTCDay() === 1
