/**
 * Checks a plan before it is carried out, by named invariants. In tests, in the simulator and in production
 * a plan that violates one of severity "error" is not carried out.
 */
import { instanceCap, type Service, type Terms } from '../agreement/index.ts'
import type { ServiceObservation } from '../health/index.ts'
import type { PartName } from '../units/index.ts'
import { SURGE } from './part-turn.ts'
import type { DesiredInstance, Generation, Plan, ReasonCode } from './plan.ts'
import type { Share } from './share.ts'

export type InvariantName =
  | 'generation-follows'
  | 'ids-are-unique'
  | 'desired-follows-from-changes'
  | 'parts-are-known'
  | 'within-cap'
  | 'within-share'
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
  readonly share?: Share
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
  const expected = new Map(desired.map((instance) => [instance.id, instance]))
  const faults: string[] = []
  for (const { kind, instance } of plan.changes) {
    if (kind === 'start' && expected.has(instance.id))
      faults.push(`Instance ${instance.id} is started but was there.`)
    if (kind === 'stop' && !expected.has(instance.id))
      faults.push(`Instance ${instance.id} is stopped but was not there.`)
    if (kind === 'start') expected.set(instance.id, instance)
    else expected.delete(instance.id)
  }
  const got = new Map(plan.desired.map((instance) => [instance.id, instance]))
  for (const id of new Set([...expected.keys(), ...got.keys()]))
    if (!isSame(expected.get(id), got.get(id))) faults.push(`The changes do not explain instance ${id}.`)
  return faults
}

const isSame = (a: DesiredInstance | undefined, b: DesiredInstance | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.part === b.part &&
  a.instanceType === b.instanceType &&
  a.revision === b.revision

const partsAreKnown: Check = (plan, { service }) => {
  const parts = new Set(service.parts.map(({ name }) => name))
  return plan.desired
    .filter(({ part }) => !parts.has(part))
    .map(({ id, part }) => `Instance ${id} is of the unknown part ${part}.`)
}

/** A cap that was lowered below what runs is not passed by what goes towards it. */
const withinCap: Check = (plan, { service, terms, desired }) => [
  ...passed('The service', plan.desired.length, desired.length, instanceCap(terms, null)),
  ...service.parts.flatMap(({ name }) =>
    passed(`Part ${name}`, countOf(plan.desired, name), countOf(desired, name), instanceCap(terms, name)),
  ),
]

const passed = (who: string, after: number, before: number, cap: number | null): readonly string[] =>
  cap !== null && after > before && after > cap
    ? [`${who} would have ${after} instances; the cap is ${cap}.`]
    : []

/** What the platform has is shared out; who passes its share takes what others were given (A3.23). */
const withinShare: Check = (plan, { share }) => {
  const atMost = share?.atMost ?? null
  return atMost !== null && plan.desired.length > atMost
    ? [`The service would have ${plan.desired.length} instances; its share is ${atMost}.`]
    : []
}

/** While a part is replaced it may pass its own limit a little; what failed is not taken away, it is gone. */
const withinPartLimits: Check = (plan, { service, desired }) =>
  service.parts.flatMap((part) => {
    const before = countOf(desired, part.name)
    const after = countOf(plan.desired, part.name)
    const current = plan.desired.filter((one) => one.part === part.name && one.revision === part.revision)
    if (after > before && (after > part.maxInstances + SURGE || current.length > part.maxInstances))
      return [`Part ${part.name} would have ${after} instances, more than ${part.maxInstances}.`]
    const taken = plan.changes.filter(
      ({ kind, instance, reason }) =>
        kind === 'stop' && instance.part === part.name && TAKES_AWAY.has(reason.code),
    )
    if (after < before && after < part.minInstances && taken.length > 0)
      return [`Part ${part.name} would have ${after} instances, fewer than ${part.minInstances}.`]
    return []
  })

/** Reasons to have fewer because fewer will do, and to have fewer for whatever reason. */
const SPARES: ReadonlySet<ReasonCode> = new Set(['load-falls', 'level-at-risk', 'idle'])
const TAKES_AWAY: ReadonlySet<ReasonCode> = new Set([...SPARES, 'limits-changed'])

/** Work that can wait may wait below the minimum of its parts. */
const PACES: ReadonlySet<ReasonCode> = new Set(['batch-pace', 'batch-waits'])

/** A part that is to have none at all may lose its last. */
const lastReadyStays: Check = (plan, { service, desired, observation }) => {
  const isReady = new Set(
    observation.parts.flatMap(({ instances }) =>
      instances.filter(({ phase }) => phase === 'ready').map(({ id }) => id),
    ),
  )
  const readyOf = (instances: readonly DesiredInstance[], part: PartName): number =>
    countOf(
      instances.filter(({ id }) => isReady.has(id)),
      part,
    )
  return service.parts.flatMap(({ name }) =>
    countOf(plan.desired, name) > 0 && readyOf(desired, name) > 0 && readyOf(plan.desired, name) === 0
      ? [`Part ${name} would lose its last ready instance.`]
      : [],
  )
}

const nothingSpared: Check = (plan, { observation }) =>
  observation.complete
    ? []
    : plan.changes
        .filter(({ kind, reason }) => kind === 'stop' && (SPARES.has(reason.code) || PACES.has(reason.code)))
        .map(({ instance }) => `Instance ${instance.id} would be spared although measurements are missing.`)

const everyChangeSaysWhy: Check = (plan) =>
  plan.changes
    .filter(({ reason }) => reason.says.trim() === '')
    .map(({ instance }) => `The change of ${instance.id} has no reason.`)

const countOf = (instances: readonly DesiredInstance[], part: PartName): number =>
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
  { invariant: 'within-share', severity: 'error', check: withinShare },
  { invariant: 'within-part-limits', severity: 'error', check: withinPartLimits },
  { invariant: 'last-ready-instance-stays', severity: 'error', check: lastReadyStays },
  { invariant: 'nothing-spared-on-missing-data', severity: 'error', check: nothingSpared },
  { invariant: 'every-change-says-why', severity: 'warning', check: everyChangeSaysWhy },
]
