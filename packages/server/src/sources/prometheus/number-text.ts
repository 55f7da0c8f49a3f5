/**
 * Numbers as Prometheus writes them, read out of bytes without making a text of each. What is short enough is exact by
 * arithmetic alone: up to 2^53 times or by a power of ten up to 10^22; the rest is left to the language.
 */

/** What a number read came to, beside its value: kept by the caller, so that nothing is made for each. */
export interface NumberEnd {
  /** Behind its last byte; NOT_READ where no number was there. */
  end: number
}

export const NOT_READ = -1

const [NEWLINE, PLUS, MINUS, DOT] = [0x0a, 0x2b, 0x2d, 0x2e] as const
const [ZERO, NINE, LOWER_E, LOWER_CASE] = [0x30, 0x39, 0x65, 0x20] as const

const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`))
const LONGEST_TEXT = 400

/** A number that ends where a blank, a line or the bytes end. */
export function readNumber(bytes: Uint8Array, start: number, limit: number, into: NumberEnd): number {
  const from = pastSign(bytes, start)
  let mantissa = readDigits(0, bytes, from, limit, into)
  let digits = into.end - from
  let exponent = 0
  if (byteAt(bytes, into.end, limit) === DOT) {
    const whole = into.end + 1
    mantissa = readDigits(mantissa, bytes, whole, limit, into)
    exponent = whole - into.end
    digits -= exponent
  }
  if (digits === 0) return readWord(bytes, start, limit, into)
  if ((byteAt(bytes, into.end, limit) | LOWER_CASE) === LOWER_E)
    exponent += readExponent(bytes, into.end + 1, limit, into)
  if (into.end === NOT_READ || !isBlank(byteAt(bytes, into.end, limit))) {
    into.end = NOT_READ
    return Number.NaN
  }
  if (mantissa > Number.MAX_SAFE_INTEGER || Math.abs(exponent) >= POWERS.length)
    return byText(bytes, start, into.end)
  const power = POWERS[Math.abs(exponent)] ?? 1
  const value = exponent < 0 ? mantissa / power : mantissa * power
  return bytes[start] === MINUS ? -value : value
}

/** Behind the last one it is as if the line had ended. */
const byteAt = (bytes: Uint8Array, at: number, limit: number): number =>
  at < limit ? (bytes[at] ?? NEWLINE) : NEWLINE

const pastSign = (bytes: Uint8Array, start: number): number =>
  bytes[start] === PLUS || bytes[start] === MINUS ? start + 1 : start

/** What the digits make of what came before them. */
function readDigits(
  before: number,
  bytes: Uint8Array,
  start: number,
  limit: number,
  into: NumberEnd,
): number {
  let value = before
  let i = start
  for (; i < limit; i++) {
    const byte = bytes[i] ?? 0
    if (byte < ZERO || byte > NINE) break
    value = value * 10 + (byte - ZERO)
  }
  into.end = i
  return value
}

/** Blank, tab, end of line. */
export const isBlank = (byte: number): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x09 || byte === 0x0d

function readExponent(bytes: Uint8Array, start: number, limit: number, into: NumberEnd): number {
  const from = pastSign(bytes, start)
  const exponent = readDigits(0, bytes, from, limit, into)
  if (into.end === from) into.end = NOT_READ
  return bytes[start] === MINUS ? -exponent : exponent
}

function byText(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > LONGEST_TEXT) return Number.NaN
  return Number(latin1(bytes, start, end))
}

const WORDS: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Infinity],
  ['infinity', Infinity],
])

function readWord(bytes: Uint8Array, start: number, limit: number, into: NumberEnd): number {
  let end = start
  while (end < limit && end - start < 10 && !isBlank(bytes[end] ?? 0)) end++
  const text = latin1(bytes, start, end).toLowerCase()
  const value = WORDS.get(text.replace(/^[+-]/, ''))
  into.end = value === undefined ? NOT_READ : end
  if (value === undefined) return Number.NaN
  return text.startsWith('-') ? -value : value
}

const latin1 = (bytes: Uint8Array, start: number, end: number): string =>
  String.fromCharCode(...bytes.subarray(start, end))
