/** Drops points for charts that are older than anyone can ask for. */
import { addDuration, durationMs, hours, type DurationMs, type EpochMs } from '@holdfast/core/units'
import type { Store } from '../store/store.ts'

/** The dashboard shows at most an hour; a day of points leaves room to look back after a bad night. */
const KEEP: DurationMs = hours(24)
const EVERY: DurationMs = hours(1)

export function createPruner(store: Pick<Store, 'prunePoints'>): { afterTick(now: EpochMs): Promise<void> } {
  let prunedAt: EpochMs | null = null
  return {
    async afterTick(now) {
      if (prunedAt !== null && now - prunedAt < EVERY) return
      prunedAt = now
      await store.prunePoints(addDuration(now, durationMs(-KEEP)))
    },
  }
}
