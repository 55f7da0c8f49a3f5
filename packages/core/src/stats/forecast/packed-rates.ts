/**
 * A series of rates in two characters each, so that a day and a week of them fit into a small state. A rate is
 * kept as its logarithm in steps of two thirds of a percent; a place where nothing was seen is kept as such.
 */

/** Two letters a rate. */
export type PackedRates = string

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const CODES = LETTERS.length ** 2
const STEPS = 150
/** The logarithm of code 1: one arrival in two days, which is as good as none. */
const LEAST = -12

const digitOf: readonly number[] = Array.from({ length: 128 }, (_, code) =>
  Math.max(0, LETTERS.indexOf(String.fromCharCode(code))),
)
const rateOfCode: readonly number[] = Array.from({ length: CODES }, (_, code) =>
  code <= 1 ? 0 : Math.exp(LEAST + (code - 1) / STEPS),
)

export function packRate(rate: number | null): PackedRates {
  return letters(rate === null ? 0 : codeOf(rate))
}

function codeOf(rate: number): number {
  if (!(rate > 0)) return 1
  return Math.max(1, Math.min(CODES - 1, 1 + Math.round((Math.log(rate) - LEAST) * STEPS)))
}

const letters = (code: number): string => LETTERS.charAt(code >> 6) + LETTERS.charAt(code & 63)

export const unknownRates = (length: number): PackedRates => packRate(null).repeat(length)

/** Null where nothing is known, also beyond the ends. */
export function rateAt(packed: PackedRates, index: number): number | null {
  if (index < 0 || 2 * index >= packed.length) return null
  const high = digitOf[packed.charCodeAt(2 * index)] ?? 0
  const low = digitOf[packed.charCodeAt(2 * index + 1)] ?? 0
  const code = high * 64 + low
  return code === 0 ? null : (rateOfCode[code] ?? null)
}

export function withRate(packed: PackedRates, index: number, rate: number): PackedRates {
  return packed.slice(0, 2 * index) + packRate(rate) + packed.slice(2 * index + 2)
}

export const lengthOf = (packed: PackedRates): number => packed.length / 2
