/**
 * Holds exact arithmetic on decimal texts, so that "0.1" is never a binary fraction on its way to an integer.
 * Texts here have the form `12` or `12.5`: sign and unit have been taken off before.
 */

/** The exact value of `digits` × `scale`, or undefined when that is not a whole number. */
export function scaleDecimal(digits: string, scale: bigint): bigint | undefined {
  const [whole = '0', fraction = ''] = digits.split('.')
  const product = BigInt(whole + fraction) * scale
  const divisor = 10n ** BigInt(fraction.length)
  return product % divisor === 0n ? product / divisor : undefined
}

/** `value` ÷ 10^`places` as the shortest text, but with at least `leastPlaces` decimals. */
export function formatScaled(value: bigint, places: number, leastPlaces: number = 0): string {
  const sign = value < 0n ? '-' : ''
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const fraction = digits
    .slice(digits.length - places)
    .replace(/0+$/, '')
    .padEnd(leastPlaces, '0')
  return fraction === '' ? sign + whole : `${sign}${whole}.${fraction}`
}

/**
 * A non-negative number × 10^`shift` as a plain decimal: the shortest digits that read back as the same number,
 * never with an exponent. The point moves in the text, so no rounding takes place.
 */
export function plainDecimal(value: number, shift: number = 0): string {
  const text = value.toString()
  if (shift === 0 && !text.includes('e')) return text
  const [mantissa = '0', exponent = '0'] = text.split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  const places = fraction.length - Number(exponent) - shift
  const digits = BigInt(whole + fraction)
  return places > 0 ? formatScaled(digits, places) : (digits * 10n ** BigInt(-places)).toString()
}
