/**
 * Holds shares of a whole as numbers from 0 to 1, and how people write them: `90 %`, `99.9%`, `0.9`.
 */
import { branded } from './brand.ts'
import type { Brand } from './brand.ts'
import { plainDecimal } from './decimal.ts'
import { quoted, splitQuantity } from './quantity-text.ts'
import { ok, refuse } from './result.ts'
import type { Parsed } from './result.ts'

export type Ratio = Brand<number, 'Ratio'>

/** A ratio outside 0..1 is a programmer's error; texts of people go through `parseRatio`. */
export function ratio(value: number): Ratio {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`A ratio must be from 0 to 1, not ${value}`)
  return branded<Ratio>(value + 0)
}

/** Reads `90 %`, `99.9%`, `0.9` or the number 0.9. */
export function parseRatio(input: string | number): Parsed<Ratio> {
  if (typeof input === 'number') return within(input, String(input))
  const quantity = splitQuantity(input)
  if (quantity === undefined || (quantity.unit !== '' && quantity.unit !== '%')) return malformed(input)
  const sign = quantity.negative ? '-' : ''
  // The exponent lets the number's own parser divide by a hundred, which rounds once and rightly.
  const exponent = quantity.unit === '%' ? 'e-2' : ''
  return within(Number(`${sign}${quantity.digits}${exponent}`), input)
}

/** In per cent, with as many decimals as it has: `99.9 %`. */
export function formatRatio(value: Ratio): string {
  return `${plainDecimal(value, 2)} %`
}

function within(value: number, text: string): Parsed<Ratio> {
  if (value >= 0 && value <= 1) return ok(ratio(value))
  const isPercentage = value > 1 && value <= 100 && !text.includes('%')
  const suggestion = isPercentage ? `Did you mean ${text.trim()} %? ` : ''
  return refuse(
    'ratio-outside',
    `The ratio ${quoted(text)} is not between 0 and 1.`,
    `${suggestion}Write 0 % to 100 %, such as 90 % or 0.9.`,
  )
}

function malformed(text: string): Parsed<never> {
  return refuse(
    'ratio-malformed',
    `${quoted(text)} is not a ratio.`,
    'Write a percentage, such as 90 %, or a number from 0 to 1, such as 0.9.',
  )
}
