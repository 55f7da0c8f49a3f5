/** Puts what the world measured since the last look into the observation that decisions are made from. */
import type { Service } from '@holdfast/core/agreement'
import type { InstanceObservation, PartObservation, ServiceObservation, Span } from '@holdfast/core/health'
import { epochMs, type EpochMs } from '@holdfast/core/units'
import { takeInsideMean, takeLevels, takeOperations, takeSummary } from './meters.ts'
import type { SimulatedInstance } from './simulated-instance.ts'
import type { SimulatedPart } from './simulated-part.ts'
import type { World } from './world.ts'

export function observe(world: World, service: Service, span: Span, beganAt: EpochMs): ServiceObservation {
  const { meter } = world
  return {
    service: service.name,
    span,
    // Before anything was there, no source could tell of it.
    complete: world.now > 0,
    ...takeOperations(meter),
    response: takeSummary(meter.responseMs),
    levels: takeLevels(meter),
    parts: world.parts.map((part) => observePart(part, span.to - span.from, world.now, beganAt)),
  }
}

function observePart(part: SimulatedPart, spanMs: number, now: number, beganAt: EpochMs): PartObservation {
  const { meter, instances, line } = part
  const { arrivals, completed, failed } = meter
  meter.arrivals = 0
  meter.completed = 0
  meter.failed = 0
  const waiting = instances.reduce((sum, { visits }) => sum + countWaiting(visits, now), 0)
  return {
    part: part.name,
    arrivals,
    completed,
    failed,
    // Lines in the simulated world have no end, and nobody leaves one.
    refused: 0,
    queued: line.length + waiting,
    inPartMean: takeInsideMean(meter, spanMs, now),
    service: takeSummary(meter.serviceMs),
    waiting: takeSummary(meter.waitingMs),
    instances: instances.map((instance) => observeInstance(instance, beganAt)),
  }
}

function countWaiting(visits: SimulatedInstance['visits'], now: number): number {
  let waiting = 0
  for (const { admittedAt } of visits) if (admittedAt > now) waiting += 1
  return waiting
}

function observeInstance(instance: SimulatedInstance, beganAt: EpochMs): InstanceObservation {
  const { desired, phase, phaseSince, completed, failed, serviceMsSum, visits } = instance
  instance.completed = 0
  instance.failed = 0
  instance.serviceMsSum = 0
  return {
    id: desired.id,
    part: desired.part,
    revision: desired.revision,
    phase,
    phaseSince: epochMs(beganAt + phaseSince),
    restarts: 0,
    completed,
    failed,
    inFlight: visits.size,
    serviceMeanMs: completed === 0 ? null : serviceMsSum / completed,
    host: null,
  }
}
