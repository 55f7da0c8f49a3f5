/**
 * What sources told of a service in the last hour, reading by reading, so that a rule can be tried on it before it is
 * applied. In memory alone and bounded: where there is too much, the oldest goes first.
 */
import type { JoinedReading } from '@holdfast/core/health'
import type { EpochMs } from '@holdfast/core/units'

export interface History {
  add(readings: readonly JoinedReading[], now: EpochMs): void
  /** Those that end in [from, to), tick by tick, the earliest first. */
  between(from: EpochMs, to: EpochMs): readonly (readonly JoinedReading[])[]
  /** Since when nothing is missing; null where nothing was told yet. */
  since(): EpochMs | null
}

const KEPT_MS = 3_600_000
/** Of some hundred bytes each. */
const MAX_READINGS = 100_000

export function createHistory(maxReadings: number = MAX_READINGS): History {
  /** One entry for each tick in which anything was told. */
  const ticks: { readonly at: EpochMs; readonly readings: readonly JoinedReading[] }[] = []
  let held = 0
  return {
    add(readings, now) {
      if (readings.length > 0) {
        ticks.push({ at: now, readings })
        held += readings.length
      }
      while (ticks.length > 1 && (held > maxReadings || now - (ticks[0]?.at ?? now) > KEPT_MS))
        held -= ticks.shift()?.readings.length ?? 0
    },
    between: (from, to) =>
      ticks
        .map(({ readings }) => readings.filter((one) => one.to >= from && one.to < to))
        .filter((readings) => readings.length > 0),
    since: () => ticks[0]?.at ?? null,
  }
}
