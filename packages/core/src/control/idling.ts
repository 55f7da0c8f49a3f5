/**
 * Which parts have no instance while nothing comes (A3.19): those of which the owner wants none at least, where
 * every agreement in force lets an operation wait for a start. The first operation wakes all of them.
 */
import { inForce, type Agreement, type Part, type Service } from '../agreement/index.ts'
import { isWorthSleeping, visitedParts } from '../allocation/index.ts'
import type { ServiceObservation } from '../health/index.ts'
import type { EpochMs } from '../units/index.ts'
import type { ServiceState } from './decide.ts'

/** Since when nothing came and nothing is there; null while something is. What no source told of changes nothing. */
export function nextIdleSince(before: EpochMs | null, observation: ServiceObservation): EpochMs | null {
  const { arrivals, completed, failed, parts, span, complete } = observation
  const isBusy =
    arrivals + completed + failed > 0 ||
    parts.some((part) => part.arrivals + part.queued + part.inPartMean > 0) ||
    parts.some(({ instances }) => instances.some(({ inFlight }) => inFlight > 0))
  if (isBusy) return null
  return complete ? (before ?? span.to) : before
}

export interface IdlingInput {
  readonly service: Service
  readonly agreements: readonly Agreement[]
  readonly state: ServiceState
  readonly observation: ServiceObservation
  readonly now: EpochMs
  /** Operations a second; null where that is not known. */
  readonly expectedRate: number | null
  readonly startLoss: number | null
}

/** Parts that may have no instance at all and that operations come to. */
export function sleepersOf({
  service,
  agreements,
  now,
}: Pick<IdlingInput, 'service' | 'agreements' | 'now'>): readonly Part[] {
  if (inForce(agreements, now).some(({ coldStart }) => coldStart === 'refused')) return []
  return visitedParts(service).flatMap(({ part }) => (part.minInstances === 0 ? [part] : []))
}

/** Those of them that should have none now. */
export function asleep(input: IdlingInput): readonly Part[] {
  const { state, observation, now, expectedRate, startLoss } = input
  const parts = sleepersOf(input)
  if (parts.length === 0) return []
  const isThere = parts.some(({ name }) => (state.wanted[name] ?? 1) > 0)
  if (isThere && !observation.complete) return []
  const sleeps = isWorthSleeping({
    idleSince: state.idleSince,
    now,
    expectedRate: expectedRate ?? 0,
    hourlyCost: parts.reduce((sum, { price }) => sum + Number(price.microsPerHour), 0),
    startMs: startMsOf(parts),
    startLoss,
  })
  return sleeps ? parts : []
}

/** All are started at once. */
export const startMsOf = (parts: readonly Part[]): number =>
  Math.max(0, ...parts.map(({ characteristics }) => characteristics?.startTime ?? 0))
