/**
 * Of which time an input was told already. Several processes tell at paces of their own, of times that overlap: what is
 * counted a second is right only where each second counts once.
 */
import type { EpochMs } from '../../units/index.ts'

export interface Coverage {
  /** How much of the span nobody told of before, in milliseconds. */
  newMs(input: string, from: EpochMs, to: EpochMs): number
  /** To be called before each tick: the clock may have been set back. */
  begin(now: EpochMs): void
}

/** Versions of rules come and go; with more inputs than this it begins anew. */
const MAX_INPUTS = 1_000

export function createCoverage(): Coverage {
  const until = new Map<string, number>()
  return {
    newMs(input, from, to) {
      const before = until.get(input)
      if (before === undefined && until.size >= MAX_INPUTS) until.clear()
      until.set(input, Math.max(to, before ?? to))
      return Math.max(0, to - Math.max(from, before ?? from))
    },
    begin(now) {
      for (const [input, at] of until) if (at > now) until.set(input, now)
    },
  }
}
