/**
 * Which kind of behaviour one client shows: regular (it changes about once in a while), by chance, or in bursts with long
 * rests. A naive Bayes classifier whose three likelihoods are Weibull laws of the same mean; it only sorts clients, what
 * each sort does is learned in the hazard table.
 */

import { AGE_EDGES } from './age-grid.ts'

export const KINDS = ['by chance', 'regular', 'in bursts'] as const
export type Kind = 0 | 1 | 2
export const REGULAR_KIND: Kind = 1

/** Log-likelihoods against that of chance. */
export interface Behaviour {
  readonly regular: number
  readonly bursts: number
}

export const unknownBehaviour: Behaviour = { regular: 0, bursts: 0 }

/** Weibull shapes with the mean 1: coefficients of variation 0.36 and 2.2. */
const REGULAR = { shape: 3, scale: 0.893 }
const BURSTS = { shape: 0.5, scale: 2 }

const KEPT = 0.99
/** One odd interval must not outweigh a history. */
const MOST_EACH = 3
const MOST = 30
/** So much more likely than by chance, or a client stays where it is. */
const EVIDENCE = 3

export function kindOf({ regular, bursts }: Behaviour): Kind {
  if (regular < EVIDENCE && bursts < EVIDENCE) return 0
  return regular > bursts ? 1 : 2
}

/** Ages and intervals in the client's mean dwell times. */
export function updateBehaviour(
  { regular, bursts }: Behaviour,
  seen: { readonly age: number; readonly interval: number; readonly changed: boolean },
): Behaviour {
  const byChance = logLikelihood(seen.interval, seen.changed)
  const add = (sum: number, { shape, scale }: typeof REGULAR): number => {
    const upTo = (age: number): number => (age * scale) ** shape
    const passed = upTo(seen.age + seen.interval) - upTo(seen.age)
    const gain = logLikelihood(passed, seen.changed) - byChance
    return clamp(KEPT * sum + clamp(gain, MOST_EACH), MOST)
  }
  return { regular: add(regular, REGULAR), bursts: add(bursts, BURSTS) }
}

/** The mean hazard of a kind's law over an age bucket. */
export function kindHazard(kind: Kind, bucket: number): number {
  if (kind === 0) return 1
  const { shape, scale } = kind === 1 ? REGULAR : BURSTS
  const from = AGE_EDGES[bucket] ?? 0
  const to = AGE_EDGES[bucket + 1] ?? 2 * from
  return ((to * scale) ** shape - (from * scale) ** shape) / (to - from)
}

const logLikelihood = (hazardPassed: number, changed: boolean): number =>
  changed ? Math.log(Math.max(1e-9, -Math.expm1(-hazardPassed))) : -hazardPassed

const clamp = (value: number, most: number): number => Math.min(most, Math.max(-most, value))
