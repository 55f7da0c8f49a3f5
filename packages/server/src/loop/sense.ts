/**
 * Puts together what the gateway measured and what the platform reports into the one observation that a
 * decision looks at. What no source told of is left empty, never guessed.
 */
import { emptyDistribution, mean, type Distribution } from '@holdfast/core/stats'
import type { Service } from '@holdfast/core/agreement'
import {
  type HostFigures,
  type InstanceObservation,
  type LevelCount,
  type PartObservation,
  type ServiceObservation,
  type Span,
  summariseTimes,
  type TimeSummary,
  type Untold,
} from '@holdfast/core/health'
import type { InstanceId } from '@holdfast/core/units'
import type {
  InstanceMeasurement,
  PartMeasurement,
  ServiceMeasurement,
} from '../platforms/gateway/gateway.ts'
import type { PlatformInstance } from '../platforms/platform.ts'

export interface Sensed {
  readonly service: Service
  readonly span: Span
  /** Null when the gateway has no route for the service yet, or failed to answer. */
  readonly measured: ServiceMeasurement | null
  /** What nobody tells of. */
  readonly untold: readonly Untold[]
  /** Of clients that were asked. */
  readonly answers: readonly LevelCount[]
  readonly instances: readonly PlatformInstance[]
  /** Of those of which something is known. */
  readonly hosts: ReadonlyMap<InstanceId, HostFigures>
}

export function observe({
  service,
  span,
  measured,
  untold,
  answers,
  instances,
  hosts,
}: Sensed): ServiceObservation {
  return {
    service: service.name,
    span,
    complete: measured !== null || service.entry === null,
    arrivals: measured?.arrivals ?? 0,
    completed: measured?.completed ?? 0,
    failed: measured?.failed ?? 0,
    response: timesOf(measured?.responseMs),
    ...(untold.length === 0 ? {} : { untold }),
    levels: [...(measured?.levels ?? []), ...answers],
    parts: service.parts.map((part) => {
      const seen = measured?.parts.find((candidate) => candidate.part === part.name)
      const mine = instances.filter((instance) => instance.part === part.name)
      return observePart(part.name, seen, mine, hosts)
    }),
  }
}

function observePart(
  part: PartObservation['part'],
  seen: PartMeasurement | undefined,
  instances: readonly PlatformInstance[],
  hosts: Sensed['hosts'],
): PartObservation {
  return {
    part,
    arrivals: seen?.arrivals ?? 0,
    completed: seen?.completed ?? 0,
    failed: seen?.failed ?? 0,
    refused: seen?.refused ?? 0,
    queued: seen?.queued ?? 0,
    inPartMean: seen?.inPartMean ?? 0,
    service: timesOf(seen?.serviceMs),
    waiting: timesOf(seen?.waitingMs),
    instances: instances.map((instance) =>
      observeInstance(
        instance,
        seen?.instances.find((candidate) => candidate.instance === instance.id),
        hosts.get(instance.id) ?? null,
      ),
    ),
  }
}

function observeInstance(
  instance: PlatformInstance,
  seen: InstanceMeasurement | undefined,
  host: HostFigures | null,
): InstanceObservation {
  return {
    id: instance.id,
    part: instance.part,
    revision: instance.revision,
    phase: instance.phase,
    phaseSince: instance.phaseSince,
    restarts: instance.restarts,
    completed: seen?.completed ?? 0,
    failed: seen?.failed ?? 0,
    inFlight: seen?.inFlight ?? 0,
    serviceMeanMs: seen === undefined || seen.serviceMs.count === 0 ? null : mean(seen.serviceMs),
    host,
  }
}

const timesOf = (measured: Distribution | undefined): TimeSummary =>
  summariseTimes(measured ?? emptyDistribution)
