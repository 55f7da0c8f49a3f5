/**
 * Keeps the updates of a whole watch at its budget with one figure: the price of an update. Dearer updates stretch all
 * intervals where least is lost by it. Integral control in the logarithm, so it settles from any start without a model.
 */

/** Every so long it is decided anew. */
export const PRICE_STEP_MS = 5_000

const GAIN = 0.05
/** At most so much a step, so that one odd rate does not throw the fleet about. */
const MOST_STEP = 0.2
/** From a millisecond to a month of wrongness an update. */
const LEAST_PRICE_MS = 1
const MOST_PRICE_MS = 2.6e9
/** A silent watch counts as this share of its budget, as nothing has no logarithm. */
const LEAST_SHARE = 0.01

/** The next price, in milliseconds of wrongness that an update should save. */
export function nextPrice(
  priceMs: number,
  { perSecond, budget }: { readonly perSecond: number; readonly budget: number },
): number {
  if (!(budget > 0)) return MOST_PRICE_MS
  const off = Math.log(Math.max(LEAST_SHARE, perSecond / budget))
  const step = Math.min(MOST_STEP, Math.max(-MOST_STEP, GAIN * off))
  return Math.min(MOST_PRICE_MS, Math.max(LEAST_PRICE_MS, priceMs * Math.exp(step)))
}
