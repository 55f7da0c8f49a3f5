/**
 * Keeps the updates of a whole watch at its budget with one figure: the price of an update. An interval grows with the root
 * of its price, so that each client has a size, the rate that it would have at a price of one; sizes hardly depend on the
 * price, they add up, and the price of any budget follows from their sum at once. What is left is corrected slowly.
 */

/** Every so long it is decided anew. */
export const PRICE_STEP_MS = 5_000

/** From a millisecond to a month of wrongness an update. */
const LEAST_PRICE_MS = 1
const MOST_PRICE_MS = 2.6e9

/** In updates a second at a price of one millisecond. */
export const sizeOf = (intervalMs: number, priceMs: number): number =>
  (1_000 * Math.sqrt(priceMs)) / intervalMs

/** At which clients of these sizes together send so many updates a second. */
export const priceFor = (sizes: number, perSecond: number): number =>
  perSecond > 0 ? within((sizes / perSecond) ** 2) : MOST_PRICE_MS

/** Of the way, in the time in which clients come once: where sizes do depend on the price, they must be heard in between. */
const FOLLOWS = 3
const MOST_AT_ONCE = 0.5

export function nextPrice(priceMs: number, wantedMs: number, intervalMs: number): number {
  const share = Math.min(MOST_AT_ONCE, (FOLLOWS * PRICE_STEP_MS) / intervalMs)
  return within(priceMs * (wantedMs / priceMs) ** share)
}

const GAIN = 0.03
const MOST_CORRECTION = 2
/** A silent watch counts as this share of its budget, as nothing has no logarithm. */
const LEAST_SHARE = 0.5

/** By what the budget is divided before the price is found, so that what comes is the budget. */
export function nextCorrection(correction: number, perSecond: number, budget: number): number {
  if (!(budget > 0)) return correction
  const off = Math.min(1 / LEAST_SHARE, Math.max(LEAST_SHARE, perSecond / budget))
  return Math.min(MOST_CORRECTION, Math.max(1 / MOST_CORRECTION, correction * off ** GAIN))
}

const within = (priceMs: number): number => Math.min(MOST_PRICE_MS, Math.max(LEAST_PRICE_MS, priceMs))
