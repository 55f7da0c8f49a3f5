/**
 * Holds amounts of data as whole bytes, and how people write them: `256 MiB` by 1024, `1 GB` by 1000.
 */
import { branded } from './brand.ts'
import type { Brand } from './brand.ts'
import { formatScaled, scaleDecimal } from './decimal.ts'
import { didYouMean, quoted, splitQuantity } from './quantity-text.ts'
import { ok, refuse } from './result.ts'
import type { Parsed } from './result.ts'
import { whole } from './whole.ts'

export type Bytes = Brand<number, 'Bytes'>

/** Largest first, as formatting takes the first that fits. */
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['TiB', 1n << 40n],
  ['TB', 10n ** 12n],
  ['GiB', 1n << 30n],
  ['GB', 10n ** 9n],
  ['MiB', 1n << 20n],
  ['MB', 10n ** 6n],
  ['KiB', 1n << 10n],
  ['kB', 10n ** 3n],
  ['B', 1n],
])

const UNIT_LIST = 'B, kB, MB, GB, TB, KiB, MiB, GiB, TiB'

const SPELLINGS: Readonly<Record<string, string>> = {
  b: 'B',
  byte: 'B',
  bytes: 'B',
  k: 'kB',
  kb: 'kB',
  m: 'MB',
  mb: 'MB',
  g: 'GB',
  gb: 'GB',
  t: 'TB',
  tb: 'TB',
  ki: 'KiB',
  kib: 'KiB',
  mi: 'MiB',
  mib: 'MiB',
  gi: 'GiB',
  gib: 'GiB',
  ti: 'TiB',
  tib: 'TiB',
}

/** Rounds to a whole byte. */
export function bytes(value: number): Bytes {
  return branded<Bytes>(whole(value, 'An amount of data'))
}

/** Reads `256MiB`, `1 GB` or `512 KiB`. */
export function parseBytes(text: string): Parsed<Bytes> {
  const quantity = splitQuantity(text)
  if (quantity === undefined) return malformed(text)
  if (quantity.negative) return negative(text)
  if (quantity.unit === '') return unitless(text)
  const scale = UNITS.get(quantity.unit === 'KB' ? 'kB' : quantity.unit)
  if (scale === undefined) return unknownUnit(text, quantity.unit)
  const value = scaleDecimal(quantity.digits, scale)
  if (value === undefined) return tooFine(text)
  return Number.isSafeInteger(Number(value)) ? ok(bytes(Number(value))) : tooLarge(text)
}

/** The largest unit that shows the exact amount with at most two decimals: `1.5 GiB`. */
export function formatBytes(amount: Bytes): string {
  const exact = BigInt(amount)
  for (const [unit, scale] of UNITS) {
    const hundredths = exact * 100n
    if (exact >= scale && hundredths % scale === 0n) return `${formatScaled(hundredths / scale, 2)} ${unit}`
  }
  return `${exact} B`
}

function malformed(text: string): Parsed<never> {
  return refuse(
    'bytes-malformed',
    `${quoted(text)} is not an amount of data.`,
    'Write a number and a unit, such as 256 MiB or 1 GB.',
  )
}

function negative(text: string): Parsed<never> {
  return refuse(
    'bytes-negative',
    `The amount of data ${quoted(text)} is negative.`,
    'Write zero or more, such as 256 MiB.',
  )
}

function unitless(text: string): Parsed<never> {
  const number = text.trim()
  return refuse(
    'bytes-without-unit',
    `The amount of data ${quoted(text)} has no unit.`,
    `Say the unit, such as ${number} MiB or ${number} B.`,
  )
}

function unknownUnit(text: string, unit: string): Parsed<never> {
  return refuse(
    'bytes-unknown-unit',
    `The amount of data ${quoted(text)} has the unknown unit ${quoted(unit)}.`,
    `${didYouMean(unit, SPELLINGS)}The units are ${UNIT_LIST}, such as in 256 MiB.`,
  )
}

function tooFine(text: string): Parsed<never> {
  return refuse(
    'bytes-too-fine',
    `The amount of data ${quoted(text)} is not a whole number of bytes.`,
    'Write one that is, such as 1.5 KiB.',
  )
}

function tooLarge(text: string): Parsed<never> {
  return refuse(
    'bytes-too-large',
    `The amount of data ${quoted(text)} is too large to be exact.`,
    'Write at most 9000 TB.',
  )
}
