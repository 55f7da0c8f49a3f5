/**
 * Finds instances that do not do what their siblings do, although they run the same code: slow ones, and
 * those that their hosts hold up. The platform answers for them, and replaces them (A3.18).
 */
import type { EpochMs, InstanceId, PartName } from '../units/index.ts'
import type { Thresholds } from './agreement.ts'
import {
  HELD_UP,
  isCold,
  median,
  ownMs,
  percent,
  settled,
  type InstanceFigures,
  type PartCircumstance,
} from './part-figures.ts'
import type { Evidence } from './verdict.ts'

/** An instance that should be replaced, with what shows it. */
export interface SlowInstance {
  readonly instance: InstanceId
  readonly part: PartName
  readonly evidence: Evidence
}

/** A replacement costs a start: it takes more operations than a suspicion does. */
const ENOUGH_TO_REPLACE = 20

/** By so many standard deviations of its mean an instance must be off its siblings; chance does not reach it. */
const SURE = 4

/** Instances that are slow against their siblings and not only young, or whose hosts hold them up; each with why. */
export function slowInstances(
  circumstance: PartCircumstance,
  thresholds: Thresholds,
  now: EpochMs,
): readonly SlowInstance[] {
  const { part, expectedServiceMs } = circumstance
  const limit = (expectedServiceMs ?? Infinity) * thresholds.serviceTimeFactor
  return oddInstances(circumstance, thresholds)
    .filter(
      (one) => one.seen >= ENOUGH_TO_REPLACE && (isHeldUp(one) || !isCold(one, circumstance, limit, now)),
    )
    .map((instance) => ({ instance: instance.id, part, evidence: oddEvidence(instance, circumstance) }))
}

/** Why each that is odd is so. */
export const oddities = (circumstance: PartCircumstance, thresholds: Thresholds): readonly Evidence[] =>
  oddInstances(circumstance, thresholds).map((one) => oddEvidence(one, circumstance))

function oddInstances(
  circumstance: PartCircumstance,
  { serviceTimeFactor }: Thresholds,
): readonly InstanceFigures[] {
  const { expectedServiceMs, variation, instances } = circumstance
  const least = serviceTimeFactor * (expectedServiceMs ?? 0)
  // Mostly none is slow, and then there is nothing to compare.
  if (!instances.some(({ serviceMs }) => (serviceMs ?? 0) > least)) return []
  return settled(circumstance).filter((instance) => {
    const serviceMs = instance.serviceMs ?? 0
    if (serviceMs <= least) return false
    const siblings = siblingsOf(instance, circumstance)
    if (isHeldUp(instance)) {
      const usual = expectedServiceMs ?? median(siblings.map(ownMs))
      return usual !== null && serviceMs > serviceTimeFactor * usual
    }
    const usual = median(siblings.map((one) => one.serviceMs ?? 0))
    if (usual === null) return false
    const than = Math.max(usual, expectedServiceMs ?? 0)
    const chance = 1 + SURE * Math.sqrt(variation / instance.seen)
    return serviceMs > than * Math.max(serviceTimeFactor, chance)
  })
}

const isHeldUp = ({ heldUpShare }: InstanceFigures): boolean => heldUpShare >= HELD_UP

const siblingsOf = (instance: InstanceFigures, circumstance: PartCircumstance): readonly InstanceFigures[] =>
  settled(circumstance).filter((one) => one !== instance && one.revision === instance.revision)

function oddEvidence(instance: InstanceFigures, circumstance: PartCircumstance): Evidence {
  const { id, serviceMs, heldUpShare, host } = instance
  const takes = (serviceMs ?? 0).toFixed(1)
  if (isHeldUp(instance)) {
    const where = host === null ? 'its host' : `host ${host}`
    return {
      subject: host ?? id,
      measure: 'time held up by the host',
      unit: 'ratio',
      observed: heldUpShare,
      expected: 0,
      says: `Instance ${id} takes ${takes} ms an operation: ${where} kept it from running for ${percent(heldUpShare)} of its busy time.`,
    }
  }
  const usual = median(siblingsOf(instance, circumstance).map((one) => one.serviceMs ?? 0)) ?? 0
  return {
    subject: id,
    measure: 'service time beside its siblings',
    unit: 'ms',
    observed: serviceMs ?? 0,
    expected: usual,
    says: `Instance ${id} takes ${takes} ms an operation, where the other instances of part ${circumstance.part} take ${usual.toFixed(1)} ms.`,
  }
}
