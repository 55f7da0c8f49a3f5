/** Figures for people: as few digits as say something, and never rounded into the good. */
import { NOTHING } from './table.ts'

/** How the figures of one column are written, which are read against each other. */
type WriteFigures = (values: readonly (number | null)[]) => readonly string[]

/** As `figure` writes them, but all with as many digits after the point as the one that needs most. */
export const figures: WriteFigures = (values) => {
  const places = mostPlaces(values.map(figure))
  return values.map((value) => (value === null ? NOTHING : value.toFixed(places)))
}

/** As `percent` writes them, rounded down, all with as many digits after the point as the one that needs most. */
export const percents: WriteFigures = (ratios) => {
  const places = mostPlaces(ratios.map(percent))
  return ratios.map((ratio) => (ratio === null ? NOTHING : flooredPercent(ratio, places).toFixed(places)))
}

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
  return trimmed(flooredPercent(ratio, ratio > 0.99 ? 3 : 1).toFixed(3))
}

function flooredPercent(ratio: number, places: number): number {
  // Fifteen digits first: 0.57 · 100 is 56.999999999999993 otherwise.
  const exact = Number((ratio * 100).toPrecision(15))
  return Math.floor(Number((exact * 10 ** places).toPrecision(15))) / 10 ** places
}

const mostPlaces = (texts: readonly string[]): number =>
  Math.max(0, ...texts.map((text) => text.split('.')[1]?.length ?? 0))

export function count(amount: number, word: string): string {
  return `${amount} ${word}${amount === 1 ? '' : 's'}`
}

function trimmed(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits
}
