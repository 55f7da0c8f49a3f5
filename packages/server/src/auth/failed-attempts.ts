/**
 * Counts wrong secrets per address, so that someone who tries many is told to wait and fills neither log
 * nor store. It never shuts out a right key: guessing 256 random bits needs no defence, but a neighbour
 * behind the same address must not be able to lock others out.
 */
import { minutes, type DurationMs, type EpochMs } from '@holdfast/core/units'

/** Enough for a person who pastes the wrong line some times. */
export const ATTEMPTS_PER_WINDOW = 10
const WINDOW: DurationMs = minutes(1)
/** Bounds the memory when someone rotates through addresses; the oldest is forgotten first. */
const ADDRESSES_KEPT = 10_000

interface Attempts {
  readonly since: EpochMs
  readonly count: number
}

export interface FailedAttempts {
  /** Counts one more; returns how long the address should wait, or null while it is within its limit. */
  record(address: string, now: EpochMs): DurationMs | null
}

export function createFailedAttempts(): FailedAttempts {
  const byAddress = new Map<string, Attempts>()
  return {
    record: (address, now) => {
      const known = byAddress.get(address)
      const current = known !== undefined && now - known.since < WINDOW ? known : { since: now, count: 0 }
      const next = { ...current, count: current.count + 1 }
      byAddress.delete(address)
      byAddress.set(address, next)
      forgetOldest(byAddress)
      if (next.count <= ATTEMPTS_PER_WINDOW) return null
      return (WINDOW - (now - next.since)) as DurationMs
    },
  }
}

function forgetOldest(byAddress: Map<string, Attempts>): void {
  if (byAddress.size <= ADDRESSES_KEPT) return
  const oldest = byAddress.keys().next()
  if (!oldest.done) byAddress.delete(oldest.value)
}
