/**
 * What the platform does with an instance that ends unasked, as the process platform does: it starts it again
 * after a wait that doubles with each failure in a row, and gives it up after several.
 */

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000

/** Who ran that long is taken to be sound: the next failure counts as the first. */
const SOUND_AFTER_MS = 60_000

const FAILURES_IN_A_ROW = 8

/** Failures in a row, with the one that just happened. */
export const failuresAfter = (before: number, ranMs: number): number =>
  ranMs >= SOUND_AFTER_MS ? 1 : before + 1

/** Null when it is given up. */
export const restartWaitMs = (failures: number): number | null =>
  failures >= FAILURES_IN_A_ROW ? null : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1))
