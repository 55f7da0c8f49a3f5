/**
 * Holds the reading of cumulative counters, which only grow until their process starts anew at zero.
 */

/** How much was counted between two readings; a smaller later reading means a restart, and all of it is new. */
export function counterIncrease(before: number, after: number): number {
  return after >= before ? after - before : after
}
