/**
 * Puts together under which circumstances a level is missed or not kept: what its cause is found from. What
 * is the same for all levels is worked out once a tick.
 */
import {
  diagnosePart,
  excessAt,
  instanceCap,
  slowInstances,
  thresholdsOf,
  type CapBinding,
  type Circumstances,
  type DependencyCircumstance,
  type Level,
  type Part,
  type PartCircumstance,
  type PartDiagnosis,
  type Present,
  type SampledCondition,
  type Service,
  type SlowInstance,
  type Terms,
} from '../agreement/index.ts'
import type { ServiceObservation } from '../health/index.ts'
import { perSecond, type AgreementName, type EpochMs, type PartName } from '../units/index.ts'
import type { Allocation } from './allocate.ts'
import { isWarming, newInstance, nothingLearned, type Learned } from './learn.ts'

/** Since when a part is outside its characteristics, by the thresholds of an agreement. */
export interface Outside {
  readonly agreement: AgreementName
  readonly part: PartName
  readonly since: EpochMs
}

export interface CircumstancesInput {
  readonly service: Service
  readonly observation: ServiceObservation
  readonly now: EpochMs
  readonly allocation: Allocation
  readonly learned: Readonly<Record<PartName, Learned>>
  readonly dependencies: readonly DependencyCircumstance[]
}

/** What an agreement's levels have in common in one tick. */
export interface Surroundings {
  readonly terms: Terms
  readonly diagnoses: readonly PartDiagnosis[]
  readonly outside: readonly Outside[]
}

export function surroundingsOf(
  terms: Terms,
  before: readonly Outside[],
  parts: readonly PartCircumstance[],
  now: EpochMs,
): Surroundings {
  const thresholds = thresholdsOf(terms)
  const diagnoses = parts.map((part) => diagnosePart(part, thresholds, now))
  const outside = diagnoses.flatMap((diagnosis): Outside[] => {
    if (diagnosis.outside.length === 0) return []
    const { part } = diagnosis
    const known = before.find((one) => one.agreement === terms.agreement && one.part === part)
    return [known ?? { agreement: terms.agreement, part, since: now }]
  })
  return { terms, diagnoses, outside }
}

/**
 * `sure` leaves out a surge that may still turn out to stay within what was agreed: what is missed in it is
 * put down to the load when its unit of time is over.
 */
export function circumstancesOf(
  { terms, diagnoses, outside }: Surroundings,
  level: Level,
  conditions: readonly SampledCondition[],
  input: CircumstancesInput,
  loads: 'sure' | 'probable',
): Circumstances {
  const concerned = concernedParts(input.service, level)
  const parts = diagnoses.filter(({ part }) => concerned.has(part))
  const named = new Set(
    [...terms.conditions, ...level.conditions].flatMap((condition) =>
      condition.kind === 'dependency' ? [condition.service] : [],
    ),
  )
  return {
    now: input.now,
    load: loadOf(conditions, input, loads),
    cap: capOf(terms, parts, input),
    parts,
    thresholds: thresholdsOf(terms),
    outsideSince: new Map(outside.map(({ part, since }) => [part, since])),
    dependencies: input.dependencies.filter(
      ({ service, state }) => named.has(service) && (state === 'breached' || state === 'at-risk'),
    ),
  }
}

export function presentOf({ arrivals, span, parts }: ServiceObservation): Present {
  const queued = parts.some(({ queued, waiting, service }) => queued > 0 || waiting.meanMs > service.meanMs)
  return { arrivals, spanMs: Math.max(1, span.to - span.from), queued }
}

/** The condition that is exceeded most. */
function loadOf(
  conditions: readonly SampledCondition[],
  { observation, now }: CircumstancesInput,
  loads: 'sure' | 'probable',
): Circumstances['load'] {
  const present = presentOf(observation)
  const [worst] = conditions
    .flatMap(({ condition, samples }) => excessAt(condition, samples, now, present) ?? [])
    .filter(({ certain }) => certain || loads === 'probable')
    .toSorted((a, b) => b.measured / b.condition.atMost - a.measured / a.condition.atMost)
  if (worst === undefined) return null
  const { condition, measured, from, draining } = worst
  const { atMost: contracted, statistic } = condition
  return { measured: perSecond(measured), contracted, statistic, from, draining }
}

/**
 * Asked only where a cap is reached, as it takes a sizing. Where a part is slower than it should be, the
 * instances that would be needed for it say nothing about the cap.
 */
function capOf(
  terms: Terms,
  parts: readonly PartDiagnosis[],
  { service, allocation }: CircumstancesInput,
): CapBinding | null {
  if (parts.some(({ outside }) => outside.length > 0)) return null
  const { counts } = allocation
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const reached =
    all >= (instanceCap([terms], null) ?? Infinity) ||
    terms.conditions.some(({ kind }) => kind === 'cost') ||
    service.parts.some(
      ({ name, maxInstances }) =>
        (counts[name] ?? 0) >= Math.min(maxInstances, instanceCap([terms], name) ?? Infinity),
    )
  return reached ? allocation.binding() : null
}

/** A level of one part is about that part; times to respond also about those that it calls. */
function concernedParts({ parts }: Service, { scope, metric }: Level): ReadonlySet<PartName> {
  if (scope.part === undefined) return new Set(parts.map(({ name }) => name))
  const concerned = new Set([scope.part])
  if (metric.kind === 'service-time' || metric.kind === 'queue-length') return concerned
  for (const name of concerned)
    for (const call of parts.find((part) => part.name === name)?.calls ?? []) concerned.add(call.part)
  return concerned
}

/** Instances of the part that should be replaced, as they do not do what their siblings do (A3.18). */
export function slowInstancesOf(
  part: PartCircumstance,
  terms: readonly Terms[],
  now: EpochMs,
): readonly SlowInstance[] {
  // Where agreements differ, the strictest one says what is slow.
  let most: readonly SlowInstance[] = []
  for (const one of terms) {
    const found = slowInstances(part, thresholdsOf(one), now)
    if (found.length > most.length) most = found
  }
  return most
}

export function partCircumstance(
  part: Part,
  { observation, learned, allocation, now }: CircumstancesInput,
): PartCircumstance {
  const { name, characteristics } = part
  const wanted = allocation.counts[name] ?? 0
  const seen = observation.parts.find((candidate) => candidate.part === name)?.instances ?? []
  const known = learned[name] ?? nothingLearned
  const { serviceMs, waitingMs, failedShare, ended, variation, revisions } = known
  return {
    part: name,
    expectedServiceMs: characteristics?.serviceTime.mean ?? null,
    measuredServiceMs: serviceMs,
    waitingMs,
    completed: ended * (1 - failedShare),
    failed: ended * failedShare,
    wanted,
    ready: seen.reduce((sum, { phase }) => (phase === 'ready' ? sum + 1 : sum), 0),
    instances: seen.map((instance) => {
      const one = known.instances[instance.id] ?? newInstance
      return {
        id: instance.id,
        revision: instance.revision,
        phase: instance.phase,
        phaseSince: instance.phaseSince,
        restarts: instance.restarts,
        warming: isWarming(instance, part, now),
        host: instance.host?.host ?? null,
        serviceMs: one.serviceMs,
        seen: one.seen,
        firstMs: one.firstMs,
        failedShare: one.failedShare,
        ended: one.ended,
        heldUpShare: one.heldUpShare,
      }
    }),
    revisions,
    variation,
  }
}
