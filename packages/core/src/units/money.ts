/**
 * Holds amounts of money as whole micro-units of a currency, and prices per instance-hour.
 * Nothing here touches a floating-point number; amounts of different currencies never mix.
 */
import { branded } from './brand.ts'
import type { Brand } from './brand.ts'
import { formatScaled, scaleDecimal } from './decimal.ts'
import type { DurationMs } from './duration.ts'
import { quoted, splitQuantity } from './quantity-text.ts'
import { fail, ok, refuse } from './result.ts'
import type { Parsed, Result } from './result.ts'
import { divideRounded } from './rounding.ts'
import type { Rounding } from './rounding.ts'

/** Millionths of a currency's unit. */
export type Micros = Brand<bigint, 'Micros'>

/** An amount of a ledger; negative for refunds and credits. */
export type Money = { readonly currency: string; readonly micros: Micros }

/** The price of one instance for one hour. */
export type HourlyPrice = { readonly currency: string; readonly microsPerHour: Micros }

export type CurrencyMismatch = {
  readonly code: 'currency-mismatch'
  readonly message: string
  readonly left: string
  readonly right: string
}

const MICROS_PER_UNIT = 1_000_000n
const MICRO_PLACES = 6
const MS_PER_HOUR = 3_600_000n

/** Amounts show at least cents, as people expect. */
const LEAST_PLACES = 2

export function micros(value: bigint): Micros {
  return branded<Micros>(value)
}

export function money(amount: bigint, currency: string): Money {
  return { currency, micros: micros(amount) }
}

/** Reads `0.05 EUR` or `-3 USD`, exact to the micro-unit. */
export function parseMoney(text: string): Parsed<Money> {
  const quantity = splitQuantity(text)
  if (quantity === undefined) return malformed(text)
  const { negative, digits, unit } = quantity
  if (unit === '') return withoutCurrency(text)
  if (!/^[A-Z]{3}$/.test(unit)) return badCurrency(text, unit)
  const amount = scaleDecimal(digits, MICROS_PER_UNIT)
  if (amount === undefined) return tooFine(text)
  return ok(money(negative ? -amount : amount, unit))
}

export function formatMoney(amount: Money): string {
  return `${formatScaled(amount.micros, MICRO_PLACES, LEAST_PLACES)} ${amount.currency}`
}

export function addMoney(left: Money, right: Money): Result<Money, CurrencyMismatch> {
  if (left.currency !== right.currency) {
    const message = `Amounts in ${left.currency} and ${right.currency} cannot be added.`
    return fail({ code: 'currency-mismatch', message, left: left.currency, right: right.currency })
  }
  return ok(money(left.micros + right.micros, left.currency))
}

/** `amount` × `numerator` ÷ `denominator`. */
export function scaleMoney(amount: Money, numerator: bigint, denominator: bigint, rounding: Rounding): Money {
  return money(divideRounded(amount.micros * numerator, denominator, rounding), amount.currency)
}

/** Reads `0.05 EUR/h`. */
export function parseHourlyPrice(text: string): Parsed<HourlyPrice> {
  const match = /^(.*?)\s*\/\s*(\S+)$/.exec(text.trim())
  if (match === null) return withoutHour(text)
  const [, amountText = '', unit = ''] = match
  if (unit !== 'h') return badPriceUnit(text, unit)
  const amount = parseMoney(amountText)
  if (!amount.ok) return amount
  if (amount.value.micros < 0n) return negativePrice(text)
  return ok({ currency: amount.value.currency, microsPerHour: amount.value.micros })
}

export function formatHourlyPrice(price: HourlyPrice): string {
  return `${formatMoney(money(price.microsPerHour, price.currency))}/h`
}

/** What `instances` (a whole number) cost for `duration`, rounded half-even to the micro-unit. */
export function costOf(price: HourlyPrice, duration: DurationMs, instances: number): Money {
  const instanceMs = BigInt(duration) * BigInt(instances)
  return scaleMoney(money(price.microsPerHour, price.currency), instanceMs, MS_PER_HOUR, 'half-even')
}

function malformed(text: string): Parsed<never> {
  return refuse(
    'money-malformed',
    `${quoted(text)} is not an amount of money.`,
    'Write a number and a currency, such as 0.05 EUR.',
  )
}

function withoutCurrency(text: string): Parsed<never> {
  return refuse(
    'money-without-currency',
    `The amount ${quoted(text)} has no currency.`,
    `Say the currency, such as ${text.trim()} EUR.`,
  )
}

function badCurrency(text: string, currency: string): Parsed<never> {
  const upper = currency.toUpperCase()
  const suggestion = /^[A-Z]{3}$/.test(upper) ? `Did you mean "${upper}"? ` : ''
  return refuse(
    'money-unknown-currency',
    `The amount ${quoted(text)} has the unknown currency ${quoted(currency)}.`,
    `${suggestion}Write the three capital letters of ISO 4217, such as 0.05 EUR.`,
  )
}

function tooFine(text: string): Parsed<never> {
  return refuse(
    'money-too-fine',
    `The amount ${quoted(text)} has more than six decimals.`,
    'Write at most six, such as 0.000001 EUR.',
  )
}

function withoutHour(text: string): Parsed<never> {
  return refuse(
    'price-without-unit',
    `The price ${quoted(text)} does not say for how long.`,
    'Say that it is by the hour, such as 0.05 EUR/h.',
  )
}

function badPriceUnit(text: string, unit: string): Parsed<never> {
  return refuse(
    'price-unknown-unit',
    `The price ${quoted(text)} has the unknown unit ${quoted(`/${unit}`)}.`,
    'Prices are by the hour: write /h, such as 0.05 EUR/h.',
  )
}

function negativePrice(text: string): Parsed<never> {
  return refuse(
    'price-negative',
    `The price ${quoted(text)} is negative.`,
    'Write a price of zero or more, such as 0.05 EUR/h.',
  )
}
