/**
 * A point in time as people agree on it: on the clock of a named place, or with an offset. A local time that a
 * daylight-saving shift leaves out or shows twice is refused rather than guessed.
 */
import { instantAt, isTimeZone, wallClock } from '@holdfast/core/agreement'
import { epochMs, ok, parseInstant, type CivilDate, type EpochMs, type Parsed } from '@holdfast/core/units'
import type { z } from 'zod'
import { refused, written } from './schema-parts.ts'

const MINUTE_MS = 60_000

/** What zones have shifted their clocks by since there are daylight-saving times. */
const SHIFTS_MINUTES = [20, 30, 40, 60, 120]

const LOCAL = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}) +([A-Za-z][A-Za-z0-9_+/-]*)$/

export const moment: z.ZodType<EpochMs> = written({
  id: 'Moment',
  description: 'A point in time: date, time and the name of the time zone, or ISO 8601 with an offset.',
  examples: ['2026-11-27 09:00 Europe/Berlin', '2026-11-27T08:00:00Z'],
  pattern: String.raw`^\s*\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}| +[A-Za-z][A-Za-z0-9_+/-]*)\s*$`,
  parse: parseMoment,
})

export function parseMoment(text: string): Parsed<EpochMs> {
  const local = LOCAL.exec(text.trim())
  return local === null ? withOffset(text) : onTheClock(text, local)
}

function withOffset(text: string): Parsed<EpochMs> {
  const instant = parseInstant(text)
  if (instant.ok) return instant
  const bare = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}))?(?::\d{2})?$/.exec(text.trim())
  if (bare === null) {
    const hint = 'Write it as 2026-11-27 09:00 Europe/Berlin, or as 2026-11-27T08:00:00Z.'
    return refused('moment-malformed', `"${text}" is not a point in time.`, hint)
  }
  const [, date, time = '00:00'] = bare
  const hint = `Add the name of the time zone, such as ${date} ${time} Europe/Berlin.`
  return refused('moment-without-zone', `"${text}" does not say where the clock shows that.`, hint)
}

function onTheClock(
  text: string,
  [, year, month, day, hour, minute, zone = '']: RegExpExecArray,
): Parsed<EpochMs> {
  const asUtc = parseInstant(`${year}-${month}-${day}T${hour}:${minute}Z`)
  if (!asUtc.ok)
    return refused(asUtc.error.code, `There is no time "${text}".`, 'Check the date and the time.')
  if (!isTimeZone(zone))
    return refused(
      'time-zone-unknown',
      `There is no time zone "${zone}".`,
      'Write its name in the IANA data, such as Europe/Berlin.',
    )
  const date = { year: Number(year), month: Number(month), day: Number(day) }
  const minuteOfDay = Number(hour) * 60 + Number(minute)
  const instant = instantAt(date, minuteOfDay, zone)
  const shows = (at: EpochMs): boolean => clockShows(at, { date, minuteOfDay, zone })
  if (!shows(instant))
    return refused(
      'moment-left-out',
      `The clock in ${zone} never shows "${year}-${month}-${day} ${hour}:${minute}": it is moved forward then.`,
      'Write a time before or after the shift.',
    )
  if (SHIFTS_MINUTES.some((by) => [by, -by].some((shift) => shows(epochMs(instant + shift * MINUTE_MS)))))
    return refused(
      'moment-twice',
      `The clock in ${zone} shows "${year}-${month}-${day} ${hour}:${minute}" twice: it is moved back then.`,
      'Write it with an offset, such as 2026-10-25T02:30+02:00.',
    )
  return ok(instant)
}

interface ClockTime {
  readonly date: CivilDate
  readonly minuteOfDay: number
  readonly zone: string
}

function clockShows(at: EpochMs, { date, minuteOfDay, zone }: ClockTime): boolean {
  const shown = wallClock(at, zone)
  return (
    shown.minuteOfDay === minuteOfDay &&
    shown.day === date.day &&
    shown.month === date.month &&
    shown.year === date.year
  )
}
