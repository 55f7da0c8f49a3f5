/** Finds what an agreement says at one instant: its schedule applied (A3.3). */
import { epochMs, type EpochMs } from '../units/index.ts'
import type { Agreement, ScheduleEntry, SchedulePeriod, Terms, Weekday } from './agreement.ts'
import { inForce } from './versions.ts'
import { wallClock, type WallClock } from './wall-clock.ts'

const WEEKDAYS: readonly Weekday[] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
]

const MINUTES_PER_DAY = 1_440

/** The same again while they hold, so that what follows from them alone need not be worked out anew. */
const remembered = new WeakMap<Agreement, Map<ScheduleEntry | null, Terms>>()

export function termsAt(agreement: Agreement, at: EpochMs): Terms {
  const entry = agreement.schedule.find(({ period }) => holds(period, at)) ?? null
  const ofEntries = remembered.get(agreement) ?? new Map<ScheduleEntry | null, Terms>()
  const known = ofEntries.get(entry)
  if (known !== undefined) return known
  const terms: Terms = {
    agreement: agreement.name,
    version: agreement.version,
    entry: entry?.name ?? null,
    levels: entry?.levels ?? agreement.levels,
    conditions: entry?.conditions ?? agreement.conditions,
  }
  remembered.set(agreement, ofEntries.set(entry, terms))
  return terms
}

/** What all agreements say at one instant, each in the version that counts then. */
export const termsInForce = (versions: readonly Agreement[], at: EpochMs): readonly Terms[] =>
  inForce(versions, at).map((agreement) => termsAt(agreement, at))

function holds(period: SchedulePeriod, at: EpochMs): boolean {
  const local = wallClock(at, period.timeZone)
  const from = period.from ?? 0
  const to = period.to ?? MINUTES_PER_DAY
  if (from < to) return local.minuteOfDay >= from && local.minuteOfDay < to && dayCounts(period, local)
  // Past midnight the period still belongs to the day on which it began.
  if (local.minuteOfDay >= from) return dayCounts(period, local)
  if (local.minuteOfDay >= to) return false
  const yesterday = epochMs(at - (local.minuteOfDay + 1) * 60_000)
  return dayCounts(period, wallClock(yesterday, period.timeZone))
}

function dayCounts(period: SchedulePeriod, day: WallClock): boolean {
  const weekday = WEEKDAYS[day.weekday]
  if (period.weekdays !== undefined && weekday !== undefined && !period.weekdays.includes(weekday))
    return false
  const date = `${digits(day.year, 4)}-${digits(day.month, 2)}-${digits(day.day, 2)}`
  if (period.firstDate !== undefined && date < period.firstDate) return false
  return period.lastDate === undefined || date <= period.lastDate
}

const digits = (value: number, width: number): string => value.toString().padStart(width, '0')
