/**
 * Learns from what is measured: each part's own service time, and the time that operations spend outside
 * of all parts. Both move the capacity model from what was expected to what is.
 */
import { visitedParts } from '../allocation/index.ts'
import type { Part, RevisionFigures, Service } from '../agreement/index.ts'
import type {
  InstanceObservation,
  PartObservation,
  ServiceObservation,
  Span,
  TimeSummary,
} from '../health/index.ts'
import type { EpochMs, InstanceId, PartName } from '../units/index.ts'

export interface Learned {
  /** Own service time, smoothed over operations; null until one was seen. */
  readonly serviceMs: number | null
  readonly waitingMs: number
  /** Operations that the two rest on, up to the memory's length. */
  readonly seen: number
  /** Squared variation of the service time, smoothed alike. */
  readonly variation: number
  /** Share of operations that failed, and the operations that it rests on. */
  readonly failedShare: number
  readonly ended: number
  /** Of the instances that are there. */
  readonly instances: Readonly<Record<InstanceId, LearnedInstance>>
  /** The present revision and the one before it, the older first; empty until an instance was seen. */
  readonly revisions: readonly RevisionFigures[]
}

/** What one instance does, to be compared with its siblings. */
export interface LearnedInstance {
  readonly serviceMs: number | null
  readonly seen: number
  /** What its first operations took, to see whether it gets quicker. */
  readonly firstMs: number | null
  readonly failedShare: number
  readonly ended: number
  /** Share of its busy time in which its host kept it from running. */
  readonly heldUpShare: number
}

export interface LearnedState {
  readonly learned: Readonly<Record<PartName, Learned>>
  /** Smoothed, and by chance below 0 where there is none. */
  readonly overheadMs: number
}

/** What was learned fades over about this many operations. */
const MEMORY_OPERATIONS = 200
/** The same for one instance, which sees only a share of them. */
const MEMORY_OF_INSTANCE = 30
/** Before this many operations the expected service time counts. */
const ENOUGH_OPERATIONS = 20
/**
 * An instance warms for as long again as it took to start, and for so long at least: caches, connections
 * and compiled code are not there yet. What it takes until then is not what the part takes.
 */
const WARMING_MS = 10_000

/** Of the time inside the parts; with more waiting than that the overhead is not looked at. */
const CALM_SHARE = 0.2

export const nothingLearned: Learned = {
  serviceMs: null,
  waitingMs: 0,
  seen: 0,
  variation: 0,
  failedShare: 0,
  ended: 0,
  instances: {},
  revisions: [],
}

export function learn(service: Service, before: LearnedState, observation: ServiceObservation): LearnedState {
  const learned: Record<PartName, Learned> = {}
  for (const part of service.parts) {
    const past = before.learned[part.name] ?? nothingLearned
    const seen = observation.parts.find((candidate) => candidate.part === part.name)
    learned[part.name] = seen === undefined ? past : learnPart(past, seen, part, observation.span)
  }
  return { learned, overheadMs: learnOverhead(service, before.overheadMs, learned, observation) }
}

function learnPart(past: Learned, seen: PartObservation, part: Part, span: Span): Learned {
  const {
    serviceMs,
    waitingMs,
    seen: known,
    variation,
  } = learnTimes(past, seen, settledService(seen, part, span.to))
  const { failedShare, ended } = learnFailures(past, seen)
  return {
    serviceMs,
    waitingMs,
    seen: known,
    variation,
    failedShare,
    ended,
    instances: learnInstances(past.instances, seen.instances, span),
    revisions: learnRevisions(past.revisions, seen.instances, part, span.to),
  }
}

/** Whether the instance became ready so lately that it may still be slow for that alone. */
export const isWarming = ({ phase, phaseSince }: InstanceObservation, part: Part, now: EpochMs): boolean =>
  phase === 'ready' && now - phaseSince < Math.max(WARMING_MS, part.characteristics?.startTime ?? 0)

const isCold = (one: InstanceObservation, part: Part, now: EpochMs): boolean =>
  one.completed > 0 && isWarming(one, part, now)

/** The part's service times without those of instances that are warming. */
export function settledService(seen: PartObservation, part: Part, now: EpochMs): TimeSummary {
  const settled: Sum = { count: 0, totalMs: 0 }
  let someCold = false
  for (const one of seen.instances) {
    if (isCold(one, part, now)) someCold = true
    else addTo(settled, one)
  }
  return someCold ? { ...seen.service, count: settled.count, meanMs: meanOf(settled) } : seen.service
}

/** Operations, and what they took in all. */
interface Sum {
  count: number
  totalMs: number
}

function addTo(sum: Sum, { completed, serviceMeanMs }: InstanceObservation): void {
  if (serviceMeanMs === null) return
  sum.count += completed
  sum.totalMs += completed * serviceMeanMs
}

const meanOf = ({ count, totalMs }: Readonly<Sum>): number => (count === 0 ? 0 : totalMs / count)

function learnTimes(
  past: Learned,
  { service: all, waiting }: PartObservation,
  service: TimeSummary,
): Pick<Learned, 'serviceMs' | 'waitingMs' | 'seen' | 'variation'> {
  const { seen, weight } = remember(past.seen, service.count)
  const waited = remember(past.seen, all.count)
  return {
    serviceMs: service.count === 0 ? past.serviceMs : mix(past.serviceMs ?? 0, service.meanMs, weight),
    waitingMs: mix(past.waitingMs, waiting.meanMs, waited.weight),
    seen,
    variation: mix(past.variation, service.squaredVariation, weight),
  }
}

function learnFailures(
  past: Pick<Learned, 'failedShare' | 'ended'>,
  { completed, failed }: Pick<PartObservation, 'completed' | 'failed'>,
  memory: number = MEMORY_OPERATIONS,
): Pick<Learned, 'failedShare' | 'ended'> {
  const { seen: ended, weight } = remember(past.ended, completed + failed, memory)
  const share = completed + failed === 0 ? 0 : failed / (completed + failed)
  return { failedShare: mix(past.failedShare, share, weight), ended }
}

/** Of an instance that did nothing yet. */
export const newInstance: LearnedInstance = {
  serviceMs: null,
  seen: 0,
  firstMs: null,
  failedShare: 0,
  ended: 0,
  heldUpShare: 0,
}

/** Those that are there and did something, so that no more is remembered than there are instances. */
function learnInstances(
  past: Learned['instances'],
  present: readonly InstanceObservation[],
  span: Span,
): Learned['instances'] {
  const after: Record<InstanceId, LearnedInstance> = {}
  for (const instance of present) {
    const known = past[instance.id]
    if (instance.completed + instance.failed > 0) after[instance.id] = learnInstance(known, instance, span)
    else if (known !== undefined) after[instance.id] = known
  }
  return after
}

function learnInstance(
  known: LearnedInstance = newInstance,
  instance: InstanceObservation,
  span: Span,
): LearnedInstance {
  const { serviceMeanMs } = instance
  const failures = learnFailures(known, instance, MEMORY_OF_INSTANCE)
  if (serviceMeanMs === null) return { ...known, ...failures }
  const { seen, weight } = remember(known.seen, instance.completed, MEMORY_OF_INSTANCE)
  const serviceMs = mix(known.serviceMs ?? 0, serviceMeanMs, weight)
  return {
    serviceMs,
    seen,
    firstMs: known.seen < MEMORY_OF_INSTANCE ? serviceMs : known.firstMs,
    heldUpShare: mix(known.heldUpShare, heldUp(instance, span), weight),
    failedShare: failures.failedShare,
    ended: failures.ended,
  }
}

/** A host can hold up only what is busy: of an instance that is idle half the time, half of it counts twice. */
function heldUp({ host, completed, serviceMeanMs }: InstanceObservation, { from, to }: Span): number {
  const share = (host?.throttledShare ?? 0) + (host?.stealShare ?? 0)
  const busy = Math.min(1, (completed * (serviceMeanMs ?? 0)) / Math.max(1, to - from))
  return busy === 0 ? 0 : Math.min(1, share / busy)
}

/** Of the present revision from its first instance on; the one before stays to be compared with. */
function learnRevisions(
  past: readonly RevisionFigures[],
  instances: readonly InstanceObservation[],
  part: Part,
  now: EpochMs,
): readonly RevisionFigures[] {
  const after = past.map((known) => learnRevision(known, instances, part, now))
  const isKnown = past.some(({ revision }) => revision === part.revision)
  const isThere = instances.some(({ revision }) => revision === part.revision)
  if (isKnown || !isThere) return after
  const fresh = { ...newRevision, revision: part.revision, since: now }
  return [...after.slice(-1), learnRevision(fresh, instances, part, now)]
}

const newRevision: Omit<RevisionFigures, 'revision' | 'since'> = {
  serviceMs: null,
  seen: 0,
  failedShare: 0,
  ended: 0,
  warmUpMs: null,
  warmUpSeen: 0,
}

function learnRevision(
  known: RevisionFigures,
  instances: readonly InstanceObservation[],
  part: Part,
  now: EpochMs,
): RevisionFigures {
  const [cold, settled]: readonly [Sum, Sum] = [
    { count: 0, totalMs: 0 },
    { count: 0, totalMs: 0 },
  ]
  let [there, completed, failed] = [0, 0, 0]
  for (const one of instances) {
    if (one.revision !== known.revision) continue
    there += 1
    completed += one.completed
    if (one.phase === 'ready') failed += one.failed
    addTo(isWarming(one, part, now) ? cold : settled, one)
  }
  if (there === 0) return known
  const { serviceMs, seen } = learnMean(known, settled)
  const warmUp = learnMean({ serviceMs: known.warmUpMs, seen: known.warmUpSeen }, cold)
  const failures = learnFailures(known, { completed, failed })
  return {
    serviceMs,
    seen,
    failedShare: failures.failedShare,
    ended: failures.ended,
    warmUpMs: warmUp.serviceMs,
    warmUpSeen: warmUp.seen,
    revision: known.revision,
    since: known.since,
  }
}

function learnMean(
  past: Pick<RevisionFigures, 'serviceMs' | 'seen'>,
  sum: Readonly<Sum>,
): Pick<RevisionFigures, 'serviceMs' | 'seen'> {
  const { seen, weight } = remember(past.seen, sum.count)
  return {
    serviceMs: sum.count === 0 ? past.serviceMs : mix(past.serviceMs ?? 0, meanOf(sum), weight),
    seen,
  }
}

/** Operations remembered with the new ones, and what those weigh: all at first, less the more is known. */
function remember(
  past: number,
  count: number,
  memory: number = MEMORY_OPERATIONS,
): { readonly seen: number; readonly weight: number } {
  const seen = Math.min(memory, past + count)
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
  let waited = 0
  for (const { part, visits } of visitedParts(service)) {
    const seen = parts.find((candidate) => candidate.part === part.name)
    const known = learned[part.name]
    if (seen !== undefined && seen.service.count > 0) {
      inside += visits * (seen.service.meanMs + seen.waiting.meanMs)
      waited += visits * Math.max(seen.waiting.meanMs, known?.waitingMs ?? 0)
    } else if (known === undefined || known.serviceMs === null) return before
    else {
      inside += visits * (known.serviceMs + known.waitingMs)
      waited += visits * known.waitingMs
    }
  }
  // While queues build up or drain, or just did, responses and visits of one span are not of the same operations.
  if (waited > CALM_SHARE * inside) return before
  // Signed: an operation that one span's parts and the next span's responses count cancels out over time.
  const outside = response.meanMs - inside
  return mix(before, outside, Math.min(1, response.count / MEMORY_OPERATIONS))
}

const mix = (a: number, b: number, weight: number): number => a + (b - a) * weight
