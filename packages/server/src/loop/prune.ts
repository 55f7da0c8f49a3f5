/** Drops what is kept for looking back once it is older than anyone can ask for, and makes less of what is old. */
import { addDuration, durationMs, hours, type DurationMs, type EpochMs } from '@holdfast/core/units'
import { compactHealth } from '../health/index.ts'
import type { Store } from '../store/store.ts'

/** The dashboard shows at most an hour; a day of points leaves room to look back after a bad night. */
const KEEP_POINTS: DurationMs = hours(24)
/** Yesterday can be replayed today, whole. */
const KEEP_RECORDING: DurationMs = hours(48)
const EVERY: DurationMs = hours(1)

/** Returns what to call after each tick; it acts once an hour. */
export function createPruner(
  store: Pick<Store, 'prunePoints' | 'pruneRecording' | 'healthCells' | 'compactHealth'>,
): (now: EpochMs) => Promise<void> {
  let prunedAt: EpochMs | null = null
  return async (now) => {
    if (prunedAt !== null && now - prunedAt < EVERY) return
    prunedAt = now
    await store.prunePoints(addDuration(now, durationMs(-KEEP_POINTS)))
    await store.pruneRecording(addDuration(now, durationMs(-KEEP_RECORDING)))
    await compactHealth(store, now)
  }
}
