/**
 * Measures what happens in the world, from one look to the next, as the gateway measures a real service:
 * exact counts and integrals, and times as distributions.
 */
import type { Level } from '@holdfast/core/agreement'
import type { LevelCount } from '@holdfast/core/health'
import type { LevelName } from '@holdfast/core/units'
import { TimesMeter } from './times-meter.ts'

export interface PartMeter {
  arrivals: number
  completed: number
  /** By what an instance did. */
  failed: number
  /** Without having come to an instance. */
  refused: number
  readonly serviceMs: TimesMeter
  readonly waitingMs: TimesMeter
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
  readonly responseMs: TimesMeter
  /** Those in force. */
  levels: readonly CountedLevel[]
  /** Those that were in force at the last look and are not now. */
  retired: readonly CountedLevel[]
}

/** Counts since the level came into force; the looked ones were there at the last look. */
export interface CountedLevel {
  readonly level: Level
  met: number
  missed: number
  lookedMet: number
  lookedMissed: number
}

export const newPartMeter = (): PartMeter => ({
  arrivals: 0,
  completed: 0,
  failed: 0,
  refused: 0,
  serviceMs: new TimesMeter(),
  waitingMs: new TimesMeter(),
  inside: 0,
  insideMs: 0,
  insideSince: 0,
})

export const newServiceMeter = (): ServiceMeter => ({
  arrivals: 0,
  completed: 0,
  failed: 0,
  looked: { arrivals: 0, completed: 0, failed: 0 },
  responseMs: new TimesMeter(),
  levels: [],
  retired: [],
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
    const { metric } = counted.level
    const met = !failed && (metric.kind !== 'response-time' || responseMs <= metric.limit)
    if (met) counted.met += 1
    else counted.missed += 1
  }
}

/** From now on these levels are counted: those that are of whole operations. */
export function countLevels(meter: ServiceMeter, levels: readonly Level[]): void {
  const known = [...meter.levels, ...meter.retired]
  meter.levels = levels
    .filter(({ metric, scope }) => COUNTED.has(metric.kind) && Object.keys(scope).length === 0)
    .map(
      (level) =>
        known.find((counted) => counted.level === level) ?? {
          level,
          met: 0,
          missed: 0,
          lookedMet: 0,
          lookedMissed: 0,
        },
    )
  meter.retired = known.filter((counted) => !meter.levels.includes(counted))
}

const COUNTED = new Set(['response-time', 'error-ratio'])

/** What was counted since the last look; a level that was changed meanwhile is one level by its name. */
export function takeLevels(meter: ServiceMeter): readonly LevelCount[] {
  const taken = new Map<LevelName, LevelCount>()
  for (const counted of [...meter.levels, ...meter.retired]) {
    const { name } = counted.level
    const other = taken.get(name) ?? { met: 0, missed: 0 }
    const met = counted.met - counted.lookedMet + other.met
    const missed = counted.missed - counted.lookedMissed + other.missed
    taken.set(name, { level: name, met, missed })
    counted.lookedMet = counted.met
    counted.lookedMissed = counted.missed
  }
  meter.retired = []
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
