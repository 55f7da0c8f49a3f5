/**
 * Counts levels that are not about single operations' times from what was observed of the span (A3.1). Of
 * samples each is a second of the clock, so that a window has as many whatever spans it was seen in; the
 * span's figure stands for all of its seconds. Null where the observation does not tell.
 */
import type { Level, Service } from '../agreement/index.ts'
import type { PartObservation, ServiceObservation } from '../health/index.ts'

export interface Count {
  readonly met: number
  readonly missed: number
}

const NONE: Count = { met: 0, missed: 0 }

/** Kinds that the observation tells itself; for others a source must have counted. */
const SAMPLED: ReadonlySet<Level['metric']['kind']> = new Set(['availability', 'throughput', 'queue-length'])

/** Of single operations and classes only a source knows. */
export const isSampled = ({ metric, scope }: Level): boolean =>
  SAMPLED.has(metric.kind) && scope.operation === undefined && scope.class === undefined

/** Whether nobody tells of what the level is about, so that zero says nothing. */
export const isUntold = ({ metric: { kind } }: Level, { untold = [] }: ServiceObservation): boolean =>
  untold.includes(kind === 'queue-length' || kind === 'availability' ? 'waiting' : 'operations')

export function countSampled(level: Level, service: Service, observation: ServiceObservation): Count | null {
  if (!isSampled(level)) return null
  const { metric, scope } = level
  const name = scope.part ?? service.entry
  const part = observation.parts.find((candidate) => candidate.part === name)
  if (part === undefined || !observation.complete || isUntold(level, observation)) return NONE
  const seconds = secondsOf(observation)
  switch (metric.kind) {
    case 'availability':
      return { met: part.completed + part.failed, missed: part.refused }
    case 'throughput':
      return sample(seconds, throughputMet(part, metric.limit, observation))
    case 'queue-length':
      return sample(seconds, queuedOf(level, part, observation) <= metric.limit)
    case 'response-time':
    case 'service-time':
    case 'satisfaction':
    case 'job-completion':
    case 'error-ratio':
      return null
  }
}

/** Seconds of the clock that ended in the span: each lies in exactly one. */
const secondsOf = ({ span: { from, to } }: ServiceObservation): number =>
  Math.max(0, Math.floor(to / 1_000) - Math.floor(from / 1_000))

const sample = (seconds: number, met: boolean | null): Count =>
  met === null ? NONE : met ? { met: seconds, missed: 0 } : { met: 0, missed: seconds }

/** Null where less was asked for than the limit: then nothing is said about what could have been done. */
function throughputMet(
  { arrivals, completed, queued }: PartObservation,
  limit: number,
  { span: { from, to } }: ServiceObservation,
): boolean | null {
  const due = (limit * (to - from)) / 1_000
  if (completed >= due) return true
  return Math.max(arrivals, completed + queued) >= due ? false : null
}

/** Without a part the lines of all parts count together. */
const queuedOf = ({ scope }: Level, part: PartObservation, { parts }: ServiceObservation): number =>
  scope.part === undefined ? parts.reduce((sum, { queued }) => sum + queued, 0) : part.queued
