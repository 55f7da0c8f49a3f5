/**
 * What one part needs of a plan: lost instances replaced, those to spare stopped, the least useful first,
 * and those of an old revision replaced. Old ones go when new ones are ready. Where there is no room for
 * both, old ones go one at a time, and never the last one that serves.
 */
import type { Part, SlowInstance } from '../agreement/index.ts'
import type { InstanceObservation } from '../health/index.ts'
import type { EpochMs, InstanceId, PartName } from '../units/index.ts'
import type { Change, DesiredInstance, Reason } from './plan.ts'

type Observed = ReadonlyMap<InstanceId, InstanceObservation>

export interface TurnInput {
  readonly part: Part
  readonly wanted: number
  /** The agreement's cap on this part. */
  readonly agreedMost: number
  /** Of this part. */
  readonly desired: readonly DesiredInstance[]
  readonly observed: Observed
  /** The one that is to be replaced for being slow; null mostly. */
  readonly slow: SlowInstance | null
  readonly now: EpochMs
  readonly reason: (part: PartName, direction: 'up' | 'down') => Reason
}

export interface PartTurn extends TurnInput {
  /** Those that stay, and those of another revision or too slow, which are replaced; those that are stopped are in neither. */
  readonly current: readonly DesiredInstance[]
  readonly outdated: readonly DesiredInstance[]
  readonly lost: number
  readonly stops: readonly Change[]
}

/** An instance to start, which has no number yet. */
export interface Start {
  readonly part: Part
  readonly reason: Reason
}

export interface Replacement {
  readonly starts: readonly Start[]
  readonly stops: readonly Change[]
  /** Why nothing is replaced although it should be; null mostly. */
  readonly held: Reason | null
}

/** An instance that waits this long for its restart is given up. */
const GIVE_UP_AFTER_MS = 30_000

/** By so many a part may pass its own limit while it is replaced, or a single instance never could be. */
export const SURGE = 1

export function turnOf(input: TurnInput): PartTurn {
  const { part, wanted, desired, observed, slow, now } = input
  const lost = desired.flatMap((instance) => lostStop(instance, observed.get(instance.id), now))
  const alive = desired.filter((instance) => !lost.some((change) => change.instance === instance))
  const going = alive.filter((instance) => goes(instance, part, slow))
  const staying = going.length === 0 ? alive : alive.filter((instance) => !going.includes(instance))
  const [current, surplus] = spare(staying, wanted, observed)
  const ready = current.filter((instance) => isReady(instance, observed)).length
  const [outdated, replaced] = spare(going, Math.max(0, wanted - ready), observed)
  const stops = [
    ...lost,
    ...surplus.map((instance) => stop(instance, input.reason(part.name, 'down'))),
    ...replaced.map((instance) => stop(instance, replacementReason(part, instance, slow))),
  ]
  return { ...input, current, outdated, lost: lost.length, stops }
}

/** Whether nothing about the instance asks for another one in its place. */
export function stays({ id, revision }: DesiredInstance, part: Part, observed: Observed): boolean {
  const phase = observed.get(id)?.phase
  return revision === part.revision && phase !== 'failed' && phase !== 'backing-off'
}

const goes = ({ id, revision }: DesiredInstance, part: Part, slow: TurnInput['slow']): boolean =>
  revision !== part.revision || slow?.instance === id

/** What is missing of the wanted instances, whatever their revision, as far as there is room. */
export function growthOf(turn: PartTurn, room: number): readonly Start[] {
  const { part, wanted, agreedMost } = turn
  const kept = sizeOf(turn)
  const count = Math.max(0, Math.min(wanted, agreedMost, kept + room) - kept)
  const [old] = turn.outdated
  const up = old !== undefined ? replacementReason(part, old, turn.slow) : turn.reason(part.name, 'up')
  const lost = Math.min(turn.lost, count)
  return Array.from({ length: count }, (_, i) => ({ part, reason: i < lost ? replaced(part, lost) : up }))
}

/** Instances of the part's revision beside the old ones, or one old one less where there is no room. */
export function replacementOf(turn: PartTurn, growth: number, room: number): Replacement {
  const { part, wanted, agreedMost } = turn
  const missing = Math.min(turn.outdated.length, wanted - turn.current.length - growth)
  if (missing <= 0) return { starts: [], stops: [], held: null }
  const [old] = turn.outdated
  const isRevised = old !== undefined && old.revision !== part.revision
  const most = Math.min(agreedMost, part.maxInstances + (isRevised ? SURGE : 0))
  const count = Math.max(0, Math.min(missing, room, most - sizeOf(turn) - growth))
  if (count === 0 && growth === 0) return yieldOne(turn)
  const reason = old === undefined ? revisionReason(part) : replacementReason(part, old, turn.slow)
  return { starts: Array.from({ length: count }, () => ({ part, reason })), stops: [], held: null }
}

/** The next instance that goes without its successor being ready: only while all others serve. */
function yieldOne({ part, current, outdated, observed, slow }: PartTurn): Replacement {
  const nothing = { starts: [], stops: [], held: null }
  const [victim] = bySparing(outdated, observed)
  if (victim === undefined) return nothing
  const goes = { ...nothing, stops: [stop(victim, replacementReason(part, victim, slow))] }
  if (!isReady(victim, observed)) return goes
  if (current.some((instance) => !isReady(instance, observed))) return nothing
  const serving = [...current, ...outdated].filter((instance) => isReady(instance, observed))
  return serving.length > 1 ? goes : { ...nothing, held: noRoomReason(part) }
}

const sizeOf = ({ current, outdated }: PartTurn): number => current.length + outdated.length

const isReady = ({ id }: DesiredInstance, observed: Observed): boolean => observed.get(id)?.phase === 'ready'

/** One that the platform does not know is not lost: whoever carries plans out starts it again. */
function lostStop(instance: DesiredInstance, seen: InstanceObservation | undefined, now: EpochMs): Change[] {
  if (seen === undefined) return []
  const waitsLong = seen.phase === 'backing-off' && now - seen.phaseSince >= GIVE_UP_AFTER_MS
  if (seen.phase !== 'failed' && !waitsLong) return []
  const says = `Instance ${instance.id} is given up: it is ${seen.phase} after ${seen.restarts} restarts.`
  return [stop(instance, { code: 'lost-instance', part: instance.part, says })]
}

/** Those to keep and those to spare. */
function spare(
  instances: readonly DesiredInstance[],
  keep: number,
  observed: Observed,
): readonly [kept: readonly DesiredInstance[], spared: readonly DesiredInstance[]] {
  if (instances.length <= keep) return [instances, []]
  const spared = bySparing(instances, observed).slice(0, Math.max(0, instances.length - keep))
  return [instances.filter((instance) => !spared.includes(instance)), spared]
}

/** Those that serve least come first: not ready, then with the least in flight, then the newest. */
function bySparing(instances: readonly DesiredInstance[], observed: Observed): readonly DesiredInstance[] {
  const rank = (instance: DesiredInstance): readonly [number, number, number] => {
    const seen = observed.get(instance.id)
    return [isReady(instance, observed) ? 1 : 0, seen?.inFlight ?? 0, 0 - (seen?.phaseSince ?? 0)]
  }
  return instances.toSorted((a, b) => {
    const [x, y] = [rank(a), rank(b)]
    return x[0] - y[0] || x[1] - y[1] || x[2] - y[2] || b.id.length - a.id.length || (a.id < b.id ? 1 : -1)
  })
}

const stop = (instance: DesiredInstance, reason: Reason): Change => ({ kind: 'stop', instance, reason })

const replaced = (part: Part, count: number): Reason => ({
  code: 'lost-instance',
  part: part.name,
  says: `${count} lost instance${count === 1 ? ' is' : 's are'} replaced.`,
})

const replacementReason = (part: Part, old: DesiredInstance, slow: TurnInput['slow']): Reason =>
  old.revision === part.revision && slow !== null
    ? {
        code: 'slow-instance',
        part: part.name,
        says: `${slow.evidence.says} It is replaced when its successor is ready.`,
      }
    : revisionReason(part)

const revisionReason = (part: Part): Reason => ({
  code: 'new-revision',
  part: part.name,
  says: `Part ${part.name} was changed; its instances are replaced one after the other is ready.`,
})

const noRoomReason = (part: Part): Reason => ({
  code: 'held-by-cap',
  part: part.name,
  says: `Part ${part.name} was changed, but its only ready instance cannot be replaced without a gap: the agreement allows no further instance beside it.`,
})
