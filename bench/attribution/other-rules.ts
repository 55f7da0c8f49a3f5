/**
 * How fault is found elsewhere, as rules on the same observation: by how busy the instances are, and by that
 * after a look at what the agreement holds up to. Both look at the very ticks that ours looks at.
 */
import type { Agreement, CauseKind, Service } from '@holdfast/core/agreement'
import type { ServiceObservation } from '@holdfast/core/health'

/** The usual target of autoscalers: above it more instances are the answer, below it the code is to blame. */
const BUSY = 0.7

export function byUtilisation({ parts, span }: ServiceObservation): CauseKind {
  const busiest = Math.max(
    ...parts.map(({ service, instances }) => {
      const ready = instances.filter(({ phase }) => phase === 'ready').length
      return (service.count * service.meanMs) / Math.max(1, ready * (span.to - span.from))
    }),
  )
  return busiest >= BUSY ? 'platform' : 'application'
}

export interface Known {
  readonly observation: ServiceObservation
  readonly service: Service
  readonly agreements: readonly Agreement[]
  readonly dependencyKept: boolean
}

export function byConditions({ observation, agreements, dependencyKept }: Known): CauseKind {
  const { arrivals, span, parts } = observation
  const rate = (arrivals * 1_000) / Math.max(1, span.to - span.from)
  const instances = parts.reduce((sum, part) => sum + part.instances.length, 0)
  for (const condition of agreements.flatMap(({ conditions }) => conditions)) {
    if (condition.kind === 'load' && rate > condition.atMost) return 'load'
    if (condition.kind === 'instances' && instances >= condition.atMost) return 'cap'
    if (condition.kind === 'dependency' && !dependencyKept) return 'dependency'
  }
  return byUtilisation(observation)
}
