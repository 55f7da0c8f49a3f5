/**
 * Measures what happens in the world, from one look to the next, as the gateway measures a real service:
 * exact counts and integrals, and times as distributions.
 */
import type { Level } from '@holdfast/core/agreement'
import { summariseTimes, type LevelCount, type TimeSummary } from '@holdfast/core/health'
import { createRecorder, type DistributionRecorder } from '@holdfast/core/stats'

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

export interface ServiceMeter {
  arrivals: number
  completed: number
  failed: number
  readonly responseMs: DistributionRecorder
  levels: CountedLevel[]
}

interface CountedLevel {
  readonly level: Level
  met: number
  missed: number
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
    const { metric } = counted.level
    const met = !failed && (metric.kind !== 'response-time' || responseMs <= metric.limit)
    if (met) counted.met += 1
    else counted.missed += 1
  }
}

/** From now on these levels are counted: those that are of whole operations. */
export function countLevels(meter: ServiceMeter, levels: readonly Level[]): void {
  meter.levels = levels
    .filter(({ metric, scope }) => COUNTED.has(metric.kind) && Object.keys(scope).length === 0)
    .map((level) => ({ level, met: 0, missed: 0 }))
}

const COUNTED = new Set(['response-time', 'error-ratio'])

/** What was measured since the last look; the meter begins anew. */
export function takeLevels(meter: ServiceMeter): readonly LevelCount[] {
  return meter.levels.map((counted) => {
    const { level, met, missed } = counted
    counted.met = 0
    counted.missed = 0
    return { level: level.name, met, missed }
  })
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
