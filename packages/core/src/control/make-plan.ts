/**
 * Turns wanted counts into the whole set of instances that should be, naming each: new ones before old
 * ones go, lost ones replaced, and of those to spare the least useful first. What is written here is what
 * is done; nothing is left to choose.
 */
import type { InstanceCounts } from '../allocation/index.ts'
import { instanceCap, termsAt, type Agreement, type Part, type Service } from '../agreement/index.ts'
import type { InstanceObservation, ServiceObservation } from '../health/index.ts'
import { instanceIdOf, type EpochMs, type InstanceId, type PartName } from '../units/index.ts'
import type { Change, DesiredInstance, Generation, Plan, Reason } from './plan.ts'

export interface MakePlanInput {
  readonly service: Service
  readonly agreements: readonly Agreement[]
  readonly generation: Generation
  readonly desired: readonly DesiredInstance[]
  readonly observation: ServiceObservation
  readonly now: EpochMs
  readonly counts: InstanceCounts
  readonly started: number
  readonly reason: (part: PartName, direction: 'up' | 'down') => Reason
}

export interface MadePlan {
  readonly plan: Plan | null
  readonly started: number
  readonly reasons: readonly Reason[]
}

/** An instance that waits this long for its restart is given up. */
const GIVE_UP_AFTER_MS = 30_000

export function makePlan(input: MakePlanInput): MadePlan {
  const observed = new Map(
    input.observation.parts.flatMap((part) =>
      part.instances.map((instance) => [instance.id, instance] as const),
    ),
  )
  const changes: Change[] = [...stopsOfRemovedParts(input)]
  let started = input.started
  let room = roomUnderCap(input)
  for (const part of input.service.parts) {
    const made = planPart(part, input, observed, room, started)
    changes.push(...made)
    const starts = made.filter(({ kind }) => kind === 'start').length
    started += starts
    room -= starts - (made.length - starts)
  }
  const reasons = uniqueReasons(changes)
  if (changes.length === 0) return { plan: null, started, reasons }
  const stopped = new Set(changes.filter(({ kind }) => kind === 'stop').map(({ instance }) => instance.id))
  const fresh = changes.filter(({ kind }) => kind === 'start').map(({ instance }) => instance)
  return {
    plan: {
      service: input.service.name,
      at: input.now,
      basedOn: input.generation,
      generation: input.generation + 1,
      desired: [...input.desired.filter(({ id }) => !stopped.has(id)), ...fresh],
      changes,
    },
    started,
    reasons,
  }
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

/** Replacing makes before it breaks, unless the cap has no room for one more. */
function roomUnderCap({ agreements, desired, now }: MakePlanInput): number {
  const cap = instanceCap(
    agreements.map((agreement) => termsAt(agreement, now)),
    null,
  )
  return cap === null ? Infinity : cap - desired.length
}

function planPart(
  part: Part,
  input: MakePlanInput,
  observed: ReadonlyMap<InstanceId, InstanceObservation>,
  room: number,
  started: number,
): Change[] {
  const mine = input.desired.filter((instance) => instance.part === part.name)
  const wanted = input.counts[part.name] ?? part.minInstances
  const lost = mine.filter((instance) => isLost(observed.get(instance.id), input.now))
  const alive = mine.filter((instance) => !lost.includes(instance))
  const current = alive.filter(({ revision }) => revision === part.revision)
  const outdated = alive.filter(({ revision }) => revision !== part.revision)
  const ready = current.filter(({ id }) => observed.get(id)?.phase === 'ready').length

  const stops: Change[] = lost.map((instance) =>
    stop(instance, lostReason(instance, observed.get(instance.id))),
  )
  const surplus = bySparing(current, observed).slice(0, Math.max(0, current.length - wanted))
  stops.push(...surplus.map((instance) => stop(instance, input.reason(part.name, 'down'))))
  const keepOutdated = Math.max(0, wanted - ready)
  const replaced = bySparing(outdated, observed).slice(0, Math.max(0, outdated.length - keepOutdated))
  stops.push(...replaced.map((instance) => stop(instance, revisionReason(part))))

  const missing = Math.max(0, wanted - current.length)
  const free = room + stops.length
  const count = Math.max(0, Math.min(missing, free))
  const yielded =
    count === 0 && missing > 0 && outdated.length > replaced.length
      ? breakOne(outdated, replaced, part, observed)
      : []
  const startReason =
    lost.length > 0
      ? lostPartReason(part.name, lost.length)
      : outdated.length > 0
        ? revisionReason(part)
        : input.reason(part.name, 'up')
  const starts = Array.from({ length: count }, (_, i): Change => ({
    kind: 'start',
    instance: newInstance(input.service, part, started + i + 1),
    reason: startReason,
  }))
  return [...starts, ...stops, ...yielded]
}

/** With the cap full one outdated instance makes room, but never the last that serves. */
function breakOne(
  outdated: readonly DesiredInstance[],
  replaced: readonly DesiredInstance[],
  part: Part,
  observed: ReadonlyMap<InstanceId, InstanceObservation>,
): Change[] {
  const left = bySparing(
    outdated.filter((instance) => !replaced.includes(instance)),
    observed,
  )
  const [victim] = left
  return left.length > 1 && victim !== undefined ? [stop(victim, revisionReason(part))] : []
}

function isLost(instance: InstanceObservation | undefined, now: EpochMs): boolean {
  if (instance === undefined) return false
  if (instance.phase === 'failed') return true
  return instance.phase === 'backing-off' && now - instance.phaseSince >= GIVE_UP_AFTER_MS
}

/** Those that serve least come first: not ready, then with the least in flight, then the newest. */
function bySparing(
  instances: readonly DesiredInstance[],
  observed: ReadonlyMap<InstanceId, InstanceObservation>,
): readonly DesiredInstance[] {
  const rank = ({ id }: DesiredInstance): readonly [number, number, number] => {
    const seen = observed.get(id)
    return [seen?.phase === 'ready' ? 1 : 0, seen?.inFlight ?? 0, 0 - (seen?.phaseSince ?? 0)]
  }
  return instances.toSorted((a, b) => {
    const [x, y] = [rank(a), rank(b)]
    return x[0] - y[0] || x[1] - y[1] || x[2] - y[2] || (a.id < b.id ? 1 : -1)
  })
}

const stop = (instance: DesiredInstance, reason: Reason): Change => ({ kind: 'stop', instance, reason })

const newInstance = (service: Service, part: Part, number: number): DesiredInstance => ({
  id: instanceIdOf(service.name, part.name, number),
  part: part.name,
  instanceType: part.instanceType,
  revision: part.revision,
})

const lostReason = (instance: DesiredInstance, seen: InstanceObservation | undefined): Reason => ({
  code: 'lost-instance',
  part: instance.part,
  says: `Instance ${instance.id} is given up: it is ${seen?.phase ?? 'gone'} after ${seen?.restarts ?? 0} restarts.`,
})

const lostPartReason = (part: PartName, count: number): Reason => ({
  code: 'lost-instance',
  part,
  says: `${count} lost instance${count === 1 ? ' is' : 's are'} replaced.`,
})

const revisionReason = (part: Part): Reason => ({
  code: 'new-revision',
  part: part.name,
  says: `Part ${part.name} was changed; its instances are replaced one after the other is ready.`,
})

function uniqueReasons(changes: readonly Change[]): readonly Reason[] {
  const seen = new Map(
    changes.map(({ reason }) => [`${reason.code} ${reason.part ?? ''} ${reason.says}`, reason]),
  )
  return [...seen.values()]
}
