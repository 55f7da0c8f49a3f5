/**
 * The average over a time that Knative's autoscaler keeps of each metric: seconds in a ring, of which those that
 * lie within the window count (`bucketing.go`, linear).
 */
import type { EpochMs } from '@holdfast/core/units'

export interface Reading {
  readonly at: EpochMs
  readonly value: number
}

const BUCKET_MS = 1_000

/** One reading a second at most; the longest window bounds what is kept. */
export function addReading(
  readings: readonly Reading[],
  reading: Reading,
  keepMs: number,
): readonly Reading[] {
  return [...readings.filter(({ at }) => at > reading.at - keepMs), reading]
}

/**
 * Mean over the window's seconds, or over those since the first reading while there are fewer. Each reading
 * stands for the seconds since the one before it; with nothing of late it is 0.
 */
export function windowAverage(readings: readonly Reading[], windowMs: number, now: EpochMs): number {
  const last = readings.at(-1)
  if (last === undefined || now - last.at >= windowMs) return 0
  let sum = 0
  let weights = 0
  for (const [i, { at, value }] of readings.entries()) {
    if (at <= now - windowMs) continue
    const before = readings[i - 1]?.at ?? at - BUCKET_MS
    const weight = at - Math.max(before, now - windowMs)
    sum += value * weight
    weights += weight
  }
  return sum / weights
}
