/**
 * Instants as people write and read them: shown in their own time zone, read as ISO 8601, as a time of
 * the clock ("10:35", the latest one that has passed) or as a time ago ("10m ago", "1h30m").
 */
import {
  epochMs,
  formatInstant,
  parseDuration,
  parseInstant,
  type EpochMs,
  type Result,
} from '@holdfast/core/units'
import { failure, type ProblemDocument } from './failure.ts'
import type { Io } from './io.ts'

type Zone = Pick<Io, 'timeZone'>

const MS_PER_DAY = 86_400_000

interface WallTime {
  readonly date: string
  readonly time: string
}

/** "2026-11-27 10:35:04" in the reader's zone; the text itself where it is no instant. */
export function localTime(iso: string, io: Zone): string {
  const instant = Date.parse(iso)
  if (Number.isNaN(instant)) return iso
  const { date, time } = wallTime(instant, io)
  return `${date} ${time}`
}

/** "10:35:04" alone, for what is at most a day away. */
export function localClock(iso: string, io: Zone): string {
  const instant = Date.parse(iso)
  return Number.isNaN(instant) ? iso : wallTime(instant, io).time
}

/** "12 s ago", "3 min ago", "2 h ago", "5 d ago". */
export function ago(iso: string, nowMs: number): string {
  const elapsed = (nowMs - Date.parse(iso)) / 1_000
  if (Number.isNaN(elapsed)) return iso
  return elapsed < 0 ? `in ${span(-elapsed)}` : `${span(elapsed)} ago`
}

/** A length of time in its largest whole unit: "12 s", "3 min". */
function span(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3_600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}

/** What a person typed for --at, --from or --to, as the instant that the API takes. */
export function parseTime(
  text: string,
  option: string,
  io: Zone & Pick<Io, 'now'>,
): Result<string, ProblemDocument> {
  const typed = text.trim()
  const instant = parseInstant(typed)
  if (instant.ok) return iso(instant.value)
  if (typed === 'now') return iso(epochMs(io.now()))

  const local = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)$/.exec(typed)
  if (local !== null) {
    const found = instantOf(local[1] ?? '', local[2] ?? '', io)
    if (found !== null) return iso(found)
  }
  const clock = /^(\d{2}:\d{2}(?::\d{2})?)$/.exec(typed)
  if (clock !== null) {
    const found = latestPast(clock[1] ?? '', io)
    if (found !== null) return iso(found)
  }
  const length = parseDuration(typed.replace(/\s+ago$/, ''))
  if (length.ok) return iso(epochMs(io.now() - length.value))
  const error = failure('usage', `${JSON.stringify(text)} for ${option} is not a time.`, {
    hint: 'Write "10:35", "10m ago", "2026-11-27 10:35" or "2026-11-27T10:35:00Z".',
  })
  return { ok: false, error }
}

function iso(instant: EpochMs): Result<string, never> {
  return { ok: true, value: formatInstant(instant) }
}

function latestPast(time: string, io: Zone & Pick<Io, 'now'>): EpochMs | null {
  const today = instantOf(wallTime(io.now(), io).date, time, io)
  if (today === null || today <= io.now()) return today
  return instantOf(wallTime(io.now() - MS_PER_DAY, io).date, time, io)
}

/** Null when the date or the time does not exist. In the hour that a zone repeats, the later one is meant. */
function instantOf(date: string, time: string, io: Zone): EpochMs | null {
  const asUtc = parseInstant(`${date}T${time}Z`)
  if (!asUtc.ok) return null
  // The offset is taken at the guess and once more at its result, which is right also near a shift.
  const guess = asUtc.value - offsetAt(asUtc.value, io)
  return epochMs(asUtc.value - offsetAt(guess, io))
}

function offsetAt(instant: number, io: Zone): number {
  const { date, time } = wallTime(instant, io)
  return Date.parse(`${date}T${time}Z`) - Math.floor(instant / 1_000) * 1_000
}

const formats = new Map<string, Intl.DateTimeFormat>()

function wallTime(instant: number, { timeZone }: Zone): WallTime {
  let format = formats.get(timeZone)
  if (format === undefined) {
    // Swedish writes ISO 8601: "2026-11-27 10:35:04".
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
    formats.set(timeZone, format)
  }
  const [date = '', time = ''] = format.format(instant).split(' ')
  return { date, time }
}
