/**
 * Holds how often something happens, as a number per second, and how people write it: `10/s`, `600/min`, `36/h`.
 */
import { branded } from './brand.ts'
import type { Brand } from './brand.ts'
import { plainDecimal } from './decimal.ts'
import { didYouMean, quoted, splitQuantity } from './quantity-text.ts'
import { ok, refuse } from './result.ts'
import type { Parsed } from './result.ts'

export type PerSecond = Brand<number, 'PerSecond'>

const UNITS: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['sec', 1],
  ['m', 60],
  ['min', 60],
  ['h', 3_600],
  ['d', 86_400],
])

const SIGNIFICANT_DIGITS = 14
const ROUGH_DIGITS = 3

const UNIT_LIST = '/s, /sec, /m, /min, /h, /d'

const SPELLINGS: Readonly<Record<string, string>> = {
  s: '/s',
  sec: '/s',
  second: '/s',
  seconds: '/s',
  min: '/min',
  minute: '/min',
  minutes: '/min',
  h: '/h',
  hr: '/h',
  hour: '/h',
  hours: '/h',
  d: '/d',
  day: '/d',
  days: '/d',
}

/** A rate that is negative or not finite is a programmer's error. */
export function perSecond(value: number): PerSecond {
  if (!Number.isFinite(value) || value < 0) throw new RangeError(`A rate must be zero or more, not ${value}`)
  return branded<PerSecond>(value)
}

/** Reads `10/s`, `600/min` or `36 / h`. */
export function parseRate(text: string): Parsed<PerSecond> {
  const quantity = splitQuantity(text)
  if (quantity === undefined) return malformed(text)
  if (quantity.negative) return negative(text)
  if (quantity.unit === '') return unitless(text)
  const match = /^\/\s*(\S+)$/.exec(quantity.unit)
  if (match === null) return malformed(text)
  const unit = match[1] ?? ''
  const unitSeconds = UNITS.get(unit)
  if (unitSeconds === undefined) return unknownUnit(text, unit)
  return ok(perSecond(Number(quantity.digits) / unitSeconds))
}

/** Per second, minute, hour or day, whichever takes the fewest digits and reads back as the same rate. */
export function formatRate(rate: PerSecond): string {
  let shortest = plainDecimal(rate)
  let shortestUnit = 's'
  for (const unit of ['min', 'h', 'd']) {
    const unitSeconds = UNITS.get(unit) ?? 1
    // Rounding takes off the noise of the multiplication; the text counts only if it reads back exactly.
    const count = Number((rate * unitSeconds).toPrecision(SIGNIFICANT_DIGITS))
    const text = plainDecimal(count)
    if (count / unitSeconds === rate && text.length < shortest.length) {
      shortest = text
      shortestUnit = unit
    }
  }
  return `${shortest}/${shortestUnit}`
}

/** For sentences: three digits, in the unit in which the number is neither tiny nor long. */
export function roughRate(rate: PerSecond): string {
  const unit = rate === 0 || rate >= 0.1 ? 's' : rate * 60 >= 0.1 ? 'min' : 'h'
  return `${plainDecimal(Number((rate * (UNITS.get(unit) ?? 1)).toPrecision(ROUGH_DIGITS)))}/${unit}`
}

function malformed(text: string): Parsed<never> {
  return refuse(
    'rate-malformed',
    `${quoted(text)} is not a rate.`,
    'Write a number, a slash and a unit of time, such as 10/s or 600/min.',
  )
}

function negative(text: string): Parsed<never> {
  return refuse(
    'rate-negative',
    `The rate ${quoted(text)} is negative.`,
    'Write a rate of zero or more, such as 10/s.',
  )
}

function unitless(text: string): Parsed<never> {
  const number = text.trim()
  return refuse(
    'rate-without-unit',
    `The rate ${quoted(text)} has no unit.`,
    `Say the unit, such as ${number}/s or ${number}/min.`,
  )
}

function unknownUnit(text: string, unit: string): Parsed<never> {
  return refuse(
    'rate-unknown-unit',
    `The rate ${quoted(text)} has the unknown unit ${quoted(`/${unit}`)}.`,
    `${didYouMean(unit, SPELLINGS)}The units are ${UNIT_LIST}, such as in 10/s.`,
  )
}
