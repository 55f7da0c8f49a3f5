/**
 * Checks a plan before it is carried out, by named invariants. In tests, in the simulator and in production
 * a plan that violates one of severity "error" is not carried out.
 */
import { instanceCap, type Service, type Terms } from '../agreement/index.ts'
import type { ServiceObservation } from '../health/index.ts'
import type { DesiredInstance, Generation, Plan } from './plan.ts'

export type InvariantName =
  | 'generation-follows'
  | 'ids-are-unique'
  | 'desired-follows-from-changes'
  | 'parts-are-known'
  | 'within-cap'
  | 'within-part-limits'
  | 'last-ready-instance-stays'
  | 'nothing-spared-on-missing-data'
  | 'every-change-says-why'

export interface Violation {
  readonly invariant: InvariantName
  /** An error forbids the plan; a warning is journaled with it. */
  readonly severity: 'error' | 'warning'
  readonly says: string
}

export interface PlanContext {
  readonly service: Service
  readonly terms: readonly Terms[]
  readonly generation: Generation
  readonly desired: readonly DesiredInstance[]
  readonly observation: ServiceObservation
}

type Check = (plan: Plan, context: PlanContext) => readonly string[]

export function checkPlan(plan: Plan, context: PlanContext): readonly Violation[] {
  return checks.flatMap(({ invariant, severity, check }) =>
    check(plan, context).map((says) => ({ invariant, severity, says })),
  )
}

const generationFollows: Check = (plan, { generation }) =>
  plan.basedOn === generation && plan.generation === generation + 1
    ? []
    : [`The plan is based on ${plan.basedOn} and makes ${plan.generation}; the service is at ${generation}.`]

const idsAreUnique: Check = (plan) => {
  const ids = plan.desired.map(({ id }) => id)
  return ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `Instance ${id} is desired twice.`)
}

const desiredFollows: Check = (plan, { desired }) => {
  const expected = new Set(desired.map(({ id }) => id))
  const faults: string[] = []
  for (const { kind, instance } of plan.changes) {
    if (kind === 'start' && expected.has(instance.id))
      faults.push(`Instance ${instance.id} is started but was there.`)
    if (kind === 'stop' && !expected.has(instance.id))
      faults.push(`Instance ${instance.id} is stopped but was not there.`)
    if (kind === 'start') expected.add(instance.id)
    else expected.delete(instance.id)
  }
  const got = new Set(plan.desired.map(({ id }) => id))
  for (const id of expected.symmetricDifference(got))
    faults.push(`The changes do not explain instance ${id}.`)
  return faults
}

const partsAreKnown: Check = (plan, { service }) => {
  const parts = new Set(service.parts.map(({ name }) => name))
  return plan.desired
    .filter(({ part }) => !parts.has(part))
    .map(({ id, part }) => `Instance ${id} is of the unknown part ${part}.`)
}

const withinCap: Check = (plan, { terms, desired }) => {
  const cap = instanceCap(terms, null)
  const grows = plan.desired.length > desired.length
  return cap !== null && grows && plan.desired.length > cap
    ? [`${plan.desired.length} instances pass the cap of ${cap}.`]
    : []
}

const withinPartLimits: Check = (plan, { service, desired }) =>
  service.parts.flatMap((part) => {
    const before = countOf(desired, part.name)
    const after = countOf(plan.desired, part.name)
    if (after > before && after > part.maxInstances * SURGE)
      return [`Part ${part.name} would have ${after} instances, more than ${part.maxInstances}.`]
    if (after < before && after < part.minInstances)
      return [`Part ${part.name} would have ${after} instances, fewer than ${part.minInstances}.`]
    return []
  })

/** While a new revision replaces an old one both run. */
const SURGE = 2

const lastReadyStays: Check = (plan, { service, observation }) => {
  const stopped = new Set(
    plan.changes.filter(({ kind }) => kind === 'stop').map(({ instance }) => instance.id),
  )
  return service.parts.flatMap(({ name }) => {
    const ready = observation.parts
      .filter(({ part }) => part === name)
      .flatMap(({ instances }) => instances.filter(({ phase }) => phase === 'ready'))
    const left = ready.filter(({ id }) => !stopped.has(id)).length
    return ready.length > 0 && left === 0 ? [`Part ${name} would lose its last ready instance.`] : []
  })
}

const nothingSpared: Check = (plan, { observation }) =>
  observation.complete
    ? []
    : plan.changes
        .filter(({ kind, reason }) => kind === 'stop' && reason.code === 'load-falls')
        .map(({ instance }) => `Instance ${instance.id} would be spared although measurements are missing.`)

const everyChangeSaysWhy: Check = (plan) =>
  plan.changes
    .filter(({ reason }) => reason.says.trim() === '')
    .map(({ instance }) => `The change of ${instance.id} has no reason.`)

const countOf = (instances: readonly DesiredInstance[], part: string): number =>
  instances.filter((instance) => instance.part === part).length

const checks: readonly {
  readonly invariant: InvariantName
  readonly severity: Violation['severity']
  readonly check: Check
}[] = [
  { invariant: 'generation-follows', severity: 'error', check: generationFollows },
  { invariant: 'ids-are-unique', severity: 'error', check: idsAreUnique },
  { invariant: 'desired-follows-from-changes', severity: 'error', check: desiredFollows },
  { invariant: 'parts-are-known', severity: 'error', check: partsAreKnown },
  { invariant: 'within-cap', severity: 'error', check: withinCap },
  { invariant: 'within-part-limits', severity: 'error', check: withinPartLimits },
  { invariant: 'last-ready-instance-stays', severity: 'error', check: lastReadyStays },
  { invariant: 'nothing-spared-on-missing-data', severity: 'error', check: nothingSpared },
  { invariant: 'every-change-says-why', severity: 'warning', check: everyChangeSaysWhy },
]
