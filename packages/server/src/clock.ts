/** Where the shell reads time and waits for it; decisions get the instant as a value. */
import { epochMs, type DurationMs, type EpochMs } from '@holdfast/core/units'

export interface Clock {
  now(): EpochMs
  /** Resolves after the time, or at once when the signal is aborted. */
  sleep(duration: DurationMs, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  sleep: (duration, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, duration)
      signal?.addEventListener('abort', done, { once: true })
    }),
}
