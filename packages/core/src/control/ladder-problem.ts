/** States the sizing of a service under the terms in force, at whatever load. */
import {
  instanceCap,
  SERVICE_TIME_TOLERANCE,
  type Characteristics,
  type Level,
  type Service,
  type Terms,
} from '../agreement/index.ts'
import {
  sizedPart,
  visitedParts,
  type FollowedTime,
  type LadderProblem,
  type SizedPart,
} from '../allocation/index.ts'
import type { ServiceState } from './decide.ts'

export interface LadderProblemInput {
  readonly service: Service
  readonly terms: readonly Terms[]
  readonly state: ServiceState
}

/** Sizing aims at this share of the misses that are allowed, so that noise does not break what was promised. */
const AIM = 0.75

/** Null where a part that operations visit comes without expectations. */
export function ladderProblemOf(
  { service, terms, state }: LadderProblemInput,
  levels: readonly Level[],
): LadderProblem | null {
  const parts = sizedParts(service, terms, state)
  if (parts === null) return null
  const cap = instanceCap(terms, null)
  const modelled = new Set(parts.map(({ part }) => part))
  const others = service.parts.filter(({ name }) => !modelled.has(name))
  return {
    parts,
    goals: levels.flatMap(({ metric, ratio }) =>
      metric.kind === 'response-time' ? [{ limitMs: metric.limit, ratio: 1 - (1 - ratio) * AIM }] : [],
    ),
    overheadMs: overheadStep(state.overheadMs, levels),
    atMost: cap === null ? null : cap - others.reduce((sum, { minInstances }) => sum + minInstances, 0),
  }
}

/** In steps of a part of the strictest limit, so that what is only chance does not make every tick another problem. */
function overheadStep(overheadMs: number, levels: readonly Level[]): number {
  const limits = levels.flatMap(({ metric }) => (metric.kind === 'response-time' ? [metric.limit] : []))
  const step = Math.max(1, Math.min(...limits) / OVERHEAD_STEPS)
  return Math.max(0, Math.round(overheadMs / step) * step)
}

const OVERHEAD_STEPS = 40

/** The levels that instances are sized for; what a single part answers within is counted, but not modelled. */
export const levelsForSizing = (terms: readonly Terms[]): readonly Level[] =>
  terms.flatMap(({ levels }) =>
    levels.filter(({ metric, scope }) => metric.kind === 'response-time' && scope.part === undefined),
  )

/** More instances are not the answer to slow code: the part is sized for what was expected of it (A3.15). */
function plannedMs(expected: Characteristics, followed: FollowedTime | undefined): number | null {
  const measured = followed?.plannedMs ?? null
  return measured !== null && measured > expected.serviceTime.mean * SERVICE_TIME_TOLERANCE ? null : measured
}

function sizedParts(
  service: Service,
  terms: readonly Terms[],
  state: ServiceState,
): readonly SizedPart[] | null {
  const sized: SizedPart[] = []
  for (const visited of visitedParts(service)) {
    const { name, characteristics } = visited.part
    if (characteristics === null) return null
    const measuredMs = plannedMs(characteristics, state.serviceTimes[name])
    sized.push(sizedPart(visited, characteristics, { terms, measuredMs }))
  }
  return sized.length === 0 ? null : sized
}
