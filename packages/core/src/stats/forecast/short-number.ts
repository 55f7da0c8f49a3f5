/**
 * Numbers that are kept from tick to tick are cut to a few digits, so that a state stays small as text. What is
 * cut is far below what chance does to counts.
 */

/** Enough that a mean over 15 minutes still moves with each second's count. */
const KEPT_DIGITS = 7

export function short(value: number, digits: number = KEPT_DIGITS): number {
  if (value === 0 || !Number.isFinite(value)) return 0
  // Adding 0 makes of −0, which JSON does not know, a 0.
  const places = digits - 1 - Math.floor(Math.log10(Math.abs(value)))
  // Powers of ten from 0 to 22 are exact, so that what is divided by one prints with few digits.
  if (places >= 0 && places <= 22) {
    const scale = 10 ** places
    return Math.round(value * scale) / scale + 0
  }
  if (places > 22) return 0
  const scale = 10 ** -places
  return Math.round(value / scale) * scale + 0
}
