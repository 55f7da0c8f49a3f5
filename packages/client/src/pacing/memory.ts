/**
 * What outlives the page: when the next update is due, and what the server gave and knows. Where storage is refused, nothing.
 * The due time is on the wall's clock; one that was set meanwhile makes the wait no longer than it was.
 */
import type { Reported } from './changes.ts'
import type { PacedUpdatesOptions } from './options.ts'
import { here } from './world.ts'

interface Remembered {
  readonly waitMs: number
  readonly token?: string | null
  readonly reported?: Reported | null
}

export interface Memory {
  readonly read: (now: number) => Remembered
  readonly write: (remembered: Remembered, now: number) => void
}

export function createMemory({ watch, client, storage }: PacedUpdatesOptions): Memory {
  const key = `holdfast.pacing.${watch}.${client}`
  // Without a page there is none to outlive; Node would warn.
  const kept = (): PacedUpdatesOptions['storage'] => storage ?? (here.document && here.localStorage)
  return {
    read(now) {
      try {
        const { at, waitMs, ...more } = JSON.parse(kept()?.getItem(key) ?? '') as Kept
        return { ...more, waitMs: waitMs - Math.max(0, now - at) || 0 }
      } catch {
        return { waitMs: 0 }
      }
    },
    write(remembered, now) {
      try {
        kept()?.setItem(key, JSON.stringify({ at: now, ...remembered }))
      } catch {
        // As above.
      }
    },
  }
}

/** As it should be; anything may be there. */
interface Kept extends Remembered {
  readonly at: number
}

export const textOf = (given: unknown): string | null => (typeof given === 'string' ? given : null)
