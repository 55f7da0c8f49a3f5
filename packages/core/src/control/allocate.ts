/**
 * How many instances of each part the service should have now: the scale decision under the agreements in
 * force, with its reasons in words. Services without an agreement or without expectations run at their minima.
 */
import {
  contractedLoad,
  instanceCap,
  SERVICE_TIME_TOLERANCE,
  type Level,
  type Service,
  type Terms,
} from '../agreement/index.ts'
import {
  loadToPlanFor,
  scale,
  stationsOf,
  visitedParts,
  type Goal,
  type InstanceCounts,
  type ScaleState,
  type SizedPart,
  type SizingProblem,
} from '../allocation/index.ts'
import type { ServiceObservation } from '../health/index.ts'
import { durationMs, formatRate, perSecond, type DurationMs, type PartName } from '../units/index.ts'
import { trustedServiceMs } from './learn.ts'
import type { DecideInput, ServiceState } from './decide.ts'
import type { DesiredInstance, Reason } from './plan.ts'

export interface Allocation {
  readonly counts: InstanceCounts
  readonly scale: ScaleState
  /** What the levels would take, whether or not it can be had; null without a model. */
  readonly needed: {
    readonly total: number
    readonly atMost: number | null
    readonly heldByCap: boolean
  } | null
  /** Share that the instances at hand are expected to keep, by limit in milliseconds. */
  readonly predicted: readonly { readonly limitMs: number; readonly share: number }[]
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
  const sized = sizedParts(input)
  if (sized === null || input.terms.length === 0) return atMinimum(input)
  const contracted = contractedLoad(input.terms)
  const seen = loadToPlanFor(input.state.load)
  const first = seen === null
  // Before enough load was seen the promise decides: ready for all that was agreed.
  const measured = seen ?? contracted
  if (measured === null) return atMinimum(input)
  const rate = contracted === null ? measured : Math.min(measured, contracted)
  const problem = problemOf(sized, rate, input)
  const current = input.state.wanted
  const decided = scale({
    problem,
    current,
    state: input.state.scale,
    now: input.now,
    complete: input.observation.complete,
    missedBeyond: contracted !== null && measured > contracted ? null : missedBeyond(input),
    settled: isSettled(input.desired, input.observation),
  })
  const code = first ? 'first-instances' : decided.code
  const says = first
    ? `Nothing is known of the load yet; ready for the agreed ${formatRate(perSecond(rate))}.`
    : decided.says
  return {
    counts: withUnmodelled(decided.counts, input.service, sized),
    scale: decided.state,
    needed: { total: decided.need.total, atMost: problem.atMost, heldByCap: decided.need.heldByCap },
    predicted: problem.goals.map(({ limitMs }, i) => ({ limitMs, share: decided.predictedNow[i] ?? 0 })),
    reasons: [...heldReasons(code, says), ...limitReasons(decided.need, problem, contracted, measured)],
    reasonFor: (part, direction) => ({ code: changeCode(code, direction), part, says }),
  }
}

function problemOf(
  parts: readonly SizedPart[],
  rate: number,
  { terms, state }: AllocateInput,
): SizingProblem {
  return {
    parts,
    rate,
    goals: goalsOf(terms.flatMap(({ levels }) => levels)),
    // To the millisecond, so that what is only chance does not make every tick another problem.
    overheadMs: Math.max(0, Math.round(state.overheadMs)),
    atMost: instanceCap(terms, null),
  }
}

/** The parts that operations visit; null when one of them comes without expectations. */
function sizedParts({ service, state, terms }: AllocateInput): readonly SizedPart[] | null {
  const sized: SizedPart[] = []
  for (const { part, visits, callers } of visitedParts(service)) {
    if (part.characteristics === null) return null
    sized.push({
      part: part.name,
      visits,
      callers,
      stations: stationsOf(part.characteristics, trustedServiceMs(state.learned[part.name])),
      price: Math.max(1, Number(part.price.microsPerHour)),
      atLeast: part.minInstances,
      atMost: Math.min(part.maxInstances, instanceCap(terms, part.name) ?? Infinity),
    })
  }
  return sized.length === 0 ? null : sized
}

function goalsOf(levels: readonly Level[]): readonly Goal[] {
  return levels.flatMap(({ metric, ratio }) =>
    metric.kind === 'response-time' ? [{ limitMs: metric.limit, ratio }] : [],
  )
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

/** Parts that no operation of the service visits still run at their minimum. */
function withUnmodelled(
  counts: InstanceCounts,
  service: Service,
  sized: readonly SizedPart[],
): InstanceCounts {
  const modelled = new Set(sized.map(({ part }) => part))
  const others = service.parts.filter(({ name }) => !modelled.has(name))
  return { ...counts, ...Object.fromEntries(others.map((part) => [part.name, part.minInstances])) }
}

function atMinimum({ service, state, terms }: AllocateInput): Allocation {
  const says =
    terms.length === 0
      ? 'No agreement asks for more than the minimum.'
      : 'Without expected characteristics parts run at their minimum.'
  return {
    counts: Object.fromEntries(service.parts.map((part) => [part.name, part.minInstances])),
    scale: state.scale,
    needed: null,
    predicted: [],
    reasons: [],
    reasonFor: (part) => ({ code: 'limits-changed', part, says }),
  }
}

function heldReasons(code: string, says: string): readonly Reason[] {
  return code === 'held-to-settle' || code === 'held-for-missing-data' ? [{ code, part: null, says }] : []
}

function limitReasons(
  need: { readonly heldByCap: boolean; readonly reachable: boolean; readonly total: number },
  problem: SizingProblem,
  contracted: number | null,
  measured: number,
): readonly Reason[] {
  const reasons: Reason[] = []
  if (need.heldByCap)
    reasons.push({
      code: 'held-by-cap',
      part: null,
      says: `The agreement allows ${problem.atMost ?? 0} instances; keeping the levels would take more.`,
    })
  else if (!need.reachable)
    reasons.push({
      code: 'more-would-not-help',
      part: null,
      says: 'The service times alone pass the limit; instances only shorten waiting.',
    })
  if (contracted !== null && measured > contracted)
    reasons.push({
      code: 'held-at-agreed-load',
      part: null,
      says: `The load is ${formatRate(perSecond(measured))}; instances are planned for the agreed ${formatRate(perSecond(contracted))}.`,
    })
  return reasons
}

function changeCode(code: string, direction: 'up' | 'down'): Reason['code'] {
  if (code === 'first-instances') return 'first-instances'
  if (code === 'up-model-too-hopeful') return 'level-at-risk'
  return direction === 'up' ? 'load-rises' : 'load-falls'
}
