/**
 * Keys that were found good a moment ago, for the one route that is called far too often to read the store each time. A key
 * that is revoked here is forgotten at once; one that another server revoked after some seconds.
 */
import type { EpochMs } from '@holdfast/core/units'
import type { Identity } from '../auth/index.ts'

const GOOD_FOR_MS = 5_000
const MOST_KEYS = 1_000

export interface KnownKeys {
  /** Null where it must be looked up. */
  find(secret: string, now: EpochMs): Identity | null
  remember(secret: string, identity: Identity, now: EpochMs): void
  forgetAll(): void
}

export function createKnownKeys(): KnownKeys {
  const known = new Map<string, { readonly identity: Identity; readonly until: number }>()
  return {
    find(secret, now) {
      const found = known.get(secret)
      return found !== undefined && now < found.until ? found.identity : null
    },
    remember(secret, identity, now) {
      const [oldest] = known.keys()
      known.delete(secret)
      if (known.size >= MOST_KEYS && oldest !== undefined) known.delete(oldest)
      known.set(secret, { identity, until: now + GOOD_FOR_MS })
    },
    forgetAll: () => known.clear(),
  }
}
