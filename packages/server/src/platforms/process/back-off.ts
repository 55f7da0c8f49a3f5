/** How long an instance that ended unasked waits for its next start, and when that is given up. */
import { durationMs, minutes, seconds, type DurationMs } from '@holdfast/core/units'

/** Short enough that one crash is hardly noticed. */
const FIRST_WAIT: DurationMs = durationMs(500)

/** Long enough that a program that always crashes costs next to nothing. */
const LONGEST_WAIT: DurationMs = seconds(30)

/** An instance that ran this long is taken to be sound: its next failure counts as the first. */
export const SOUND_AFTER: DurationMs = minutes(1)

/** The waits up to here add up to a minute; an instance that fails on is for the control loop to replace. */
export const FAILURES_IN_A_ROW = 8

/** Doubles with each failure in a row, of which the first is 1. */
export function backOff(failures: number): DurationMs {
  return durationMs(Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1)))
}
