/**
 * A mean that forgets: what was counted a memory ago weighs 1/e. It fades by the clock but only what was seen
 * counts, so a gap leaves the value as it is and makes what comes after it weigh more.
 */
import { short } from './short-number.ts'

export interface FadingMean {
  readonly sum: number
  readonly weight: number
}

export const noMean: FadingMean = { sum: 0, weight: 0 }

/** Below this weight nothing is known any more. */
const FORGOTTEN = 1e-4

export function fade(
  before: FadingMean,
  value: number,
  { gapMs, ms, memoryMs }: { readonly gapMs: number; readonly ms: number; readonly memoryMs: number },
): FadingMean {
  const kept = Math.exp(-(gapMs + ms) / memoryMs)
  const added = 1 - Math.exp(-ms / memoryMs)
  return { sum: short(before.sum * kept + value * added), weight: short(before.weight * kept + added) }
}

export function meanOf({ sum, weight }: FadingMean): number | null {
  return weight < FORGOTTEN ? null : sum / weight
}

/** The time over which a plain mean would have as little chance in it: twice the memory once that is full. */
export function basedOnMs({ weight }: FadingMean, memoryMs: number): number {
  return weight >= 1 ? 2 * memoryMs : (2 * memoryMs * weight) / (2 - weight)
}
