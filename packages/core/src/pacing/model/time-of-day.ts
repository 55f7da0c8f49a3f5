/**
 * How much more or less often the clients of a group change at each hour of the day (UTC) than on average. Ages and
 * intervals are counted in a time that runs as fast as they change. Until an hour has been seen often, its factor is
 * near 1. It must not know single clients.
 */

const HOUR_MS = 3_600_000
const HOURS = 24

export interface HourCounts {
  /** Changes that were seen, and for how long any could have been, in milliseconds. */
  readonly changes: Float64Array
  readonly exposure: Float64Array
}

export function emptyHourCounts(): HourCounts {
  return { changes: new Float64Array(HOURS), exposure: new Float64Array(HOURS) }
}

/** So much was seen of both. */
export function mergeHourCounts(one: HourCounts, other: HourCounts): HourCounts {
  const sum = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value + (b[i] ?? 0))
  return { changes: sum(one.changes, other.changes), exposure: sum(one.exposure, other.exposure) }
}

/**
 * Adds time without a change, or up to one. The rate of all clients together is compared by hour, as that of one client
 * follows the hours itself.
 */
export function addHours(
  { changes, exposure }: HourCounts,
  from: number,
  to: number,
  changed: boolean,
): void {
  for (let at = from; at < to;) {
    const end = Math.min(to, hourEnd(at))
    const hour = hourOf(at)
    exposure[hour] = (exposure[hour] ?? 0) + end - at
    at = end
  }
  const hour = hourOf(to)
  if (changed) changes[hour] = (changes[hour] ?? 0) + 1
}

/** The hours' factors, and what has run off at the beginning of each hour, in milliseconds. */
export interface DayClock {
  readonly factors: Float64Array
  readonly ran: Float64Array
}

const PRIOR_CHANGES = 20
/** Differences within so many standard deviations are chance. */
const CHANCE = 2
const LEAST_FACTOR = 0.05

export function dayClock({ changes, exposure }: HourCounts): DayClock {
  const total = (figures: Float64Array): number => figures.reduce((sum, figure) => sum + figure, 0)
  const usual = total(changes) / Math.max(1, total(exposure))
  const factors = new Float64Array(HOURS)
  let sum = 0
  for (let hour = 0; hour < HOURS; hour += 1) {
    const seen = changes[hour] ?? 0
    const due = (exposure[hour] ?? 0) * usual
    const factor = (seen + PRIOR_CHANGES) / (due + PRIOR_CHANGES)
    const chance = CHANCE / Math.sqrt(Math.max(seen, due) + PRIOR_CHANGES)
    const beyond = Math.abs(factor - 1) <= chance ? 1 : factor - Math.sign(factor - 1) * chance * 0.5
    factors[hour] = Math.max(LEAST_FACTOR, beyond)
    sum += factors[hour] ?? 0
  }
  const ran = new Float64Array(HOURS + 1)
  for (let hour = 0; hour < HOURS; hour += 1) {
    factors[hour] = ((factors[hour] ?? 0) * HOURS) / sum
    ran[hour + 1] = (ran[hour] ?? 0) + (factors[hour] ?? 0) * HOUR_MS
  }
  return { factors, ran }
}

/** An hour that has just begun shows the clients that were asked again soonest, as they were likeliest to change. */
export const hourEnd = (at: number): number => (Math.floor(at / HOUR_MS) + 1) * HOUR_MS

export const hourOf = (at: number): number => Math.floor(at / HOUR_MS) % HOURS

/** What the clock of changes shows at an instant; a day of it is as long as any day. */
export function shownAt({ factors, ran }: DayClock, at: number): number {
  const day = HOURS * HOUR_MS
  const days = Math.floor(at / day)
  const within = at - days * day
  const hour = Math.floor(within / HOUR_MS)
  return days * day + (ran[hour] ?? 0) + (within - hour * HOUR_MS) * (factors[hour] ?? 1)
}

/** When it shows a figure: the inverse. */
export function instantOf({ factors, ran }: DayClock, shown: number): number {
  const day = HOURS * HOUR_MS
  const days = Math.floor(shown / day)
  const within = shown - days * day
  let hour = 0
  while (hour < HOURS - 1 && (ran[hour + 1] ?? 0) <= within) hour += 1
  return days * day + hour * HOUR_MS + (within - (ran[hour] ?? 0)) / (factors[hour] ?? 1)
}
