/**
 * Notices that a client changes much more or much less often than was learned (E. S. Page's cumulative sums, 1954), so
 * that what was learned of it is given up instead of fading for days. Judged against the hazard by age: a burst that was
 * to be expected is no drift.
 */
import type { Kind } from './behaviour.ts'

/** How much more likely the updates since some past one are at a greater and at a smaller rate; at least 0. */
export interface Drift {
  readonly faster: number
  readonly slower: number
}

export const noDrift: Drift = { faster: 0, slower: 0 }

/** What is looked for: a rate that is so many times as great or as small. */
const TIMES = 3
const MOST_EACH = 1
/** Reached by chance alone once in some thousand changes; what is less like chance is learned less exactly. */
const LIMITS: Readonly<Record<Kind, number>> = { 0: 8, 1: 12, 2: 9 }

export function updateDrift({ faster, slower }: Drift, chance: number, changed: boolean): Drift {
  const logStays = Math.log1p(-Math.min(0.999999, Math.max(1e-9, chance)))
  const usual = logLikelihood(logStays, changed)
  const add = (sum: number, times: number): number =>
    Math.max(0, sum + Math.min(MOST_EACH, logLikelihood(logStays * times, changed) - usual))
  return { faster: add(faster, TIMES), slower: add(slower, 1 / TIMES) }
}

/** By what the rate should be multiplied; null while there is no drift. */
export function driftOf({ faster, slower }: Drift, kind: Kind): number | null {
  if (faster > LIMITS[kind]) return TIMES
  return slower > LIMITS[kind] ? 1 / TIMES : null
}

const logLikelihood = (logStays: number, changed: boolean): number =>
  changed ? Math.log(-Math.expm1(logStays)) : logStays
