/**
 * Turns wanted counts into the whole set of instances that should be, naming each. What is written here is
 * what is done; nothing is left to choose. Room under the agreement's cap goes first to what is missing,
 * then to instances of a new revision.
 */
import type { InstanceCounts } from '../allocation/index.ts'
import { instanceCap, type Service, type SlowInstance, type Terms } from '../agreement/index.ts'
import type { InstanceObservation, ServiceObservation } from '../health/index.ts'
import { instanceIdOf, type EpochMs, type InstanceId, type PartName } from '../units/index.ts'
import { growthOf, replacementOf, stays, turnOf, type Start } from './part-turn.ts'
import type { Change, DesiredInstance, Generation, Plan, Reason } from './plan.ts'
import type { Share } from './share.ts'

export interface MakePlanInput {
  readonly service: Service
  readonly terms: readonly Terms[]
  readonly generation: Generation
  readonly desired: readonly DesiredInstance[]
  readonly observation: ServiceObservation
  readonly now: EpochMs
  readonly counts: InstanceCounts
  /** Instances that are slow against their siblings. */
  readonly slow: readonly SlowInstance[]
  readonly share?: Share
  readonly reason: (part: PartName, direction: 'up' | 'down') => Reason
}

export interface MadePlan {
  readonly plan: Plan | null
  readonly reasons: readonly Reason[]
}

export function makePlan(input: MakePlanInput): MadePlan {
  const { service, terms, desired, counts, reason } = input
  const observed = new Map<InstanceId, InstanceObservation>()
  for (const { instances } of input.observation.parts)
    for (const instance of instances) observed.set(instance.id, instance)
  const turns = service.parts.flatMap((part) => {
    const mine = desired.filter((instance) => instance.part === part.name)
    const wanted = counts[part.name] ?? part.minInstances
    // One at a time: who is slow against siblings needs some that are not.
    const slow = input.slow.find((one) => one.part === part.name) ?? null
    if (mine.length === wanted && slow === null && mine.every((one) => stays(one, part, observed))) return []
    const agreedMost = instanceCap(terms, part.name) ?? Infinity
    return turnOf({ part, wanted, agreedMost, desired: mine, observed, slow, now: input.now, reason })
  })
  const asked = [...stopsOfRemovedParts(input), ...turns.flatMap((turn) => turn.stops)]
  const stops = [...asked, ...stopsBeyond(input, asked)]
  const most = Math.min(instanceCap(terms, null) ?? Infinity, input.share?.atMost ?? Infinity)
  let room = most - desired.length + stops.length
  const starts: Start[] = []
  const grown = turns.map((turn) => {
    const growth = growthOf(turn, room)
    starts.push(...growth)
    room -= growth.length
    return { turn, growth: growth.length }
  })
  const held: Reason[] = []
  for (const { turn, growth } of grown) {
    const replacement = replacementOf(turn, growth, room)
    starts.push(...replacement.starts)
    room -= replacement.starts.length
    stops.push(...replacement.stops)
    if (replacement.held !== null) held.push(replacement.held)
  }
  const changes = [...startChanges(starts, input), ...stops]
  return {
    plan: changes.length === 0 ? null : planOf(input, changes),
    reasons: uniqueReasons([...changes.map((change) => change.reason), ...held]),
  }
}

/**
 * Where instances are short even those go that only wait for their successors (A3.23). Their parts are over what
 * was shared out to them; those that do not serve go first.
 */
function stopsBeyond(
  { service, share, desired, observation, counts }: MakePlanInput,
  stops: readonly Change[],
): Change[] {
  if (share === undefined) return []
  const stopped = new Set(stops.map(({ instance }) => instance))
  const kept = desired.filter((instance) => !stopped.has(instance))
  let excess = kept.length - (share.atMost ?? Infinity)
  if (excess <= 0) return []
  const ready = new Set(
    observation.parts.flatMap(({ instances }) =>
      instances.filter(({ phase }) => phase === 'ready').map(({ id }) => id),
    ),
  )
  return service.parts.flatMap(({ name }): Change[] => {
    const mine = kept.filter(({ part }) => part === name)
    const going = Math.min(excess, Math.max(0, mine.length - (counts[name] ?? 0)))
    if (going <= 0) return []
    excess -= going
    const says = share.reasons[0]?.says ?? 'Instances are short.'
    return mine
      .toSorted((a, b) => Number(ready.has(a.id)) - Number(ready.has(b.id)))
      .slice(0, going)
      .map((instance) => ({ kind: 'stop', instance, reason: { code: 'yielded', part: name, says } }))
  })
}

function stopsOfRemovedParts({ service, desired }: MakePlanInput): Change[] {
  const parts = new Set(service.parts.map(({ name }) => name))
  return desired
    .filter(({ part }) => !parts.has(part))
    .map((instance) => ({
      kind: 'stop',
      instance,
      reason: {
        code: 'part-removed',
        part: instance.part,
        says: `The service has no part ${instance.part} any more.`,
      },
    }))
}

/** Numbered within their part and the generation that the plan makes. */
function startChanges(starts: readonly Start[], { service, generation }: MakePlanInput): Change[] {
  const numbered = new Map<PartName, number>()
  return starts.map(({ part, reason }) => {
    const nth = (numbered.get(part.name) ?? 0) + 1
    numbered.set(part.name, nth)
    const id = instanceIdOf(service.name, part.name, generation + 1, nth)
    const { name, instanceType, revision } = part
    return { kind: 'start', instance: { id, part: name, instanceType, revision }, reason }
  })
}

function planOf({ service, now, generation, desired }: MakePlanInput, changes: readonly Change[]): Plan {
  const stopped = new Set(changes.filter(({ kind }) => kind === 'stop').map(({ instance }) => instance.id))
  const fresh = changes.filter(({ kind }) => kind === 'start').map(({ instance }) => instance)
  return {
    service: service.name,
    at: now,
    basedOn: generation,
    generation: generation + 1,
    desired: [...desired.filter(({ id }) => !stopped.has(id)), ...fresh],
    changes,
  }
}

function uniqueReasons(reasons: readonly Reason[]): readonly Reason[] {
  const unique = new Map(
    reasons.map((reason) => [`${reason.code} ${reason.part ?? ''} ${reason.says}`, reason]),
  )
  return [...unique.values()]
}
