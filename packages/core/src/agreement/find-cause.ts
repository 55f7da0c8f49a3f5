/**
 * Says why a level is not kept, in the order of A3.14: load, cap, application, dependency, else platform.
 * Each cause carries the figures that speak for it. Slowness from waiting is the platform's; slowness of
 * the service time itself is the application's.
 */
import { roughRate, type PartName, type PerSecond, type ServiceName } from '../units/index.ts'
import type { LoadStatistic } from './agreement.ts'
import type { Cause, Evidence } from './verdict.ts'

export interface PartCircumstance {
  readonly part: PartName
  readonly expectedServiceMs: number | null
  readonly measuredServiceMs: number | null
  readonly waitingMs: number
  readonly completed: number
  readonly failed: number
  readonly wanted: number
  readonly ready: number
}

/** Instances that keeping the levels would take, of one part or of all, and how many are allowed. */
export interface CapBinding {
  readonly part: PartName | null
  readonly needed: number
  readonly atMost: number
}

export interface Circumstances {
  /** Null without a load condition or without a whole sample. */
  readonly load: {
    readonly measured: PerSecond
    readonly contracted: PerSecond
    readonly statistic: LoadStatistic
  } | null
  /** Null when no cap binds. */
  readonly cap: CapBinding | null
  readonly parts: readonly PartCircumstance[]
  /** Services named in dependency conditions that are not kept. */
  readonly dependencies: readonly ServiceName[]
}

/** A part is outside its characteristics when its own service time passes the expected one by this factor. */
export const SERVICE_TIME_TOLERANCE = 1.5

/** A part fails on its own account when more than this share of its operations end in an error. */
export const FAILURE_TOLERANCE = 0.05

/** Fewer operations than this say nothing about a part. */
const ENOUGH_OPERATIONS = 10

export function findCause(circumstances: Circumstances): Cause {
  return (
    causeLoad(circumstances) ??
    causeCap(circumstances) ??
    causeApplication(circumstances) ??
    causeDependency(circumstances) ??
    causePlatform(circumstances)
  )
}

function causeLoad({ load }: Circumstances): Cause | null {
  if (load === null || load.measured <= load.contracted) return null
  const says = `The ${load.statistic} load is ${roughRate(load.measured)}; the agreement holds up to ${roughRate(load.contracted)}.`
  return {
    kind: 'load',
    part: null,
    evidence: [
      {
        subject: 'service',
        measure: `${load.statistic} load`,
        unit: '1/s',
        observed: load.measured,
        expected: load.contracted,
        says,
      },
    ],
  }
}

function causeCap({ cap }: Circumstances): Cause | null {
  if (cap === null) return null
  const { part, needed, atMost } = cap
  const ofPart = part === null ? '' : ` of part ${part}`
  const says = `Keeping the level takes ${needed} instances${ofPart}; ${atMost} are allowed.`
  return {
    kind: 'cap',
    part,
    evidence: [
      {
        subject: part ?? 'service',
        measure: 'instances needed',
        unit: 'instances',
        observed: needed,
        expected: atMost,
        says,
      },
    ],
  }
}

function causeApplication({ parts }: Circumstances): Cause | null {
  const suspects = parts
    .map((part) => ({ part: part.part, evidence: [...slowService(part), ...failures(part)] }))
    .filter(({ evidence }) => evidence.length > 0)
    .toSorted((a, b) => worstExcess(b.evidence) - worstExcess(a.evidence))
  const [worst] = suspects
  if (worst === undefined) return null
  return { kind: 'application', part: worst.part, evidence: suspects.flatMap(({ evidence }) => evidence) }
}

function slowService({
  part,
  expectedServiceMs,
  measuredServiceMs,
  completed,
}: PartCircumstance): Evidence[] {
  if (expectedServiceMs === null || measuredServiceMs === null || completed < ENOUGH_OPERATIONS) return []
  if (measuredServiceMs <= expectedServiceMs * SERVICE_TIME_TOLERANCE) return []
  const factor = (measuredServiceMs / expectedServiceMs).toFixed(1)
  return [
    {
      subject: part,
      measure: 'own service time',
      unit: 'ms',
      observed: measuredServiceMs,
      expected: expectedServiceMs,
      says: `Part ${part} takes ${measuredServiceMs.toFixed(1)} ms of its own, ${factor}× the expected ${expectedServiceMs} ms, without waiting.`,
    },
  ]
}

function failures({ part, completed, failed }: PartCircumstance): Evidence[] {
  const all = completed + failed
  if (all < ENOUGH_OPERATIONS || failed / all <= FAILURE_TOLERANCE) return []
  const says = `${Math.round(failed)} of the last ${Math.round(all)} operations of part ${part} ended in an error.`
  return [
    {
      subject: part,
      measure: 'failed operations',
      unit: 'ratio',
      observed: failed / all,
      expected: FAILURE_TOLERANCE,
      says,
    },
  ]
}

const worstExcess = (evidence: readonly Evidence[]): number =>
  Math.max(...evidence.map(({ observed, expected }) => observed / Math.max(expected, 1e-9)))

function causeDependency({ dependencies }: Circumstances): Cause | null {
  if (dependencies.length === 0) return null
  return {
    kind: 'dependency',
    part: null,
    evidence: dependencies.map((service) => ({
      subject: service,
      measure: 'levels kept',
      unit: 'share',
      observed: 0,
      expected: 1,
      says: `The service ${service}, which this one depends on, is not kept.`,
    })),
  }
}

/** What remains: the operations waited, because instances were too few or not ready. */
function causePlatform({ parts }: Circumstances): Cause {
  const short = parts.filter((part) => part.ready < part.wanted)
  const longest = parts.toSorted((a, b) => b.waitingMs - a.waitingMs)[0]
  const evidence: Evidence[] = short.map((part) => ({
    subject: part.part,
    measure: 'ready instances',
    unit: 'instances',
    observed: part.ready,
    expected: part.wanted,
    says: `Part ${part.part} has ${part.ready} of ${part.wanted} instances ready.`,
  }))
  if (longest !== undefined) {
    evidence.push({
      subject: longest.part,
      measure: 'waiting time',
      unit: 'ms',
      observed: longest.waitingMs,
      expected: 0,
      says: `Operations wait ${longest.waitingMs.toFixed(1)} ms on average for an instance of part ${longest.part}, the longest of all parts.`,
    })
  }
  return { kind: 'platform', part: short[0]?.part ?? longest?.part ?? null, evidence }
}
