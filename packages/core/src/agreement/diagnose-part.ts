/**
 * Tells what one part suffers from, from the figures of its instances (A3.14). Instances of one part run
 * the same code: where only some are slow while the others are as expected, it is the instance or its
 * host; where all are slow on hosts that are well, it is the code.
 */
import type { EpochMs, PartName } from '../units/index.ts'
import type { Thresholds } from './agreement.ts'
import { oddities } from './odd-instances.ts'
import {
  ENOUGH_OPERATIONS,
  isCold,
  lost,
  median,
  ownMs,
  pooled,
  returned,
  settled,
  testifying,
  type PartCircumstance,
} from './part-figures.ts'
import { crashes, failures, slowCode } from './suspect-code.ts'
import type { Evidence } from './verdict.ts'

export interface PartDiagnosis {
  readonly part: PartName
  /** Why the part is outside its characteristics by its own code; empty where it is not. */
  readonly outside: readonly Evidence[]
  /** By how much it is outside: times the expected. */
  readonly excess: number
  /** What its instances and hosts suffer from, for which the platform answers. */
  readonly trouble: readonly Evidence[]
  /** Instances that should be there and are not ready. */
  readonly short: readonly Evidence[]
  /** Whether its own times or failures are so far from what was expected that something else may be behind them. */
  readonly raised: boolean
  readonly waitingMs: number
  /** Whether operations wait for its instances so long that it is worth naming. */
  readonly waitedFor: boolean
}

/** Half as much above as the threshold asks for: not outside, but not well either. */
const RAISED = 0.5
/** Waiting from this share of the own service time on is worth naming. */
const MATERIAL_WAITING = 0.2

export function diagnosePart(
  circumstance: PartCircumstance,
  thresholds: Thresholds,
  now: EpochMs,
): PartDiagnosis {
  const { part, waitingMs } = circumstance
  const slow = slowCode(circumstance, thresholds, now)
  const failing = failures(circumstance, thresholds, now)
  const outside = [...slow, ...failing, ...crashes(circumstance, now)]
  return {
    part,
    outside,
    excess: Math.max(0, ...outside.map(({ observed, expected }) => observed / Math.max(expected, 1e-9))),
    trouble: [
      ...lostOf(circumstance, now),
      ...oddities(circumstance, thresholds),
      ...coldStarts(circumstance, thresholds, now),
    ],
    short: shortOf(circumstance),
    raised: outside.length > 0 || isRaised(circumstance, thresholds),
    waitingMs,
    waitedFor: isWaitedFor(circumstance),
  }
}

/** So many are named; of more it is said how many. */
const NAMED = 3

function lostOf({ part, instances }: PartCircumstance, now: EpochMs): readonly Evidence[] {
  const back = returned(instances, now)
  const all = [...lost(instances), ...back]
  const observed = all.length
  if (observed === 0) return []
  const ids = all.map(({ id }) => id).toSorted()
  const which = observed > NAMED ? `${observed} instances` : `${counted(observed)} ${ids.join(', ')}`
  const again = observed === back.length ? ' and started again' : ''
  const says = `${which} of part ${part} ended unasked${again}.`
  return [{ subject: part, measure: 'lost instances', unit: 'instances', observed, expected: 0, says }]
}

const counted = (instances: number): string => (instances === 1 ? 'Instance' : 'Instances')

function shortOf({ part, ready, wanted }: PartCircumstance): readonly Evidence[] {
  if (ready >= wanted) return []
  const says = `Part ${part} has ${ready} of ${wanted} instances ready.`
  const figures = { unit: 'instances', observed: ready, expected: wanted }
  return [{ subject: part, measure: 'ready instances', ...figures, says }]
}

function coldStarts(
  circumstance: PartCircumstance,
  { serviceTimeFactor }: Thresholds,
  now: EpochMs,
): Evidence[] {
  const { part, expectedServiceMs: expected } = circumstance
  if (expected === null) return []
  const limit = expected * serviceTimeFactor
  const cold = circumstance.instances.filter(
    (instance) =>
      instance.phase === 'ready' && ownMs(instance) > limit && isCold(instance, circumstance, limit, now),
  )
  const observed = pooled(cold, ({ serviceMs }) => serviceMs ?? 0)
  if (observed === null) return []
  const says = `${cold.length === 1 ? 'An instance' : `${cold.length} instances`} of part ${part} just started and still ${cold.length === 1 ? 'takes' : 'take'} ${observed.toFixed(1)} ms an operation.`
  return [{ subject: part, measure: 'service time after a start', unit: 'ms', observed, expected, says }]
}

function isRaised(circumstance: PartCircumstance, { serviceTimeFactor, failedShare }: Thresholds): boolean {
  const { expectedServiceMs: expected, measuredServiceMs, completed, failed, instances } = circumstance
  const all = completed + failed
  if (all < ENOUGH_OPERATIONS) return false
  if (failed / all > failedShare * RAISED) return true
  const limit = expected === null ? Infinity : expected * (1 + (serviceTimeFactor - 1) * RAISED)
  if ((measuredServiceMs ?? 0) <= limit && !instances.some((one) => ownMs(one) > limit)) return false
  // One instance that is slow alone does not raise the part.
  const usual = median(testifying(settled(circumstance)).map(ownMs)) ?? measuredServiceMs
  return usual !== null && usual > limit
}

function isWaitedFor({ waitingMs, expectedServiceMs, measuredServiceMs }: PartCircumstance): boolean {
  return waitingMs > MATERIAL_WAITING * (expectedServiceMs ?? measuredServiceMs ?? 0)
}
