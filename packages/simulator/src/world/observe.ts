/** Puts what the world measured since the last look into the observation that decisions are made from. */
import type { Service } from '@holdfast/core/agreement'
import type { InstanceObservation, PartObservation, ServiceObservation, Span } from '@holdfast/core/health'
import { epochMs, type EpochMs } from '@holdfast/core/units'
import { hostFigures } from './hosts.ts'
import { takeInsideMean, takeLevels, takeOperations } from './meters.ts'
import type { SimulatedInstance } from './simulated-instance.ts'
import type { SimulatedPart } from './simulated-part.ts'
import type { World } from './world.ts'

interface Look {
  readonly spanMs: number
  readonly now: number
  readonly beganAt: EpochMs
  readonly waiting: ReadonlyMap<SimulatedPart, number>
}

export function observe(world: World, service: Service, span: Span, beganAt: EpochMs): ServiceObservation {
  const { meter, now } = world
  const look = { spanMs: span.to - span.from, now, beganAt, waiting: countWaiting(world) }
  const observation = {
    service: service.name,
    span,
    // Before anything was there, no source could tell of it.
    complete: now > 0,
    ...takeOperations(meter),
    response: meter.responseMs.take(),
    levels: takeLevels(meter),
    parts: world.parts.map((part) => observePart(part, look)),
  }
  for (const host of world.hosts()) {
    host.busyMs = 0
    host.stolenMs = 0
  }
  return observation
}

function observePart(part: SimulatedPart, look: Look): PartObservation {
  const { meter, instances } = part
  const { arrivals, completed, failed, refused } = meter
  meter.arrivals = 0
  meter.completed = 0
  meter.failed = 0
  meter.refused = 0
  return {
    part: part.name,
    arrivals,
    completed,
    failed,
    refused,
    queued: look.waiting.get(part) ?? 0,
    inPartMean: takeInsideMean(meter, look.spanMs, look.now),
    service: meter.serviceMs.take(),
    waiting: meter.waitingMs.take(),
    instances: instances.map((instance) => observeInstance(instance, look)),
  }
}

/** In the part's line, or in that of an instance. */
function countWaiting(world: World): ReadonlyMap<SimulatedPart, number> {
  const waiting = new Map<SimulatedPart, number>()
  for (const { part, admittedAt } of world.visits()) {
    if (admittedAt > world.now) waiting.set(part, (waiting.get(part) ?? 0) + 1)
  }
  return waiting
}

function observeInstance(instance: SimulatedInstance, { spanMs, beganAt }: Look): InstanceObservation {
  const { desired, phase, phaseSince, completed, failed, serviceMsSum, inFlight, throttledMs } = instance
  instance.completed = 0
  instance.failed = 0
  instance.serviceMsSum = 0
  instance.throttledMs = 0
  return {
    id: desired.id,
    part: desired.part,
    revision: desired.revision,
    phase,
    phaseSince: epochMs(beganAt + phaseSince),
    restarts: instance.restarts,
    completed,
    failed,
    inFlight,
    serviceMeanMs: completed === 0 ? null : serviceMsSum / completed,
    host: hostFigures(instance.host, { busyMs: serviceMsSum, throttledMs }, spanMs),
  }
}
