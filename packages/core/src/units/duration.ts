/**
 * Holds lengths of time as whole milliseconds, and how people write them: `250ms`, `1.5s`, `1h30m`, `7d`.
 * A parsed duration is never negative and never rounded; a text that needs rounding is refused.
 */
import { branded } from './brand.ts'
import type { Brand } from './brand.ts'
import { formatScaled, scaleDecimal } from './decimal.ts'
import { didYouMean, quoted, splitQuantity } from './quantity-text.ts'
import { ok, refuse } from './result.ts'
import type { Parsed } from './result.ts'
import { whole } from './whole.ts'

export type DurationMs = Brand<number, 'DurationMs'>

const MS_PER_SECOND = 1_000
const MS_PER_MINUTE = 60_000
const MS_PER_HOUR = 3_600_000
const MS_PER_DAY = 86_400_000

const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', MS_PER_SECOND],
  ['sec', MS_PER_SECOND],
  ['m', MS_PER_MINUTE],
  ['min', MS_PER_MINUTE],
  ['h', MS_PER_HOUR],
  ['d', MS_PER_DAY],
  ['w', 7 * MS_PER_DAY],
])

const UNIT_LIST = 'ms, s, sec, m, min, h, d, w'

const SPELLINGS: Readonly<Record<string, string>> = {
  ms: 'ms',
  msec: 'ms',
  millis: 'ms',
  millisecond: 'ms',
  milliseconds: 'ms',
  s: 's',
  sec: 's',
  second: 's',
  seconds: 's',
  m: 'm',
  min: 'min',
  minute: 'min',
  minutes: 'min',
  h: 'h',
  hr: 'h',
  hrs: 'h',
  hour: 'h',
  hours: 'h',
  d: 'd',
  day: 'd',
  days: 'd',
  w: 'w',
  week: 'w',
  weeks: 'w',
}

/** Rounds to a whole millisecond. */
export function durationMs(value: number): DurationMs {
  return branded<DurationMs>(whole(value, 'A duration'))
}

export function milliseconds(count: number): DurationMs {
  return durationMs(count)
}

export function seconds(count: number): DurationMs {
  return durationMs(count * MS_PER_SECOND)
}

export function minutes(count: number): DurationMs {
  return durationMs(count * MS_PER_MINUTE)
}

export function hours(count: number): DurationMs {
  return durationMs(count * MS_PER_HOUR)
}

export function days(count: number): DurationMs {
  return durationMs(count * MS_PER_DAY)
}

/** Reads `100ms`, `1.5s`, `1h30m`, `2 min` or `7d`. */
export function parseDuration(text: string): Parsed<DurationMs> {
  const first = splitQuantity(text)
  if (first === undefined) return malformed(text)
  if (first.negative) return negative(text)
  if (first.unit === '') return unitless(text)

  const pieces =
    text
      .trim()
      .replace(/^\+/, '')
      .match(/\d+(?:\.\d+)?\s*[^\d\s.,]+\s*/g) ?? []
  if (pieces.join('') !== text.trim().replace(/^\+/, '')) return malformed(text)
  let total = 0
  let smallest = Infinity
  for (const piece of pieces) {
    const { digits, unit } = splitQuantity(piece) ?? { digits: '0', unit: piece }
    const unitMs = UNITS.get(unit)
    if (unitMs === undefined) return unknownUnit(text, unit)
    if (unitMs >= smallest) return disordered(text)
    const value = scaleDecimal(digits, BigInt(unitMs))
    if (value === undefined) return tooFine(text)
    total += Number(value)
    smallest = unitMs
  }
  return Number.isSafeInteger(total) ? ok(durationMs(total)) : tooLong(text)
}

/** The shortest exact form with whole larger units: `1h30m`, `250ms`, `1.5s`, `0s`. */
export function formatDuration(duration: DurationMs): string {
  if (duration < 0) return `-${formatDuration(durationMs(0 - duration))}`
  if (duration === 0) return '0s'
  const wholeDays = Math.floor(duration / MS_PER_DAY)
  const wholeHours = Math.floor((duration % MS_PER_DAY) / MS_PER_HOUR)
  const wholeMinutes = Math.floor((duration % MS_PER_HOUR) / MS_PER_MINUTE)
  const rest = duration % MS_PER_MINUTE
  const larger = piece(wholeDays, 'd') + piece(wholeHours, 'h') + piece(wholeMinutes, 'm')
  if (rest === 0) return larger
  return larger + (rest < MS_PER_SECOND ? `${rest}ms` : `${formatScaled(BigInt(rest), 3)}s`)
}

function piece(count: number, unit: string): string {
  return count === 0 ? '' : `${count}${unit}`
}

function malformed(text: string): Parsed<never> {
  return refuse(
    'duration-malformed',
    `${quoted(text)} is not a duration.`,
    'Write a number and a unit, such as 250ms, 1.5s or 1h30m.',
  )
}

function negative(text: string): Parsed<never> {
  return refuse(
    'duration-negative',
    `The duration ${quoted(text)} is negative.`,
    'Write a duration of zero or more, such as 5s.',
  )
}

function unitless(text: string): Parsed<never> {
  const number = text.trim()
  return refuse(
    'duration-without-unit',
    `The duration ${quoted(text)} has no unit.`,
    `Say the unit, such as ${number}ms or ${number}s.`,
  )
}

function unknownUnit(text: string, unit: string): Parsed<never> {
  return refuse(
    'duration-unknown-unit',
    `The duration ${quoted(text)} has the unknown unit ${quoted(unit)}.`,
    `${didYouMean(unit, SPELLINGS)}The units are ${UNIT_LIST}, such as in 10s.`,
  )
}

function disordered(text: string): Parsed<never> {
  return refuse(
    'duration-disordered',
    `The units of the duration ${quoted(text)} are not in falling order.`,
    'Write each unit once, the largest first, such as 1h30m.',
  )
}

function tooFine(text: string): Parsed<never> {
  return refuse(
    'duration-too-fine',
    `The duration ${quoted(text)} is not a whole number of milliseconds.`,
    'Write a duration that is, such as 1ms or 1.5s.',
  )
}

function tooLong(text: string): Parsed<never> {
  return refuse(
    'duration-too-long',
    `The duration ${quoted(text)} is too long to be exact to the millisecond.`,
    'Write a shorter one, such as 365d.',
  )
}
