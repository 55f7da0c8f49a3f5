/**
 * What is known of a part and of each of its instances when a cause is looked for: figures of late, beside
 * what was expected.
 */
import type { InstancePhase } from '../health/index.ts'
import type { EpochMs, InstanceId, PartName } from '../units/index.ts'

export interface InstanceFigures {
  readonly id: InstanceId
  readonly revision: string
  readonly phase: InstancePhase
  readonly phaseSince: EpochMs
  readonly restarts: number
  /** Ready since less than its warm-up takes. */
  readonly warming: boolean
  /** Own service time of late; null until an operation was seen. */
  readonly serviceMs: number | null
  readonly seen: number
  /** What its first operations took. */
  readonly firstMs: number | null
  readonly failedShare: number
  readonly ended: number
  readonly host: string | null
  /** Share of its busy time in which its quota or its host's neighbours kept it from running. */
  readonly heldUpShare: number
}

/** Own service time and failures of a part's instances of one revision, past ones included. */
export interface RevisionFigures {
  readonly revision: string
  readonly since: EpochMs
  readonly serviceMs: number | null
  readonly seen: number
  readonly failedShare: number
  readonly ended: number
  /** What operations took of its instances while those were warming; null where none did. */
  readonly warmUpMs: number | null
  readonly warmUpSeen: number
}

export interface PartCircumstance {
  readonly part: PartName
  readonly expectedServiceMs: number | null
  readonly measuredServiceMs: number | null
  readonly waitingMs: number
  readonly completed: number
  readonly failed: number
  readonly wanted: number
  readonly ready: number
  readonly instances: readonly InstanceFigures[]
  /** The present revision and the one before it; the older first. */
  readonly revisions: readonly RevisionFigures[]
  /** Squared variation of the service time, from one operation to the next. */
  readonly variation: number
}

/** Fewer operations than this say nothing about a part. */
export const ENOUGH_OPERATIONS = 10
/** Fewer than this say nothing about an instance, as it is seen beside its siblings. */
const ENOUGH_OF_INSTANCE = 5
/** From this share of its busy time on, it is worth naming that a host held an instance up. */
export const HELD_UP = 0.05

/**
 * What of the service time is the instance's own. A host that keeps it from running costs more than the
 * time itself, as caches go cold and every lock is held for longer; so the share counts twice.
 */
export const ownMs = ({ serviceMs, heldUpShare }: InstanceFigures): number =>
  (serviceMs ?? 0) * (1 - Math.min(1, heldUpShare)) ** 2

/** Those that ended unasked and are not back. */
export const lost = (instances: readonly InstanceFigures[]): readonly InstanceFigures[] =>
  instances.filter(({ phase }) => phase === 'failed' || phase === 'backing-off')

/** So long operations may still suffer from an instance that ended, though it is back: they had to wait for it. */
const FELT_MS = 20_000

/** Those that ended unasked and were started again just now, so quickly that it may have been between two ticks. */
export const returned = (instances: readonly InstanceFigures[], now: EpochMs): readonly InstanceFigures[] =>
  instances.filter(
    ({ phase, phaseSince, restarts }) =>
      restarts > 0 && (phase === 'starting' || (phase === 'ready' && now - phaseSince <= FELT_MS)),
  )

/** Those that say something: measured, and not warming any more. */
export const settled = ({ instances }: PartCircumstance): readonly InstanceFigures[] =>
  instances.filter(
    ({ phase, warming, seen }) =>
      (phase === 'ready' || phase === 'draining') && !warming && seen >= ENOUGH_OF_INSTANCE,
  )

/** Those whose hosts let them run; where no host does, all of them, with what their hosts explain taken out. */
export function testifying(instances: readonly InstanceFigures[]): readonly InstanceFigures[] {
  const free = instances.filter(({ heldUpShare }) => heldUpShare < HELD_UP)
  return free.length > 0 ? free : instances
}

/** So long after it got ready an instance may still get quicker. */
const LONG_WARM_UP_MS = 300_000
/** It gets quicker where it takes less than this share of what its first operations took. */
const QUICKER = 0.7

/**
 * Whether a slow instance is slow only as it is young: while it warms, while it gets quicker, and where all
 * older ones of its revision are well, for they run the same code. One that is old and slow proves that it is not.
 */
export function isCold(
  instance: InstanceFigures,
  { instances }: PartCircumstance,
  limitMs: number,
  now: EpochMs,
): boolean {
  const { warming, phaseSince, serviceMs, firstMs, revision } = instance
  if (warming) return true
  if (now - phaseSince >= LONG_WARM_UP_MS) return false
  const older = instances.filter(
    (one) => one.phaseSince < phaseSince && one.revision === revision && one.seen >= ENOUGH_OF_INSTANCE,
  )
  const isSlow = (one: InstanceFigures): boolean => ownMs(one) > limitMs
  const old = older.filter((one) => now - one.phaseSince >= LONG_WARM_UP_MS)
  if (old.length > 0) return !old.some(isSlow)
  if (older.length > 0 && !older.some(isSlow)) return true
  return serviceMs !== null && firstMs !== null && serviceMs < QUICKER * firstMs
}

/** Mean over operations; null without any. */
export function pooled(
  instances: readonly InstanceFigures[],
  of: (one: InstanceFigures) => number,
): number | null {
  const all = sum(instances, ({ seen }) => seen)
  return all === 0 ? null : sum(instances, (one) => of(one) * one.seen) / all
}

export const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0)

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`
