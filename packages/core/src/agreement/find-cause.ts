/**
 * Says why a level is not kept, in the order of A3.14: load, cap, application, dependency, else platform.
 * Each cause carries the figures that speak for it. Slowness from waiting is the platform's; slowness of
 * the service time itself is the application's.
 *
 * A dependency comes before the application where it explains what the application seems guilty of: calls
 * to it are part of the own service time, so a part gets slow as soon as the dependency does. It explains
 * it when it was not kept before the part got slow, or so soon after that its own verdict was only slower
 * to come. Where no part is slower than expected, it explains nothing that instances and hosts explain.
 */
import {
  epochMs,
  roughRate,
  type EpochMs,
  type PartName,
  type PerSecond,
  type ServiceName,
} from '../units/index.ts'
import type { LoadStatistic, Thresholds } from './agreement.ts'
import type { PartDiagnosis } from './diagnose-part.ts'
import { USUAL_THRESHOLDS } from './thresholds.ts'
import type { Cause, Evidence, VerdictState } from './verdict.ts'

/**
 * Instances that keeping the levels would take, of one part or of all, and how many are allowed; where a
 * currency is named, what they would cost a month, in millionths of it.
 */
export interface CapBinding {
  readonly part: PartName | null
  readonly needed: number
  readonly atMost: number
  readonly currency?: string
}

/** A service named in a dependency condition that is not kept. */
export interface DependencyCircumstance {
  readonly service: ServiceName
  readonly state: VerdictState
  readonly since: EpochMs
  readonly says: string
}

export interface LoadExcess {
  readonly measured: PerSecond
  readonly contracted: PerSecond
  readonly statistic: LoadStatistic
  /** When the unit of time that was above began. */
  readonly from: EpochMs
  /** Whether the surge itself is over and only its backlog drains. */
  readonly draining: boolean
}

export interface Circumstances {
  readonly now: EpochMs
  /** Null where the load is not above what was agreed, nor the backlog of a surge drains. */
  readonly load: LoadExcess | null
  /** Null when no cap binds. */
  readonly cap: CapBinding | null
  /** Of the parts that the level is about. */
  readonly parts: readonly PartDiagnosis[]
  readonly thresholds: Thresholds
  /** For each part that is outside its characteristics, since when. */
  readonly outsideSince: ReadonlyMap<PartName, EpochMs>
  readonly dependencies: readonly DependencyCircumstance[]
}

export interface FoundCause {
  readonly cause: Cause
  /** False where the platform answers only as nothing was found that it could be. */
  readonly sure: boolean
}

/** What the thresholds are where no agreement says it. */
export const SERVICE_TIME_TOLERANCE: number = USUAL_THRESHOLDS.serviceTimeFactor

/** Verdicts come late: a slow dependency of an hourly level is noticed within a twelfth of its window. */
const NOTICED_WITHIN_MS = 300_000

export function findCause(circumstances: Circumstances): FoundCause {
  const found =
    (circumstances.load === null ? null : loadCause(circumstances.load)) ??
    causeCap(circumstances) ??
    causeExplained(circumstances) ??
    causeApplication(circumstances) ??
    causeDependency(circumstances)
  return found === null ? causePlatform(circumstances) : { cause: found, sure: true }
}

export function loadCause(load: LoadExcess): Cause {
  const { measured, contracted, statistic, from, draining } = load
  const agreed = `the agreement holds up to ${roughRate(contracted)}`
  const says = draining
    ? `What a load of ${roughRate(measured)} left behind still drains; ${agreed}.`
    : `The ${statistic} load is ${roughRate(measured)}; ${agreed}.`
  return {
    kind: 'load',
    part: null,
    since: from,
    evidence: [
      {
        subject: 'service',
        measure: `${statistic} load`,
        unit: '1/s',
        observed: measured,
        expected: contracted,
        says,
      },
    ],
    helps: `Agree on a higher load than ${roughRate(contracted)}, or send less.`,
  }
}

function causeCap({ cap, now }: Circumstances): Cause | null {
  if (cap === null) return null
  const { part, needed, atMost, currency } = cap
  const ofPart = part === null ? '' : ` of part ${part}`
  const of = (amount: number): string =>
    currency === undefined ? `${amount} instances` : `${(amount / 1_000_000).toFixed(2)} ${currency} a month`
  const allowed = currency === undefined ? `${atMost} are` : `${of(atMost)} is`
  return {
    kind: 'cap',
    part,
    since: now,
    evidence: [
      {
        subject: part ?? 'service',
        measure: currency === undefined ? 'instances needed' : 'cost needed',
        unit: currency === undefined ? 'instances' : `${currency} micros a month`,
        observed: needed,
        expected: atMost,
        says: `Keeping the level takes ${currency === undefined ? `${needed} instances${ofPart}` : of(needed)}; ${allowed} allowed.`,
      },
    ],
    helps: `Raise the cap${ofPart} to ${of(needed)}, or promise less.`,
  }
}

/** Parts that were outside for as long as the thresholds ask; none where those are too few. */
function lastingOutside(circumstances: Circumstances): readonly PartDiagnosis[] {
  const { parts, thresholds, outsideSince, now } = circumstances
  const lasting = parts.filter(
    ({ part, outside }) => outside.length > 0 && now - (outsideSince.get(part) ?? now) >= thresholds.lasting,
  )
  return lasting.length >= thresholds.parts ? lasting.toSorted((a, b) => b.excess - a.excess) : []
}

const sinceOf = (parts: readonly PartDiagnosis[], { outsideSince, now }: Circumstances): EpochMs =>
  epochMs(Math.min(now, ...parts.map(({ part }) => outsideSince.get(part) ?? now)))

function causeApplication(circumstances: Circumstances): Cause | null {
  const suspects = lastingOutside(circumstances)
  const [worst] = suspects
  if (worst === undefined) return null
  return {
    kind: 'application',
    part: worst.part,
    since: sinceOf(suspects, circumstances),
    evidence: suspects.flatMap(({ outside }) => outside),
    helps: `Find out what part ${worst.part} does since then, or undo its last change; more instances do not help.`,
  }
}

/** The dependency that was not kept before parts got slow, and so is why they are. */
function causeExplained(circumstances: Circumstances): Cause | null {
  const suspects = lastingOutside(circumstances)
  const [worst] = suspects
  if (worst === undefined) return null
  const onset = sinceOf(suspects, circumstances)
  const before = circumstances.dependencies.filter(({ since }) => since <= onset + NOTICED_WITHIN_MS)
  if (before.length === 0) return null
  const cause = dependencyCause(before, worst.part)
  return { ...cause, evidence: [...cause.evidence, ...worst.outside] }
}

function causeDependency({ dependencies, parts }: Circumstances): Cause | null {
  if (dependencies.length === 0) return null
  const raised = parts.some((part) => part.raised)
  const ownTrouble = parts.some((part) => isTroubled(part) || part.waitedFor)
  return ownTrouble && !raised ? null : dependencyCause(dependencies, null)
}

function dependencyCause(dependencies: readonly DependencyCircumstance[], part: PartName | null): Cause {
  const names = dependencies.map(({ service }) => service).join(', ')
  return {
    kind: 'dependency',
    part,
    since: epochMs(Math.min(...dependencies.map(({ since }) => since))),
    evidence: dependencies.map(({ service, state, says }) => ({
      subject: service,
      measure: 'levels kept',
      unit: 'share',
      observed: 0,
      expected: 1,
      says: `The service ${service}, which this one depends on, is ${state}: ${says}`,
    })),
    helps: `See to ${names} first.`,
  }
}

const isTroubled = ({ trouble, short }: PartDiagnosis): boolean => trouble.length + short.length > 0

/** What remains: instances that are missing, slow or cold, hosts that hold them up, or operations that waited. */
function causePlatform({ parts, now }: Circumstances): FoundCause {
  const suspects = parts.toSorted(byPlatformsShare)
  const evidence = suspects.flatMap(({ trouble, short }) => [...trouble, ...short])
  const longest = parts.toSorted((a, b) => b.waitingMs - a.waitingMs)[0]
  const sure = parts.some(({ trouble }) => trouble.length > 0)
  const cause: Cause = {
    kind: 'platform',
    part: suspects[0]?.part ?? null,
    since: now,
    evidence: longest === undefined ? evidence : [...evidence, waitingEvidence(longest)],
    helps: parts.some(isTroubled)
      ? 'Nothing that the owner can do: instances are replaced or started.'
      : 'Nothing that the owner can do: more instances are started where that shortens the waiting.',
  }
  return { cause, sure }
}

/** First parts with instances that are not well, then those that are waited for longest, then those that lack some. */
function byPlatformsShare(a: PartDiagnosis, b: PartDiagnosis): number {
  const waited = (part: PartDiagnosis): number => (part.waitedFor ? part.waitingMs : 0)
  return (
    Number(b.trouble.length > 0) - Number(a.trouble.length > 0) ||
    waited(b) - waited(a) ||
    Number(isTroubled(b)) - Number(isTroubled(a)) ||
    b.waitingMs - a.waitingMs
  )
}

/** Less is told as none. */
const NO_WAITING_MS = 0.05

const waitingEvidence = ({ part, waitingMs }: PartDiagnosis): Evidence => ({
  subject: part,
  measure: 'waiting time',
  unit: 'ms',
  observed: waitingMs,
  expected: 0,
  says:
    waitingMs < NO_WAITING_MS
      ? 'Nothing was found in the program, the load or a dependency that explains it, and no operation is known to wait.'
      : `Operations wait ${waitingMs.toFixed(1)} ms on average for an instance of part ${part}, the longest of all parts.`,
})
