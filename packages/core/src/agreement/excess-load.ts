/**
 * Tells which units of time were above the contracted load (A3.2). A condition is stated for each unit, so
 * that a short surge in a calm hour is not the platform's: what came in a unit that was above is not
 * promised, nor is what comes while the surge's backlog drains.
 */
import { epochMs, type EpochMs } from '../units/index.ts'
import { operationsOf, type LoadCondition, type LoadSamples } from './load-samples.ts'

export interface Excess {
  readonly condition: LoadCondition
  /** Of the unit, or of what is through of it. */
  readonly measured: number
  readonly from: EpochMs
  /** Whether the surge itself is over and only its backlog drains. */
  readonly draining: boolean
  /** False while the unit has not passed what is contracted, but is on the way to it. */
  readonly certain: boolean
}

/** So far back backlogs are looked for, in units. */
const LOOK_BACK = 60

/** What came and waits in the span that ended now. */
export interface Present {
  readonly arrivals: number
  readonly spanMs: number
  /** Whether operations wait for instances. */
  readonly queued: boolean
}

/** Standard deviations by which what came must be above what is contracted before that is no chance. */
const SURE = 3

/** A surge in the last share of a unit is expected to go on in the next one, which it then takes above. */
const LATE = 0.25

/** Operations that the contracted load allows in one unit. */
const allowed = ({ atMost, per }: LoadCondition): number => (atMost * per) / 1_000

const unitOf = (at: number, per: number): number => Math.floor(at / per) * per

/** Whether the unit that the instant lies in was above; null while it is still open and has not passed it. */
export function wasAbove(
  condition: LoadCondition,
  samples: LoadSamples,
  at: EpochMs,
  now: EpochMs,
): boolean | null {
  const from = unitOf(at, condition.per)
  const operations = operationsOf(samples, from)
  if (operations > allowed(condition)) return counts(condition, samples)
  return from + condition.per <= now ? false : null
}

/** Of the 95th percentile the highest twentieth of the units is free, as transit is billed. */
function counts(condition: LoadCondition, { samples }: LoadSamples): boolean {
  if (condition.statistic !== 'p95') return true
  const above = samples.filter(({ operations }) => operations > allowed(condition)).length
  return above > samples.length / 20
}

/** The unit that is above at the instant, or on the way to it, or the one whose backlog still drains. */
export function excessAt(
  condition: LoadCondition,
  samples: LoadSamples,
  now: EpochMs,
  present: Present,
): Excess | null {
  const from = unitOf(now - 1, condition.per)
  const operations = operationsOf(samples, from)
  const elapsed = Math.min(condition.per, now - from)
  const unit = {
    condition,
    measured: (operations * 1_000) / elapsed,
    from: epochMs(from),
    draining: false,
  }
  if (operations > allowed(condition) && counts(condition, samples)) return { ...unit, certain: true }
  const left = present.queued ? backlogOf(condition, samples, now) : null
  if (left !== null) return left
  const coming = comingSurely(condition, present, { ...present, arrivals: operations, spanMs: elapsed })
  const heading = operations + coming * (condition.per - elapsed) > allowed(condition)
  const late = condition.per - elapsed < condition.per * LATE
  return (heading || late) && coming * 1_000 > condition.atMost && condition.statistic !== 'p95'
    ? { ...unit, measured: (present.arrivals * 1_000) / present.spanMs, certain: false }
    : null
}

/** Operations a millisecond that come at least, by what came in the last span. */
const surely = ({ arrivals, spanMs }: Present): number =>
  Math.max(0, arrivals - SURE * Math.sqrt(arrivals)) / Math.max(1, spanMs)

/**
 * A span is short, and by chance one of a surge looks like none. While it is above what is contracted at all,
 * what came in the unit so far tells as well.
 */
function comingSurely({ atMost }: LoadCondition, present: Present, unit: Present): number {
  const isAbove = present.arrivals * 1_000 > atMost * present.spanMs
  return isAbove ? Math.max(surely(present), surely(unit)) : surely(present)
}

/** Whether what came in the last span was more than is contracted, by more than chance explains. */
export const isSurge = ({ atMost }: LoadCondition, present: Present): boolean =>
  surely(present) * 1_000 > atMost

/** Units above the contracted load, one after the other or joined by their backlog. */
interface Surge {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly operations: number
}

/**
 * A platform that takes in exactly the contracted load would still be busy with what the surge left. That
 * excuses nobody for longer than the surge itself lasted.
 */
function backlogOf(condition: LoadCondition, samples: LoadSamples, now: EpochMs): Excess | null {
  const present = unitOf(now - 1, condition.per)
  const limit = allowed(condition)
  let backlog = 0
  let surge = null as Surge | null
  for (const { from, operations } of samples.samples.slice(-LOOK_BACK)) {
    if (from >= present) break
    const before = backlog > 0 ? surge : null
    backlog = Math.max(0, backlog + operations - limit)
    if (operations <= limit) continue
    surge = {
      from: before?.from ?? from,
      to: epochMs(from + condition.per),
      operations: Math.max(before?.operations ?? 0, operations),
    }
  }
  if (surge === null || backlog <= 0 || now - surge.to > surge.to - surge.from) return null
  if (!counts(condition, samples)) return null
  return {
    condition,
    measured: (surge.operations * 1_000) / condition.per,
    from: surge.from,
    draining: true,
    certain: true,
  }
}
