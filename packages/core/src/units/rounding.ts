/**
 * Holds division of whole amounts with a named rounding, so that no ledger rounds by accident.
 */

/** `half-even` is unbiased over many amounts; `down` goes towards zero, `up` away from it. */
export type Rounding = 'half-even' | 'down' | 'up'

/** `numerator` ÷ `denominator`. A denominator of zero is a programmer's error and throws. */
export function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const quotient = numerator / denominator
  const remainder = numerator % denominator
  if (remainder === 0n) return quotient
  const awayFromZero = numerator < 0n === denominator < 0n ? quotient + 1n : quotient - 1n
  if (rounding === 'down') return quotient
  if (rounding === 'up') return awayFromZero
  return isNearerAway(quotient, remainder, denominator) ? awayFromZero : quotient
}

function isNearerAway(quotient: bigint, remainder: bigint, denominator: bigint): boolean {
  const doubled = 2n * absolute(remainder)
  const divisor = absolute(denominator)
  return doubled > divisor || (doubled === divisor && quotient % 2n !== 0n)
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value
}
