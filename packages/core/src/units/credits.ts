/**
 * Holds resource credits as whole thousandths, so that balances add up exactly.
 * One credit is one vCPU-minute above baseline, or its network or io counterpart.
 */
import { branded } from './brand.ts'
import type { Brand } from './brand.ts'
import { formatScaled, scaleDecimal } from './decimal.ts'
import { quoted, splitQuantity } from './quantity-text.ts'
import { ok, refuse } from './result.ts'
import type { Parsed } from './result.ts'
import { whole } from './whole.ts'

/** A safe integer; negative for what is owed. */
export type MilliCredits = Brand<number, 'MilliCredits'>

const MILLI_PLACES = 3

/** Rounds to a whole thousandth. */
export function milliCredits(value: number): MilliCredits {
  return branded<MilliCredits>(whole(value, 'An amount of credits'))
}

/** Rounds to a whole thousandth. */
export function credits(count: number): MilliCredits {
  return milliCredits(count * 1_000)
}

/** Reads `12.5` or `12.5 credits`. */
export function parseCredits(text: string): Parsed<MilliCredits> {
  const quantity = splitQuantity(text)
  if (quantity === undefined) return malformed(text)
  const { negative, digits, unit } = quantity
  if (unit !== '' && unit !== 'credit' && unit !== 'credits') return unknownUnit(text, unit)
  const thousandths = scaleDecimal(digits, 1_000n)
  if (thousandths === undefined) return tooFine(text)
  const value = Number(thousandths)
  if (!Number.isSafeInteger(value)) return tooLarge(text)
  return ok(milliCredits(negative ? -value : value))
}

export function formatCredits(amount: MilliCredits): string {
  return `${formatScaled(BigInt(amount), MILLI_PLACES)} ${amount === 1_000 ? 'credit' : 'credits'}`
}

function malformed(text: string): Parsed<never> {
  return refuse(
    'credits-malformed',
    `${quoted(text)} is not an amount of credits.`,
    'Write a number, such as 12.5 credits.',
  )
}

function unknownUnit(text: string, unit: string): Parsed<never> {
  return refuse(
    'credits-unknown-unit',
    `The amount of credits ${quoted(text)} has the unknown unit ${quoted(unit)}.`,
    'Write credits or nothing after the number, such as 12.5 credits.',
  )
}

function tooFine(text: string): Parsed<never> {
  return refuse(
    'credits-too-fine',
    `The amount of credits ${quoted(text)} has more than three decimals.`,
    'Write at most three, such as 0.001 credits.',
  )
}

function tooLarge(text: string): Parsed<never> {
  return refuse(
    'credits-too-large',
    `The amount of credits ${quoted(text)} is too large to be exact.`,
    'Write less than 9000000000000 credits.',
  )
}
