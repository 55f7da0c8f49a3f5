/**
 * How many instances of each part the service should have now: the scale decision under the agreements in
 * force, with its reasons in words. Services without an agreement or without expectations run at their minima.
 */
import {
  contractedLoad,
  costCap,
  HOURS_PER_MONTH,
  SERVICE_TIME_TOLERANCE,
  type CapBinding,
  type Level,
  type Service,
  type Terms,
} from '../agreement/index.ts'
import {
  agreedOutlooks,
  hourlyCost,
  ladderOf,
  nextPressure,
  outlooksOf,
  rungAt,
  rungFor,
  scale,
  sharesAt,
  sizeParts,
  totalOf,
  withinLimits,
  type InstanceCounts,
  type Ladder,
  type LadderProblem,
  type Missed,
  type Outlooks,
  type ScaleState,
  type Stake,
} from '../allocation/index.ts'
import type { ServiceObservation } from '../health/index.ts'
import type { InstanceId, PartName } from '../units/index.ts'
import { adjust, asCarriedOut } from './adjust.ts'
import {
  changeCode,
  firstReason,
  limitReasons,
  limitsReason,
  missingReason,
  stayReasons,
} from './allocation-reasons.ts'
import { allocateBatch } from './batch-turn.ts'
import { asleep, sleepersOf } from './idling.ts'
import { ladderProblemOf, levelsForSizing } from './ladder-problem.ts'
import { leadOf } from './lead.ts'
import { trustedServiceMs } from './learn.ts'
import type { DecideInput, ServiceState } from './decide.ts'
import type { DesiredInstance, Reason } from './plan.ts'
import { rationed } from './ration.ts'
import { plainBid, type Bid } from './share.ts'
import { stakesOf } from './stakes.ts'

export interface Allocation {
  readonly counts: InstanceCounts
  readonly scale: ScaleState
  /** Those of the counts that only wait for a failure. */
  readonly spares: InstanceCounts
  /** What it is worth beside other services. */
  readonly bid: Bid
  /** The cap without which the levels would be kept; worked out when it is asked for. */
  readonly binding: () => CapBinding | null
  /** Share that each level's window is expected to end with, where the model has a view on it. */
  readonly predicted: ReadonlyMap<Level, number>
  readonly reasons: readonly Reason[]
  /** Why a part gets more or fewer instances. */
  readonly reasonFor: (part: PartName, direction: 'up' | 'down') => Reason
}

export interface AllocateInput extends DecideInput {
  readonly state: ServiceState
  readonly terms: readonly Terms[]
}

export function allocate(input: AllocateInput): Allocation {
  const { service, state, terms, observation } = input
  if (state.batch !== null) return allocateBatch(input, state.batch)
  const levels = levelsForSizing(terms)
  const problem = ladderProblemOf(input, levels)
  if (terms.length === 0) return atMinimum(input, 'No agreement asks for more than the minimum.')
  if (problem === null)
    return atMinimum(input, 'Without expected characteristics parts run at their minimum.')
  const contracted = contractedLoad(terms)
  const ladder = ladderOf(service, problem)
  const settled = isSettled(input.desired, observation)
  const before = pressed(input, levels, settled)
  const outlooks = outlooksFor(input, contracted, before.pressure)
  if (outlooks === null) return asItIs(input, 'Nothing is known of the load yet, and none was agreed.')
  const had = withinLimits(problem, state.wanted)
  const current = withinLimits(problem, withoutSpares(state))
  const stakes = stakesFor(input, levels, { ladder, outlooks })
  const costAtMost = costCap(terms)?.microsPerHour ?? null
  const decided = scale({
    ...input,
    ladder,
    outlooks,
    stakes,
    costAtMost,
    current,
    waiting: waitingIn(problem, observation),
    state: before,
    lead: leadOf(service),
    complete: observation.complete,
    settled,
  })
  // What was needed a minute ago may be over limits that were lowered since.
  const allowed = withinLimits(problem, decided.counts)
  const spares = problem.parts.some(({ part }) => (allowed[part] ?? 0) < (current[part] ?? 0))
  const needed = { ...minimaOf(service), ...(spares && !observation.complete ? current : allowed) }
  const { plannedRate } = decided
  const { limitedBy } = rungAt(ladder, rungFor(plannedRate))
  const expected = outlooks.unbounded
  const given = { ...input, ladder, outlooks, stakes, needed, expectedRate: expected, plannedRate }
  const adjusted = adjust(given)
  const { counts } = adjusted
  const raised = before.pressure > state.scale.pressure
  return {
    counts,
    scale: asCarriedOut(given, decided.state, counts),
    spares: adjusted.spares,
    bid: {
      wants: adjusted.wants,
      atLeast: Math.min(adjusted.wants, totalOf(minimaOf(service))),
      lossAt: adjusted.lossAt,
      totalAt: (rate) => rungAt(ladder, rungFor(Math.min(rate, contracted ?? Infinity))).total,
    },
    binding: () => bindingOf(problem, levels, { rate: plannedRate, terms }),
    predicted: predictedShares(levels, stakes, sharesAt(ladder, had, outlooks.now.rate), outlooks.now.rate),
    reasons: [
      ...stayReasons(decided),
      ...limitReasons(limitedBy, contracted, expected ?? 0),
      ...adjusted.reasons,
    ],
    reasonFor: (part, direction) => {
      const wanted = state.wanted[part]
      const after = counts[part] ?? 0
      if (wanted === undefined) return firstReason(part, plannedRate, expected !== null)
      if (wanted !== (had[part] ?? after)) return limitsReason(part, after)
      if (wanted === after) return missingReason(part, after)
      const reason = adjusted.reasonFor(part, direction)
      if (reason !== null) return reason
      return { code: changeCode(raised, direction), part, says: decided.says }
    },
  }
}

function pressed(input: AllocateInput, levels: readonly Level[], settled: boolean): ScaleState {
  const { scale: state } = input.state
  return { ...state, ...nextPressure({ state, missed: missedOf(input, levels), settled, now: input.now }) }
}

/** Operations of the service that wait at one of its parts. */
const waitingIn = ({ parts }: LadderProblem, observation: ServiceObservation): number =>
  observation.parts.reduce((sum, { part, queued }) => {
    const visits = parts.find((one) => one.part === part)?.visits ?? 0
    return visits === 0 ? sum : sum + queued / visits
  }, 0)

/** Before enough load was seen the promise decides: ready for all that was agreed. */
function outlooksFor(
  { service, state, now }: AllocateInput,
  contracted: number | null,
  pressure: number,
): Outlooks | null {
  const lead = leadOf(service)
  const { forecaster } = state
  const { kept } = state.scale
  const seen = outlooksOf({ forecaster, hints: service.hints, contracted, now, lead, pressure, kept })
  if (seen !== null) return seen
  return contracted === null ? null : agreedOutlooks(contracted, lead)
}

function stakesFor(
  { agreements, terms, state, now }: AllocateInput,
  levels: readonly Level[],
  { ladder, outlooks }: { readonly ladder: Ladder; readonly outlooks: Outlooks },
): readonly Stake[] {
  const rate = Math.max(outlooks.now.rate, outlooks.ahead.rate)
  const cost = hourlyCost(ladder.problem, rungAt(ladder, rungFor(rate)).counts)
  return stakesOf({
    agreements,
    terms,
    judged: state.judge,
    levels,
    isInReach: (goal) => ladder.inReach[goal] ?? false,
    now,
    rate,
    hourlyCost: cost,
  })
}

/** What each level's window ends with if the present load and instances last. */
const predictedShares = (
  levels: readonly Level[],
  stakes: readonly Stake[],
  shares: readonly number[],
  rate: number,
): ReadonlyMap<Level, number> =>
  new Map(
    levels.map((level, i) => {
      const share = shares[i] ?? 0
      const stake = stakes[i]
      if (stake === undefined || level.window.kind === 'rolling') return [level, share]
      const coming = (rate * stake.leftMs) / 1_000
      const total = stake.met + stake.missed + coming
      return [level, total === 0 ? share : (stake.met + share * coming) / total]
    }),
  )

/** Only waiting can be shortened by instances; where the code itself is slow they are not the answer (A3.15). */
function missedOf(
  { service, state, observation }: AllocateInput,
  levels: readonly Level[],
): readonly Missed[] | null {
  const slow = service.parts.some(({ name, characteristics }) => {
    const measured = trustedServiceMs(state.learned[name])
    return (
      characteristics !== null &&
      measured !== null &&
      measured > characteristics.serviceTime.mean * SERVICE_TIME_TOLERANCE
    )
  })
  if (slow) return null
  const missed: Missed[] = []
  for (const [goal, { name, ratio }] of levels.entries()) {
    const count = observation.levels.findLast(({ level }) => level === name)
    if (count === undefined) continue
    missed.push({ goal, operations: count.met + count.missed, missed: count.missed, allowed: 1 - ratio })
  }
  return missed
}

function isSettled(desired: readonly DesiredInstance[], { parts }: ServiceObservation): boolean {
  const ready = new Set<InstanceId>()
  for (const { instances } of parts)
    for (const { id, phase } of instances) if (phase === 'ready') ready.add(id)
  return desired.every(({ id }) => ready.has(id))
}

/** What parts have that no operation of the service visits, or all of them without a model. */
const minimaOf = (service: Service): InstanceCounts =>
  Object.fromEntries(service.parts.map((part) => [part.name, part.minInstances]))

/** Spares are beside what the levels need. */
const withoutSpares = ({ wanted, spares }: ServiceState): InstanceCounts => {
  const extra: Readonly<Record<string, number>> = spares
  return Object.fromEntries(
    Object.entries(wanted).map(([part, count]) => [part, Math.max(0, count - (extra[part] ?? 0))]),
  )
}

/** What is not known takes nothing away from what there is. */
function asItIs(input: AllocateInput, says: string): Allocation {
  const counts = input.service.parts.map(({ name, minInstances, maxInstances }) => {
    const there = input.desired.filter(({ part }) => part === name).length
    return [name, Math.max(minInstances, Math.min(maxInstances, there))]
  })
  return without(input, Object.fromEntries(counts), says)
}

const atMinimum = (input: AllocateInput, says: string): Allocation =>
  without(input, minimaOf(input.service), says)

/** Counts that no model stands behind: of what may sleep one while something comes, or none. */
function without(input: AllocateInput, least: InstanceCounts, says: string): Allocation {
  const { state, service, share } = input
  const sleeping = new Set(asleep({ ...input, expectedRate: null, startLoss: null }))
  const awake = sleepersOf(input).map((part) => [
    part.name,
    sleeping.has(part) ? 0 : Math.max(1, least[part.name] ?? 0),
  ])
  const wanted: InstanceCounts = { ...least, ...Object.fromEntries(awake) }
  const minima = rationed(wanted, share?.atMost ?? Infinity, null, 0)
  return {
    counts: minima,
    scale: state.scale,
    spares: {},
    bid: plainBid(totalOf(wanted), totalOf(minimaOf(service))),
    binding: () => null,
    predicted: new Map(),
    reasons: share?.reasons ?? [],
    reasonFor: (part) => {
      const [before, after] = [state.wanted[part], minima[part] ?? 0]
      if (before === after) return missingReason(part, after)
      return { code: before === undefined ? 'first-instances' : 'limits-changed', part, says }
    },
  }
}

/** By the promise itself, without the margin that sizing aims for: a cap that lets it be kept is not in the way. */
function bindingOf(
  problem: LadderProblem,
  levels: readonly Level[],
  { rate, terms }: { readonly rate: number; readonly terms: readonly Terms[] },
): CapBinding | null {
  const needed = sizeParts({
    ...problem,
    goals: problem.goals.map((goal, i) => ({ ...goal, ratio: levels[i]?.ratio ?? goal.ratio })),
    rate,
    atMost: null,
    parts: problem.parts.map((part) => ({ ...part, atMost: Infinity })),
  })
  if (problem.atMost !== null && needed.total > problem.atMost)
    return { part: null, needed: needed.total, atMost: problem.atMost }
  const held = problem.parts.find(({ part, atMost }) => (needed.counts[part] ?? 0) > atMost)
  if (held !== undefined)
    return { part: held.part, needed: needed.counts[held.part] ?? 0, atMost: held.atMost }
  const cap = costCap(terms)
  const cost = hourlyCost(problem, needed.counts)
  if (cap === null || cost <= cap.microsPerHour) return null
  const { currency } = cap
  return { part: null, needed: cost * HOURS_PER_MONTH, atMost: cap.microsPerHour * HOURS_PER_MONTH, currency }
}
