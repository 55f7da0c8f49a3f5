/**
 * Measures what happens in the world, from one look to the next, as the gateway measures a real service:
 * exact counts and integrals, and times as distributions.
 */
import type { Level } from '@holdfast/core/agreement'
import { summariseTimes, type LevelCount, type TimeSummary } from '@holdfast/core/health'
import { createRecorder, type DistributionRecorder } from '@holdfast/core/stats'
import type { LevelName } from '@holdfast/core/units'

export interface PartMeter {
  arrivals: number
  completed: number
  failed: number
  readonly serviceMs: DistributionRecorder
  readonly waitingMs: DistributionRecorder
  /** Visits in the part now, waiting or in service, and their integral over time since the last look. */
  inside: number
  insideMs: number
  insideSince: number
}

export interface OperationCounts {
  readonly arrivals: number
  readonly completed: number
  readonly failed: number
}

export interface ServiceMeter {
  /** Since the run began. */
  arrivals: number
  completed: number
  failed: number
  /** What they were at the last look. */
  looked: OperationCounts
  readonly responseMs: DistributionRecorder
  readonly levels: CountedLevel[]
}

/** Counts since the level came into force; the looked ones were there at the last look. */
export interface CountedLevel {
  readonly level: Level
  met: number
  missed: number
  lookedMet: number
  lookedMissed: number
  inForce: boolean
}

export const newPartMeter = (): PartMeter => ({
  arrivals: 0,
  completed: 0,
  failed: 0,
  serviceMs: createRecorder(),
  waitingMs: createRecorder(),
  inside: 0,
  insideMs: 0,
  insideSince: 0,
})

export const newServiceMeter = (): ServiceMeter => ({
  arrivals: 0,
  completed: 0,
  failed: 0,
  looked: { arrivals: 0, completed: 0, failed: 0 },
  responseMs: createRecorder(),
  levels: [],
})

export function moveInside(meter: PartMeter, by: number, now: number): void {
  meter.insideMs += meter.inside * (now - meter.insideSince)
  meter.inside += by
  meter.insideSince = now
}

/** An operation that failed has missed whatever was promised of operations. */
export function countOperation(meter: ServiceMeter, responseMs: number, failed: boolean): void {
  if (failed) meter.failed += 1
  else {
    meter.completed += 1
    meter.responseMs.record(responseMs)
  }
  for (const counted of meter.levels) {
    if (!counted.inForce) continue
    const { metric } = counted.level
    const met = !failed && (metric.kind !== 'response-time' || responseMs <= metric.limit)
    if (met) counted.met += 1
    else counted.missed += 1
  }
}

/** From now on these levels are counted: those that are of whole operations. What others counted is kept for the next look. */
export function countLevels(meter: ServiceMeter, levels: readonly Level[]): void {
  for (const counted of meter.levels) counted.inForce = levels.includes(counted.level)
  for (const level of levels) {
    if (!COUNTED.has(level.metric.kind) || Object.keys(level.scope).length > 0) continue
    if (meter.levels.some((counted) => counted.level === level)) continue
    meter.levels.push({ level, met: 0, missed: 0, lookedMet: 0, lookedMissed: 0, inForce: true })
  }
}

const COUNTED = new Set(['response-time', 'error-ratio'])

/** What was counted since the last look; a level that changed meanwhile is one level by its name. */
export function takeLevels(meter: ServiceMeter): readonly LevelCount[] {
  const taken = new Map<LevelName, LevelCount>()
  for (const counted of meter.levels) {
    const { name } = counted.level
    const met = counted.met - counted.lookedMet
    const missed = counted.missed - counted.lookedMissed
    counted.lookedMet = counted.met
    counted.lookedMissed = counted.missed
    if (!counted.inForce && met + missed === 0) continue
    const other = taken.get(name) ?? { met: 0, missed: 0 }
    taken.set(name, { level: name, met: met + other.met, missed: missed + other.missed })
  }
  return [...taken.values()]
}

/** Operations that came and ended since the last look. */
export function takeOperations(meter: ServiceMeter): OperationCounts {
  const { arrivals, completed, failed, looked } = meter
  meter.looked = { arrivals, completed, failed }
  return {
    arrivals: arrivals - looked.arrivals,
    completed: completed - looked.completed,
    failed: failed - looked.failed,
  }
}

/** Mean number of visits inside since the last look, `spanMs` ago. */
export function takeInsideMean(meter: PartMeter, spanMs: number, now: number): number {
  moveInside(meter, 0, now)
  const integral = meter.insideMs
  meter.insideMs = 0
  return integral / spanMs
}

export function takeSummary(recorder: DistributionRecorder): TimeSummary {
  const distribution = recorder.snapshot()
  recorder.reset()
  return summariseTimes(distribution)
}
