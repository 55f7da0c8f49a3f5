/**
 * Learns from what is measured: each part's own service time, and the time that operations spend outside
 * of all parts. Both move the capacity model from what was expected to what is.
 */
import { visitedParts } from '../allocation/index.ts'
import type { Service } from '../agreement/index.ts'
import type { ServiceObservation } from '../health/index.ts'
import type { PartName } from '../units/index.ts'

export interface Learned {
  /** Own service time, smoothed over operations; null until enough were seen. */
  readonly serviceMs: number | null
  readonly waitingMs: number
  readonly seen: number
}

export interface LearnedState {
  readonly learned: Readonly<Record<PartName, Learned>>
  /** Smoothed, and by chance below 0 where there is none. */
  readonly overheadMs: number
}

/** What was learned fades over about this many operations. */
const MEMORY_OPERATIONS = 200
/** Before this many operations the expected service time counts. */
const ENOUGH_OPERATIONS = 20

export function learn(service: Service, before: LearnedState, observation: ServiceObservation): LearnedState {
  const learned: Record<PartName, Learned> = {}
  for (const part of service.parts) {
    const past = before.learned[part.name] ?? { serviceMs: null, waitingMs: 0, seen: 0 }
    const seen = observation.parts.find((candidate) => candidate.part === part.name)
    learned[part.name] = seen === undefined ? past : learnPart(past, seen.service, seen.waiting.meanMs)
  }
  return { learned, overheadMs: learnOverhead(service, before.overheadMs, observation) }
}

function learnPart(past: Learned, service: { count: number; meanMs: number }, waitingMs: number): Learned {
  if (service.count === 0) return past
  const seen = Math.min(MEMORY_OPERATIONS, past.seen + service.count)
  const weight = Math.min(1, service.count / seen)
  return {
    serviceMs: past.serviceMs === null ? service.meanMs : mix(past.serviceMs, service.meanMs, weight),
    waitingMs: past.seen === 0 ? waitingMs : mix(past.waitingMs, waitingMs, weight),
    seen,
  }
}

/** The smoothed own service time once it is worth trusting. */
export const trustedServiceMs = (learned: Learned | undefined): number | null =>
  learned === undefined || learned.seen < ENOUGH_OPERATIONS ? null : learned.serviceMs

function learnOverhead(service: Service, before: number, observation: ServiceObservation): number {
  if (observation.response.count === 0) return before
  const visits = new Map(visitedParts(service).map((visited) => [visited.part.name, visited.visits]))
  let inside = 0
  for (const part of observation.parts) {
    inside += (visits.get(part.part) ?? 0) * (part.service.meanMs + part.waiting.meanMs)
  }
  // Signed: an operation that one span's parts and the next span's responses count cancels out over time.
  const outside = observation.response.meanMs - inside
  return mix(before, outside, Math.min(1, observation.response.count / MEMORY_OPERATIONS))
}

const mix = (a: number, b: number, weight: number): number => a + (b - a) * weight
