/** Figures for people: as few digits as say something, and never rounded into the good. */
import { NOTHING } from './table.ts'

/** Two digits after the point below 10, one below 1,000, none above; zeros at the end are left out. */
export function figure(value: number | null): string {
  if (value === null) return NOTHING
  const size = Math.abs(value)
  const places = size < 10 ? 2 : size < 1_000 ? 1 : 0
  return trimmed(value.toFixed(places))
}

/**
 * In per cent without the sign: one digit after the point, three above 99, where they make the difference.
 * Rounded down, so that 99.9996 % never reads as 100.
 */
export function percent(ratio: number | null): string {
  if (ratio === null) return NOTHING
  // Fifteen digits first: 0.57 · 100 is 56.999999999999993 otherwise.
  const exact = Number((ratio * 100).toPrecision(15))
  const scale = exact > 99 ? 1_000 : 10
  return trimmed((Math.floor(exact * scale) / scale).toFixed(3))
}

export function count(amount: number, word: string): string {
  return `${amount} ${word}${amount === 1 ? '' : 's'}`
}

function trimmed(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits
}
