/**
 * What the sensors of a well kept service would hand to the tick: counts by chance around its load, and times
 * around what is expected of its parts.
 */
import type { Part } from '@holdfast/core/agreement'
import type { DesiredInstance } from '@holdfast/core/control'
import type {
  InstanceObservation,
  PartObservation,
  ServiceObservation,
  Span,
  TimeSummary,
} from '@holdfast/core/health'
import { poissonCount, type Random } from '@holdfast/core/stats'
import type { FleetService } from './fleet.ts'

export interface Sight {
  readonly of: FleetService
  readonly desired: readonly DesiredInstance[]
  readonly span: Span
  readonly beganAt: number
}

/** As many miss as when half of what is allowed is used. */
const MISSED_SHARE = 0.025
/** The waiting beside each service time. */
const WAITING_SHARE = 0.3

export function observe({ of, desired, span, beganAt }: Sight, random: Random): ServiceObservation {
  const { service, agreement } = of
  const seconds = (span.to - span.from) / 1_000
  const arrivals = poissonCount(random, of.rateAt(span.to - beganAt) * seconds)
  const missed = Math.min(arrivals, poissonCount(random, arrivals * MISSED_SHARE))
  const parts = service.parts.map((part) =>
    partSeen(part, { desired, span, arrivals, meanMs: meanSeen(part, arrivals, random) }),
  )
  const inPartsMs = parts.reduce((sum, { service, waiting }) => sum + service.meanMs + waiting.meanMs, 0)
  return {
    service: service.name,
    span,
    complete: true,
    arrivals,
    completed: arrivals,
    failed: 0,
    response: times(arrivals, inPartsMs + 1, 0.3),
    levels: agreement.levels.map(({ name }) => ({ level: name, met: arrivals - missed, missed })),
    parts,
  }
}

/** A mean of so many times wavers by chance. */
function meanSeen({ characteristics }: Part, count: number, random: Random): number {
  const expected = characteristics?.serviceTime.mean ?? 0
  const varies = characteristics?.serviceTime.percentile !== undefined
  const uniform = (random.next() + random.next() + random.next() - 1.5) * 2
  return count === 0 ? 0 : expected * (1 + ((varies ? 0.5 : 0.002) * uniform) / Math.sqrt(count))
}

function partSeen(
  part: Part,
  {
    desired,
    span,
    arrivals,
    meanMs,
  }: {
    readonly desired: readonly DesiredInstance[]
    readonly span: Span
    readonly arrivals: number
    readonly meanMs: number
  },
): PartObservation {
  const own = desired.filter((instance) => instance.part === part.name)
  const varies = part.characteristics?.serviceTime.percentile !== undefined
  return {
    part: part.name,
    arrivals,
    completed: arrivals,
    failed: 0,
    refused: 0,
    queued: 0,
    inPartMean: (arrivals * meanMs * (1 + WAITING_SHARE)) / (span.to - span.from),
    service: times(arrivals, meanMs, varies ? 0.25 : 0),
    waiting: times(arrivals, meanMs * WAITING_SHARE, 4),
    instances: own.map((instance, i) =>
      instanceSeen(instance, { span, i, of: own.length, arrivals, meanMs }),
    ),
  }
}

function instanceSeen(
  { id, part, revision }: DesiredInstance,
  {
    span,
    i,
    of,
    arrivals,
    meanMs,
  }: {
    readonly span: Span
    readonly i: number
    readonly of: number
    readonly arrivals: number
    readonly meanMs: number
  },
): InstanceObservation {
  const completed = Math.floor((arrivals + i) / of)
  return {
    id,
    part,
    revision,
    phase: 'ready',
    phaseSince: span.from,
    restarts: 0,
    completed,
    failed: 0,
    inFlight: 0,
    serviceMeanMs: completed === 0 ? null : meanMs,
    host: { host: `host-${i % HOSTS}`, throttledShare: 0, stealShare: 0 },
  }
}

const HOSTS = 20

const times = (count: number, meanMs: number, squaredVariation: number): TimeSummary => ({
  count,
  meanMs,
  squaredVariation,
  p50Ms: meanMs,
  p90Ms: meanMs * 1.5,
  p99Ms: meanMs * 2,
  maxMs: meanMs * 3,
})
