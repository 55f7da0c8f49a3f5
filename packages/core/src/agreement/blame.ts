/**
 * Who answers for what was missed: exact counts by cause, beside the counts of a window (A3.14). What is
 * missed is put down to the cause of its tick at once, and put down to another one if that shows only
 * later: that a minute was above the contracted load is known when the minute is over.
 */
import { ratio, type EpochMs, type Ratio } from '../units/index.ts'
import type { Cause, CauseKind, MissedBy } from './verdict.ts'

/** A cause as it was last found, and when that was. */
export interface NotedCause {
  readonly cause: Cause
  readonly until: EpochMs
  /** False where the platform answers only as nothing else was found. */
  readonly sure: boolean
}

/** Misses that may still turn out to be another cause's. */
export interface OpenMisses {
  readonly at: EpochMs
  readonly kind: CauseKind
  readonly missed: number
  /** False where the platform answers only as nothing else was found. */
  readonly sure: boolean
  /** Whether more came in that very span than is contracted, though its unit of time may stay below. */
  readonly surging: boolean
}

/** After so long without a miss for its sake, a cause that comes again is a new one. */
const PAUSE_MS = 120_000
/** So long a level of an hour is still at risk for what was missed. */
const STAYS_MS = 300_000

export const blamed = (before: MissedBy, kind: CauseKind, missed: number): MissedBy =>
  missed === 0 ? before : withCount(before, kind, (before[kind] ?? 0) + missed)

function withCount(before: MissedBy, kind: CauseKind, count: number): MissedBy {
  const { [kind]: _, ...others } = before
  return count === 0 ? others : { ...others, [kind]: count }
}

/** Takes as many from the one as there are at most, and gives them to the other. */
export function moveBlame(before: MissedBy, from: CauseKind, to: CauseKind, missed: number): MissedBy {
  const moved = Math.min(missed, before[from] ?? 0)
  return moved === 0 || from === to
    ? before
    : blamed(withCount(before, from, (before[from] ?? 0) - moved), to, moved)
}

/**
 * The share that the platform answers for: operations that were missed for others' sake are left out, as
 * if they had not come. Null where nothing is left.
 */
export function platformShareOf({
  met,
  missedBy,
}: {
  readonly met: number
  readonly missedBy: MissedBy
}): Ratio | null {
  const total = met + (missedBy.platform ?? 0)
  return total === 0 ? null : ratio(met / total)
}

/** Of each kind the latest, with the time since when it lasts; what was sure stays for as long as it may still count. */
export function noteCause(
  before: readonly NotedCause[],
  { cause, sure }: Pick<NotedCause, 'cause' | 'sure'>,
  at: EpochMs,
): readonly NotedCause[] {
  const known = before.find((one) => one.cause.kind === cause.kind)
  if (known !== undefined && known.sure && !sure && at - known.until <= STAYS_MS) return before
  const goesOn = known !== undefined && known.cause.part === cause.part && at - known.until <= PAUSE_MS
  const since = goesOn && known.cause.since < cause.since ? known.cause.since : cause.since
  return [...before.filter((one) => one !== known), { cause: { ...cause, since }, until: at, sure }]
}

/**
 * The cause of a broken window. It is the platform's exactly where the share that the platform answers for
 * is below the promise, for then a remedy is owed; else whichever other cause had most operations missed.
 */
export function windowCause(
  promised: number,
  window: { readonly met: number; readonly missedBy: MissedBy; readonly causes: readonly NotedCause[] },
): NotedCause | null {
  const share = platformShareOf(window)
  const platform = share !== null && share < promised
  const candidates = window.causes.filter(({ cause }) => (cause.kind === 'platform') === platform)
  return mostBlamed(candidates, window.missedBy)
}

/** As it will be if the unit of time that is not over yet turns out to be above the contracted load. */
export function assumingLoad<
  W extends {
    readonly missedBy: MissedBy
    readonly causes: readonly NotedCause[]
    readonly open: readonly OpenMisses[]
  },
>(window: W, load: Cause, now: EpochMs): W {
  let { missedBy } = window
  for (const { kind, missed } of window.open) missedBy = moveBlame(missedBy, kind, 'load', missed)
  return { ...window, missedBy, causes: noteCause(window.causes, { cause: load, sure: true }, now) }
}

export function mostBlamed(candidates: readonly NotedCause[], missedBy: MissedBy): NotedCause | null {
  const count = ({ cause }: NotedCause): number => missedBy[cause.kind] ?? 0
  return candidates.filter((one) => count(one) > 0).toSorted((a, b) => count(b) - count(a))[0] ?? null
}
