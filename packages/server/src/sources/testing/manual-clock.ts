/** A clock that stands still until it is told to go on, for tests of what happens at which time. */
import { epochMs, type EpochMs } from '@holdfast/core/units'
import type { Clock } from '../../clock.ts'

export interface ManualClock extends Clock {
  /** Goes on to the end of each pause on the way, in order, and lets what waited for it happen. */
  advance(ms: number): Promise<void>
}

export function createManualClock(start: number): ManualClock {
  let now = start
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>()
  return {
    now: (): EpochMs => epochMs(now),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve()
        const wake = (): void => {
          sleepers.delete(sleeper)
          resolve()
        }
        const sleeper = { until: now + ms, wake }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', wake, { once: true })
      }),
    async advance(ms) {
      const end = now + ms
      await settled()
      for (;;) {
        const [next] = [...sleepers].toSorted((a, b) => a.until - b.until)
        if (next === undefined || next.until > end) break
        now = Math.max(now, next.until)
        next.wake()
        await settled()
      }
      now = end
    },
  }
}

/** All that can go on without more time has gone on: promises first, then what they asked of the event loop. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
