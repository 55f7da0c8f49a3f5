/**
 * Holds a value that goes up and down, integrated over time, so that its mean over any interval is exact
 * however seldom it is read.
 */
import { elapsed, epochMs } from '../units/index.ts'
import type { EpochMs } from '../units/index.ts'

/** `integral` is in value·milliseconds up to `since`, from when on the gauge has had `value`. */
export type Gauge = { readonly integral: number; readonly value: number; readonly since: EpochMs }

export function createGauge(value: number, now: EpochMs): Gauge {
  return { integral: 0, value, since: now }
}

/** A clock that went back adds nothing, and time goes on from the later reading. */
export function setGauge(gauge: Gauge, value: number, now: EpochMs): Gauge {
  const duration = Math.max(0, elapsed(gauge.since, now))
  return {
    integral: gauge.integral + gauge.value * duration,
    value,
    since: epochMs(Math.max(gauge.since, now)),
  }
}

/** The gauge as it is at `now`, its value unchanged; take the mean between two such readings. */
export function readGauge(gauge: Gauge, now: EpochMs): Gauge {
  return setGauge(gauge, gauge.value, now)
}

/** The mean over the time between two readings of one gauge; the later value when no time has passed. */
export function gaugeMean(earlier: Gauge, later: Gauge): number {
  const duration = elapsed(earlier.since, later.since)
  return duration <= 0 ? later.value : (later.integral - earlier.integral) / duration
}
