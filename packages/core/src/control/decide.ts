/**
 * The tick of one service: from its state, what was observed and the terms in force to the next state, the
 * verdicts and, where something is to change, a plan with its reasons. A pure function of what it is given,
 * so that production, simulation, replay and tests decide alike.
 */
import {
  termsInForce,
  type Agreement,
  type Service,
  type Verdict,
  type VerdictState,
} from '../agreement/index.ts'
import {
  followTime,
  hintFactor,
  noScaleState,
  type FollowedTime,
  type InstanceCounts,
  type ScaleState,
} from '../allocation/index.ts'
import type { ServiceObservation } from '../health/index.ts'
import { noForecast, observeArrivals, type Forecaster } from '../stats/index.ts'
import type { EpochMs, PartName, ServiceName } from '../units/index.ts'
import { allocate, type AllocateInput, type Allocation } from './allocate.ts'
import { followBatch, followYield, type BatchProgress } from './batch-turn.ts'
import type { ClosedWindow } from './count-levels.ts'
import { slowInstancesOf } from './circumstances.ts'
import { learnFragility, nothingFailed, type Fragility } from './fragility.ts'
import { nextIdleSince } from './idling.ts'
import { judge, nothingJudged, type JudgeState } from './judge.ts'
import { ladderProblemOf } from './ladder-problem.ts'
import { leadOf } from './lead.ts'
import { learn, settledService, type Learned } from './learn.ts'
import { makePlan } from './make-plan.ts'
import type { DesiredInstance, Generation, Plan, Reason } from './plan.ts'
import type { Bid, Share } from './share.ts'

/**
 * Names the shape of ServiceState: raise it whenever that changes, so that a state which an older version
 * stored is begun anew instead of misread.
 */
export const STATE_VERSION = 4

/** All that is remembered of a service from tick to tick; plain data, stored as JSON. */
export interface ServiceState {
  readonly forecaster: Forecaster
  readonly judge: JudgeState
  readonly learned: Readonly<Record<PartName, Learned>>
  readonly overheadMs: number
  /** The service times that instances are planned with. */
  readonly serviceTimes: Readonly<Record<PartName, FollowedTime>>
  readonly scale: ScaleState
  /** Instances of each part that were last decided on. While a new revision replaces an old one, more are there. */
  readonly wanted: InstanceCounts
  /** Those among them that only wait for a failure. */
  readonly spares: InstanceCounts
  /** Since when nothing came; null while something does. */
  readonly idleSince: EpochMs | null
  readonly fragility: Fragility
  /** Null for an interactive service. */
  readonly batch: BatchProgress | null
}

export interface DecideInput {
  readonly service: Service
  readonly agreements: readonly Agreement[]
  readonly state: ServiceState
  readonly generation: Generation
  readonly desired: readonly DesiredInstance[]
  readonly observation: ServiceObservation
  /** How the services fare that this one's agreements depend on, as of their last ticks. */
  readonly dependencies: readonly Standing[]
  readonly now: EpochMs
  /** What it shares its platform with; absent where nothing limits it. */
  readonly share?: Share
}

/** How another service fares: the worst verdict on its levels, and since when. */
export interface Standing {
  readonly service: ServiceName
  readonly state: VerdictState
  readonly since: EpochMs
  readonly says: string
}

export interface Decision {
  readonly state: ServiceState
  readonly verdicts: readonly Verdict[]
  /** To be carried out; null when everything stays as it is, and always where the service is only advised. */
  readonly plan: Plan | null
  /** What would be carried out if the service were not only advised (A3.24); null when that is nothing. */
  readonly advice: Plan | null
  /** Also for what was left undone. */
  readonly reasons: readonly Reason[]
  /** Windows that ended, for the record. */
  readonly closed: readonly ClosedWindow[]
}

export const newServiceState: ServiceState = {
  forecaster: noForecast,
  judge: nothingJudged,
  learned: {},
  overheadMs: 0,
  serviceTimes: {},
  scale: noScaleState,
  wanted: {},
  spares: {},
  idleSince: null,
  fragility: nothingFailed,
  batch: null,
}

export const decide = (input: DecideInput): Decision => decideAndBid(input).decision

/** Also what the service would have if there were enough of everything, to be weighed against others. */
export function decideAndBid(given: DecideInput): { readonly decision: Decision; readonly bid: Bid } {
  const wanted = wantedBefore(given)
  const input = wanted === given.state.wanted ? given : { ...given, state: { ...given.state, wanted } }
  const { service, observation, now, state } = input
  const terms = termsInForce(input.agreements, now)
  // What no source counted is not a load of nothing, and in no time nothing is counted.
  const { span } = observation
  const forecaster =
    observation.complete && span.to > span.from
      ? observeArrivals(
          state.forecaster,
          span,
          observation.arrivals / hintFactor(service.hints, span.to - 1),
          leadOf(service),
        )
      : state.forecaster
  const { learned, overheadMs } = learn(service, state, observation)
  const serviceTimes = followTimes(state.serviceTimes, service, observation)
  const sensed: ServiceState = {
    ...state,
    forecaster,
    learned,
    overheadMs,
    serviceTimes,
    idleSince: nextIdleSince(state.idleSince, observation),
    fragility: learnFragility(state.fragility, observation),
    batch: batchProgress({ ...input, terms, state: { ...state, serviceTimes } }),
  }

  const allocation: Allocation = allocate({ ...input, state: sensed, terms })
  const judged = judge({ ...input, terms, state: state.judge, allocation, learned })
  const made = makePlan({
    ...input,
    terms,
    counts: allocation.counts,
    slow: judged.parts.flatMap((part) => slowInstancesOf(part, terms, now)),
    reason: allocation.reasonFor,
  })
  const advice = service.mode === 'advise' ? made.plan : null
  const decision: Decision = {
    state: {
      ...sensed,
      judge: judged.state,
      ...(advice === null
        ? { scale: allocation.scale, wanted: allocation.counts, spares: allocation.spares }
        : unheeded(state, allocation)),
    },
    verdicts: judged.verdicts,
    plan: service.mode === 'advise' ? null : made.plan,
    advice,
    // Of what is only advised less may be there than the minimum, which the words of steadiness are about.
    reasons: [
      ...allocation.reasons.filter(({ code }) => advice === null || code !== 'steady'),
      ...made.reasons,
    ],
    closed: judged.closed,
  }
  return { decision, bid: allocation.bid }
}

function batchProgress(input: AllocateInput): BatchProgress | null {
  const { service, state, observation, now } = input
  const progress = followBatch(state.batch, service.batch, observation, now)
  return progress === null ? null : followYield(progress, ladderProblemOf(input, []), observation)
}

/** What is only advised has nothing but what runs, whoever decided on that; parts that have nothing are new. */
function wantedBefore({ service, state, desired }: DecideInput): InstanceCounts {
  if (service.mode === 'act' || Object.keys(state.wanted).length > 0) return state.wanted
  const counts: Record<PartName, number> = {}
  for (const { part } of desired) counts[part] = (counts[part] ?? 0) + 1
  return counts
}

/**
 * Advice changes nothing: no change has to settle, and what is missed while it is not followed says nothing
 * against the model. So the next tick finds what this one found, for as long as there is ground for it.
 */
function unheeded(
  { scale, wanted }: ServiceState,
  allocation: Allocation,
): Pick<ServiceState, 'scale' | 'wanted'> {
  const { lastChangeAt, pressure, excess, expectedMisses } = scale
  return { scale: { ...allocation.scale, lastChangeAt, pressure, excess, expectedMisses }, wanted }
}

function followTimes(
  before: ServiceState['serviceTimes'],
  { parts }: Service,
  observation: ServiceObservation,
): ServiceState['serviceTimes'] {
  const after: Record<PartName, FollowedTime> = { ...before }
  for (const part of parts) {
    const seen = observation.parts.find((candidate) => candidate.part === part.name)
    if (seen === undefined) continue
    const followed = followTime(before[part.name], settledService(seen, part, observation.span.to))
    if (followed !== undefined) after[part.name] = followed
  }
  return after
}
