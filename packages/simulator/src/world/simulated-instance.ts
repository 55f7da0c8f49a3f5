/**
 * One instance as the world has it: stations that each take one visit at a time, in the order in which the
 * visits came, and the phase that the platform shows of it.
 */
import type { DesiredInstance } from '@holdfast/core/control'
import type { InstancePhase } from '@holdfast/core/health'
import type { SimulatedHost } from './hosts.ts'
import type { SimulatedPart } from './simulated-part.ts'

export interface SimulatedInstance {
  readonly desired: DesiredInstance
  readonly part: SimulatedPart
  readonly host: SimulatedHost
  readonly startedAt: number
  phase: InstancePhase
  phaseSince: number
  /** When each station can take the next visit. */
  readonly freeAt: Float64Array
  /** Visits that were dispatched here and are not answered yet: waiting, served, or waiting for the parts that they call. */
  inFlight: number
  /** Counts up with every dispatch of the part; the smaller, the longer ago. */
  lastUsed: number
  completed: number
  failed: number
  serviceMsSum: number
  throttledMs: number
  restarts: number
  /** Crashes in a row. */
  failures: number
  /** Of itself, whatever its host does. */
  slowness: number
  failedShare: number
  /** Begins with its present life. */
  warm: WarmUp | null
  leakedOperations: number
  leaksSince: number
}

/** Slow by `factor` at first, and by less and less until it is warm. */
export interface WarmUp {
  readonly factor: number
  readonly from: number
  readonly lastsMs: number
}

export function newInstance(
  desired: DesiredInstance,
  part: SimulatedPart,
  host: SimulatedHost,
  now: number,
): SimulatedInstance {
  return {
    desired,
    part,
    host,
    startedAt: now,
    phase: 'starting',
    phaseSince: now,
    freeAt: new Float64Array(part.stations.perInstance),
    inFlight: 0,
    lastUsed: 0,
    completed: 0,
    failed: 0,
    serviceMsSum: 0,
    throttledMs: 0,
    restarts: 0,
    failures: 0,
    slowness: 1,
    failedShare: 0,
    warm: null,
    leakedOperations: 0,
    leaksSince: now,
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
  if (candidate.inFlight !== best.inFlight) return candidate.inFlight < best.inFlight
  return candidate.lastUsed < best.lastUsed
}

/** Stations that are taken now. */
export function stationsTaken({ freeAt }: SimulatedInstance, now: number): number {
  let taken = 0
  for (const at of freeAt) if (at > now) taken += 1
  return taken
}
