/**
 * How many instances of each part the service should have now: the scale decision under the agreements in
 * force, with its reasons in words. Services without an agreement or without expectations run at their minima.
 */
import {
  contractedLoad,
  instanceCap,
  SERVICE_TIME_TOLERANCE,
  type CapBinding,
  type Level,
  type Service,
  type Terms,
} from '../agreement/index.ts'
import {
  loadToPlanFor,
  scale,
  sizeParts,
  stationsOf,
  visitedParts,
  withinLimits,
  type InstanceCounts,
  type Limitation,
  type ScaleDecision,
  type ScaleState,
  type SizedPart,
  type SizingProblem,
} from '../allocation/index.ts'
import type { ServiceObservation } from '../health/index.ts'
import { durationMs, roughRate, perSecond, type DurationMs, type PartName } from '../units/index.ts'
import { trustedServiceMs } from './learn.ts'
import type { DecideInput, ServiceState } from './decide.ts'
import type { DesiredInstance, Reason } from './plan.ts'

export interface Allocation {
  readonly counts: InstanceCounts
  readonly scale: ScaleState
  /** The cap without which the levels would be kept; worked out when it is asked for. */
  readonly binding: () => CapBinding | null
  /** Share that the instances at hand are expected to keep, for each level that the model has a view on. */
  readonly predicted: ReadonlyMap<Level, number>
  readonly reasons: readonly Reason[]
  /** Why a part gets more or fewer instances. */
  readonly reasonFor: (part: PartName, direction: 'up' | 'down') => Reason
}

interface AllocateInput extends DecideInput {
  readonly state: ServiceState
  readonly terms: readonly Terms[]
}

/** A tick comes this often or oftener; an instance ordered now helps after its start time and one of these. */
const TICK: DurationMs = durationMs(5_000)

export function allocate(input: AllocateInput): Allocation {
  const { service, state, terms, now, observation } = input
  const parts = sizedParts(input)
  if (terms.length === 0) return atMinimum(input, 'No agreement asks for more than the minimum.')
  if (parts === null) return atMinimum(input, 'Without expected characteristics parts run at their minimum.')
  const contracted = contractedLoad(terms)
  const seen = loadToPlanFor(state.load)
  // Before enough load was seen the promise decides: ready for all that was agreed.
  const measured = seen ?? contracted
  if (measured === null) return atMinimum(input, 'Nothing is known of the load yet, and none was agreed.')
  const rate = contracted === null ? measured : Math.min(measured, contracted)
  const levels = terms.flatMap((one) => one.levels.filter((level) => isForSizing(level)))
  const problem = problemOf(parts, rate, levels, input)
  const current = withinLimits(problem, state.wanted)
  const decided = scale({
    problem,
    current,
    state: state.scale,
    now,
    complete: observation.complete,
    missedBeyond: contracted !== null && measured > contracted ? null : missedBeyond(input),
    settled: isSettled(input.desired, observation),
  })
  // What was needed a minute ago may be over limits that were lowered since.
  const allowed = withinLimits(problem, decided.counts)
  const spares = parts.some(({ part }) => (allowed[part] ?? 0) < (current[part] ?? 0))
  const counts = { ...minimaOf(service), ...(spares && !observation.complete ? current : allowed) }
  return {
    counts,
    scale: decided.state,
    binding: () => bindingOf(problem, decided.plannedRate),
    predicted: new Map(levels.map((level, i) => [level, decided.predictedNow[i] ?? 0])),
    reasons: [...stayReasons(decided), ...limitReasons(decided.need.limitedBy, contracted, measured)],
    reasonFor: (part, direction) => {
      const before = state.wanted[part]
      const after = counts[part] ?? 0
      if (before === undefined) return firstReason(part, rate, seen !== null)
      if (before !== (current[part] ?? after)) return limitsReason(part, after)
      if (before === after) return missingReason(part, after)
      return { code: changeCode(decided.code, direction), part, says: decided.says }
    },
  }
}

function problemOf(
  parts: readonly SizedPart[],
  rate: number,
  levels: readonly Level[],
  { service, terms, state }: AllocateInput,
): SizingProblem {
  const cap = instanceCap(terms, null)
  const modelled = new Set(parts.map(({ part }) => part))
  const others = service.parts.filter(({ name }) => !modelled.has(name))
  return {
    parts,
    rate,
    goals: levels.flatMap(({ metric, ratio }) =>
      metric.kind === 'response-time' ? [{ limitMs: metric.limit, ratio }] : [],
    ),
    // To the millisecond, so that what is only chance does not make every tick another problem.
    overheadMs: Math.max(0, Math.round(state.overheadMs)),
    atMost: cap === null ? null : cap - others.reduce((sum, { minInstances }) => sum + minInstances, 0),
  }
}

/** Responses of the whole service; what a single part answers within is counted, but not modelled. */
const isForSizing = ({ metric, scope }: Level): boolean =>
  metric.kind === 'response-time' && scope.part === undefined

/** The parts that operations visit; null when one of them comes without expectations. */
function sizedParts({ service, state, terms }: AllocateInput): readonly SizedPart[] | null {
  const sized: SizedPart[] = []
  for (const { part, visits, callers } of visitedParts(service)) {
    if (part.characteristics === null) return null
    sized.push({
      part: part.name,
      visits,
      callers,
      stations: stationsOf(part.characteristics, state.serviceTimes[part.name]?.plannedMs ?? null),
      price: Math.max(1, Number(part.price.microsPerHour)),
      atLeast: part.minInstances,
      atMost: Math.min(part.maxInstances, instanceCap(terms, part.name) ?? Infinity),
    })
  }
  return sized.length === 0 ? null : sized
}

/** An instance that is ordered now serves after its start; it is ordered a tick late at worst. */
export function horizonOf(service: Service): DurationMs {
  const slowest = Math.max(0, ...service.parts.map((part) => part.characteristics?.startTime ?? 0))
  return durationMs(slowest + TICK)
}

/** Only waiting can be shortened by instances; where the code itself is slow they are not the answer (A3.15). */
function missedBeyond({ service, state, terms, observation }: AllocateInput): number | null {
  const slow = service.parts.some(({ name, characteristics }) => {
    const measured = trustedServiceMs(state.learned[name])
    return (
      characteristics !== null &&
      measured !== null &&
      measured > characteristics.serviceTime.mean * SERVICE_TIME_TOLERANCE
    )
  })
  if (slow) return null
  const counts = new Map(observation.levels.map((count) => [count.level, count]))
  const beyond = terms.flatMap(({ levels }) =>
    levels.flatMap(({ name, metric, ratio }) => {
      const count = counts.get(name)
      if (metric.kind !== 'response-time' || count === undefined) return []
      return [count.missed - (1 - ratio) * (count.met + count.missed)]
    }),
  )
  return beyond.length === 0 ? null : Math.max(...beyond)
}

function isSettled(desired: readonly DesiredInstance[], observation: ServiceObservation): boolean {
  const ready = new Set(
    observation.parts.flatMap((part) =>
      part.instances.filter(({ phase }) => phase === 'ready').map(({ id }) => id),
    ),
  )
  return desired.every(({ id }) => ready.has(id))
}

/** What parts have that no operation of the service visits, or all of them without a model. */
const minimaOf = (service: Service): InstanceCounts =>
  Object.fromEntries(service.parts.map((part) => [part.name, part.minInstances]))

function atMinimum({ service, state }: AllocateInput, says: string): Allocation {
  const minima = minimaOf(service)
  return {
    counts: minima,
    scale: state.scale,
    binding: () => null,
    predicted: new Map(),
    reasons: [],
    reasonFor: (part) => {
      const [before, after] = [state.wanted[part], minima[part] ?? 0]
      if (before === after) return missingReason(part, after)
      return { code: before === undefined ? 'first-instances' : 'limits-changed', part, says }
    },
  }
}

/** By the promise itself, without the margin that sizing aims for: a cap that lets it be kept is not in the way. */
function bindingOf(problem: SizingProblem, rate: number): CapBinding | null {
  const free = {
    ...problem,
    rate,
    atMost: null,
    parts: problem.parts.map((part) => ({ ...part, atMost: Infinity })),
  }
  const needed = sizeParts(free)
  if (problem.atMost !== null && needed.total > problem.atMost)
    return { part: null, needed: needed.total, atMost: problem.atMost }
  const held = problem.parts.find(({ part, atMost }) => (needed.counts[part] ?? 0) > atMost)
  if (held === undefined) return null
  return { part: held.part, needed: needed.counts[held.part] ?? 0, atMost: held.atMost }
}

/** Why everything stays as it is; what changes carries its own reasons. */
function stayReasons({ code, says }: ScaleDecision): readonly Reason[] {
  return code === 'steady' || code === 'held-to-settle' || code === 'held-for-missing-data'
    ? [{ code, part: null, says }]
    : []
}

const firstReason = (part: PartName, rate: number, loadIsKnown: boolean): Reason => ({
  code: 'first-instances',
  part,
  says: loadIsKnown
    ? `Part ${part} is new; planned for ${roughRate(perSecond(rate))}.`
    : `Nothing is known of the load yet; ready for the agreed ${roughRate(perSecond(rate))}.`,
})

const limitsReason = (part: PartName, count: number): Reason => ({
  code: 'limits-changed',
  part,
  says: `The limits of part ${part} or of the agreement were changed; now it has ${count}.`,
})

const missingReason = (part: PartName, count: number): Reason => ({
  code: 'lost-instance',
  part,
  says: `Of the ${count} instances that part ${part} should have one or more are not there.`,
})

const LIMITATIONS: Readonly<Record<Limitation, Omit<Reason, 'part'> | null>> = {
  nothing: null,
  cap: {
    code: 'held-by-cap',
    says: 'Keeping the levels with a margin would take more instances than the agreement allows.',
  },
  'part-limits': {
    code: 'held-by-cap',
    says: 'Keeping the levels with a margin would take more instances than parts may have.',
  },
  'service-time': {
    code: 'more-would-not-help',
    says: 'The service times alone pass the limit; instances only shorten waiting.',
  },
}

function limitReasons(limitedBy: Limitation, contracted: number | null, measured: number): readonly Reason[] {
  const limitation = LIMITATIONS[limitedBy]
  const reasons: Reason[] = limitation === null ? [] : [{ ...limitation, part: null }]
  if (contracted !== null && measured > contracted)
    reasons.push({
      code: 'held-at-agreed-load',
      part: null,
      says: `A load of ${roughRate(perSecond(measured))} is to be expected; instances are planned for the agreed ${roughRate(perSecond(contracted))}.`,
    })
  return reasons
}

function changeCode(code: ScaleDecision['code'], direction: 'up' | 'down'): Reason['code'] {
  if (code === 'up-model-too-hopeful') return 'level-at-risk'
  return direction === 'up' ? 'load-rises' : 'load-falls'
}
