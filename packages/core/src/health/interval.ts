/** Which time a consumer asks for: the last whole interval, all since an instant, or the last minute (H1.18). */
import { epochMs, type DurationMs, type EpochMs } from '../units/index.ts'
import { CELL_MS, cellEdge, isOnEdge } from './timeline.ts'

export type Asked =
  /** The last one that is over and settled, aligned: of five minutes one that begins at a multiple of five. */
  | { readonly kind: 'interval'; readonly length: DurationMs }
  | { readonly kind: 'since'; readonly from: EpochMs }
  | { readonly kind: 'lately' }

export interface Interval {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** Nothing is added any more to a time that ended so long ago, so that who was told of it is told no other figures. */
export const SETTLED_MS = 10_000
const LATELY_MS = 60_000

/** Where what a tick measured belongs at the earliest: the first cell that nobody was told of who asked before it. */
export const unsettledFrom = (tick: EpochMs): EpochMs =>
  epochMs(Math.ceil((tick - SETTLED_MS) / CELL_MS) * CELL_MS)

/** Null where nothing is kept of a time so long ago. */
export function intervalOf(asked: Asked, now: EpochMs): Interval | null {
  switch (asked.kind) {
    case 'interval':
      return settledInterval(asked.length, now)
    case 'since': {
      const from = cellEdge(asked.from, now)
      return from === null ? null : { from, to: epochMs(Math.max(from, now)) }
    }
    case 'lately':
      return latelyAt(now)
  }
}

export const latelyAt = (now: EpochMs): Interval => ({ from: epochMs(now - LATELY_MS), to: now })

/** The last whole one of this length that nothing is added to any more. */
export function settledInterval(length: DurationMs, now: EpochMs): Interval {
  const to = epochMs(Math.floor((now - SETTLED_MS) / length) * length)
  return { from: epochMs(to - length), to }
}

/** The last whole one may have begun twice its length ago. */
export const isKeptWhole = (length: DurationMs): boolean => isOnEdge(length, 2 * length + SETTLED_MS)

/** Who comes back after a break is told of so many intervals at most that it missed. */
const MISSED_AT_MOST = 1_000

/** Who missed too many, or says an instant at which none of these ends, begins with the latest. */
export function firstToTell(last: EpochMs | null, length: DurationMs, now: EpochMs): EpochMs {
  const latest = settledInterval(length, now)
  if (last === null || last > latest.to || (latest.to - last) % length !== 0) return latest.from
  return isOnEdge(length, now - last) && (latest.to - last) / length <= MISSED_AT_MOST ? last : latest.from
}
