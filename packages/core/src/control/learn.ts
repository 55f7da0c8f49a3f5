/**
 * Learns from what is measured: each part's own service time, and the time that operations spend outside
 * of all parts. Both move the capacity model from what was expected to what is.
 */
import { visitedParts } from '../allocation/index.ts'
import type { Service } from '../agreement/index.ts'
import type { PartObservation, ServiceObservation } from '../health/index.ts'
import type { PartName } from '../units/index.ts'

export interface Learned {
  /** Own service time, smoothed over operations; null until one was seen. */
  readonly serviceMs: number | null
  readonly waitingMs: number
  /** Operations that the two rest on, up to the memory's length. */
  readonly seen: number
  /** Share of operations that failed, and the operations that it rests on. */
  readonly failedShare: number
  readonly ended: number
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

export const nothingLearned: Learned = { serviceMs: null, waitingMs: 0, seen: 0, failedShare: 0, ended: 0 }

export function learn(service: Service, before: LearnedState, observation: ServiceObservation): LearnedState {
  const learned: Record<PartName, Learned> = {}
  for (const { name } of service.parts) {
    const past = before.learned[name] ?? nothingLearned
    const seen = observation.parts.find((candidate) => candidate.part === name)
    learned[name] = seen === undefined ? past : { ...learnTimes(past, seen), ...learnFailures(past, seen) }
  }
  return { learned, overheadMs: learnOverhead(service, before.overheadMs, learned, observation) }
}

function learnTimes(
  past: Learned,
  { service, waiting }: PartObservation,
): Pick<Learned, 'serviceMs' | 'waitingMs' | 'seen'> {
  const { seen, weight } = remember(past.seen, service.count)
  return {
    serviceMs: service.count === 0 ? past.serviceMs : mix(past.serviceMs ?? 0, service.meanMs, weight),
    waitingMs: mix(past.waitingMs, waiting.meanMs, weight),
    seen,
  }
}

function learnFailures(
  past: Learned,
  { completed, failed }: PartObservation,
): Pick<Learned, 'failedShare' | 'ended'> {
  const { seen: ended, weight } = remember(past.ended, completed + failed)
  const share = completed + failed === 0 ? 0 : failed / (completed + failed)
  return { failedShare: mix(past.failedShare, share, weight), ended }
}

/** Operations remembered with the new ones, and what those weigh: all at first, less the more is known. */
function remember(past: number, count: number): { readonly seen: number; readonly weight: number } {
  const seen = Math.min(MEMORY_OPERATIONS, past + count)
  return { seen, weight: count === 0 ? 0 : Math.min(1, count / seen) }
}

/** The smoothed own service time once it is worth trusting. */
export const trustedServiceMs = (learned: Learned | undefined): number | null =>
  learned === undefined || learned.seen < ENOUGH_OPERATIONS ? null : learned.serviceMs

/** What is left of the response time beside all visits. A part that counted nothing just now is taken as it was. */
function learnOverhead(
  service: Service,
  before: number,
  learned: LearnedState['learned'],
  { response, parts }: ServiceObservation,
): number {
  if (response.count === 0) return before
  let inside = 0
  for (const { part, visits } of visitedParts(service)) {
    const seen = parts.find((candidate) => candidate.part === part.name)
    const known = learned[part.name]
    if (seen !== undefined && seen.service.count > 0)
      inside += visits * (seen.service.meanMs + seen.waiting.meanMs)
    else if (known === undefined || known.serviceMs === null) return before
    else inside += visits * (known.serviceMs + known.waitingMs)
  }
  // Signed: an operation that one span's parts and the next span's responses count cancels out over time.
  const outside = response.meanMs - inside
  return mix(before, outside, Math.min(1, response.count / MEMORY_OPERATIONS))
}

const mix = (a: number, b: number, weight: number): number => a + (b - a) * weight
