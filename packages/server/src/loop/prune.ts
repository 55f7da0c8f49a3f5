/** Drops points for charts that are older than anyone can ask for. */
import { addDuration, durationMs, hours, type DurationMs, type EpochMs } from '@holdfast/core/units'
import type { Store } from '../store/store.ts'

/** The dashboard shows at most an hour; a day of points leaves room to look back after a bad night. */
const KEEP: DurationMs = hours(24)
const EVERY: DurationMs = hours(1)

/** Returns what to call after each tick; it acts once an hour. */
export function createPruner(store: Pick<Store, 'prunePoints'>): (now: EpochMs) => Promise<void> {
  let prunedAt: EpochMs | null = null
  return async (now) => {
    if (prunedAt !== null && now - prunedAt < EVERY) return
    prunedAt = now
    await store.prunePoints(addDuration(now, durationMs(-KEEP)))
  }
}
