/**
 * One instance as the world has it: stations that each take one visit at a time, in the order in which the
 * visits came, and the phase that the platform shows of it.
 */
import type { DesiredInstance } from '@holdfast/core/control'
import type { InstancePhase } from '@holdfast/core/health'
import type { SimulatedPart } from './simulated-part.ts'
import type { Visit } from './visit.ts'

export interface SimulatedInstance {
  readonly desired: DesiredInstance
  readonly part: SimulatedPart
  readonly startedAt: number
  phase: InstancePhase
  phaseSince: number
  /** When each station can take the next visit. */
  readonly freeAt: Float64Array
  /** Dispatched here and not answered yet: waiting, served, or waiting for the parts that they call. */
  readonly visits: Set<Visit>
  /** Counts up with every dispatch of the part; the smaller, the longer ago. */
  lastUsed: number
  completed: number
  failed: number
  serviceMsSum: number
}

export function newInstance(desired: DesiredInstance, part: SimulatedPart, now: number): SimulatedInstance {
  return {
    desired,
    part,
    startedAt: now,
    phase: 'starting',
    phaseSince: now,
    freeAt: new Float64Array(part.stations.perInstance),
    visits: new Set(),
    lastUsed: 0,
    completed: 0,
    failed: 0,
    serviceMsSum: 0,
  }
}

/** Keeps the station that is free first for `occupancyMs`; returns from when on. */
export function admit(instance: SimulatedInstance, now: number, occupancyMs: number): number {
  const { freeAt } = instance
  let first = 0
  for (let station = 1; station < freeAt.length; station++) {
    if ((freeAt[station] ?? 0) < (freeAt[first] ?? 0)) first = station
  }
  const admittedAt = Math.max(now, freeAt[first] ?? 0)
  freeAt[first] = admittedAt + occupancyMs
  return admittedAt
}

/** As the gateway chooses: fewest in flight, and among equals the one used least recently; null when none is ready. */
export function chooseInstance(instances: readonly SimulatedInstance[]): SimulatedInstance | null {
  let best: SimulatedInstance | null = null
  for (const candidate of instances) {
    if (candidate.phase !== 'ready') continue
    if (best === null || isPreferred(candidate, best)) best = candidate
  }
  return best
}

function isPreferred(candidate: SimulatedInstance, best: SimulatedInstance): boolean {
  if (candidate.visits.size !== best.visits.size) return candidate.visits.size < best.visits.size
  return candidate.lastUsed < best.lastUsed
}
