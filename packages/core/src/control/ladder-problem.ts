/** States the sizing of a service under the terms in force, at whatever load. */
import {
  instanceCap,
  SERVICE_TIME_TOLERANCE,
  type Level,
  type Part,
  type Service,
  type Terms,
} from '../agreement/index.ts'
import { sizedPart, visitedParts, type LadderProblem, type SizedPart } from '../allocation/index.ts'
import type { ServiceState } from './decide.ts'

export interface LadderProblemInput {
  readonly service: Service
  readonly terms: readonly Terms[]
  readonly state: ServiceState
}

/** Sizing aims at this share of the misses that are allowed, so that noise does not break what was promised. */
const AIM = 0.75

/** All that a problem follows from, beside the service. */
interface Figures {
  readonly terms: readonly Terms[]
  readonly levels: readonly Level[]
  readonly overheadMs: number
  /** Of each part that operations visit. */
  readonly plannedMs: readonly (number | null)[]
}

interface Stated {
  readonly figures: Figures
  readonly problem: LadderProblem | null
}

/** As it was last stated: mostly nothing of it changes from tick to tick. */
const remembered = new WeakMap<Service, Stated>()

/** Null where a part that operations visit comes without expectations. The same one as long as nothing of it changes. */
export function ladderProblemOf(
  { service, terms, state }: LadderProblemInput,
  levels: readonly Level[],
): LadderProblem | null {
  const figures: Figures = {
    terms,
    levels,
    overheadMs: overheadStep(state.overheadMs, levels),
    plannedMs: visitedParts(service).map(({ part }) => plannedTime(part, state)),
  }
  const known = remembered.get(service)
  if (known !== undefined && isSame(known.figures, figures)) return known.problem
  const problem = stateProblem(service, figures)
  remembered.set(service, { figures, problem })
  return problem
}

const isSame = (a: Figures, b: Figures): boolean =>
  a.overheadMs === b.overheadMs &&
  areSame(a.terms, b.terms) &&
  areSame(a.levels, b.levels) &&
  areSame(a.plannedMs, b.plannedMs)

const areSame = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i])

function stateProblem(service: Service, figures: Figures): LadderProblem | null {
  const { terms, levels, overheadMs } = figures
  const parts = sizedParts(service, figures)
  if (parts === null) return null
  const cap = instanceCap(terms, null)
  const modelled = new Set(parts.map(({ part }) => part))
  const others = service.parts.filter(({ name }) => !modelled.has(name))
  return {
    parts,
    goals: levels.flatMap(({ metric, ratio }) =>
      metric.kind === 'response-time' ? [{ limitMs: metric.limit, ratio: 1 - (1 - ratio) * AIM }] : [],
    ),
    overheadMs,
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
function plannedTime({ name, characteristics }: Part, { serviceTimes }: ServiceState): number | null {
  const measured = serviceTimes[name]?.plannedMs ?? null
  const most = (characteristics?.serviceTime.mean ?? 0) * SERVICE_TIME_TOLERANCE
  return measured !== null && measured > most ? null : measured
}

function sizedParts(service: Service, { terms, plannedMs }: Figures): readonly SizedPart[] | null {
  const sized: SizedPart[] = []
  for (const [i, visited] of visitedParts(service).entries()) {
    const { characteristics } = visited.part
    if (characteristics === null) return null
    sized.push(sizedPart(visited, characteristics, { terms, measuredMs: plannedMs[i] ?? null }))
  }
  return sized.length === 0 ? null : sized
}
