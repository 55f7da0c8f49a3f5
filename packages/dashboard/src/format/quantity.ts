/**
 * Quantities as people read them, each with its unit. Shares are never rounded up to a promise that was
 * not kept: 99.996 % is not 100 %.
 */

/** A dash for what is not known yet, never a zero. */
export const UNKNOWN = '–'

const NARROW_SPACE = '\u202f'

export function formatMs(ms: number | null): string {
  if (ms === null) return UNKNOWN
  if (ms >= 60_000) return withUnit(trimmed(ms / 60_000, 1), 'min')
  if (ms >= 1_000) return withUnit(trimmed(ms / 1_000, 2), 's')
  if (ms >= 10 || ms === 0) return withUnit(grouped(Math.round(ms)), 'ms')
  return withUnit(trimmed(ms, 1), 'ms')
}

export function formatRate(perSecond: number | null): string {
  return perSecond === null ? UNKNOWN : `${significant(perSecond)}/s`
}

/** Rounds down, so that only the whole is 100 %. */
export function formatShare(ratio: number | null): string {
  if (ratio === null) return UNKNOWN
  const places = ratio > 0.99 && ratio < 1 ? 2 : 1
  const scale = 10 ** places
  // A promise of 0.999 must not become 99.89 % by the way binary fractions are kept.
  const percent = Math.floor(ratio * 100 * scale + 1e-6) / scale
  return withUnit(trimmed(percent, places), '%')
}

export function formatBudgetLeft(ratio: number | null): string {
  if (ratio === null) return UNKNOWN
  return ratio <= 0
    ? 'none left'
    : `${withUnit(String(Math.max(1, Math.floor(ratio * 100 + 1e-6))), '%')} left`
}

export function formatCount(count: number): string {
  return grouped(Math.round(count))
}

export function formatFactor(factor: number): string {
  return `${trimmed(factor, 1)}×`
}

/** `1 instance`, `2 instances`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** The amount in a price such as `0.15 EUR`, to sort by; 0 where there is none. */
export function amountOf(price: string): number {
  const amount = Number.parseFloat(price)
  return Number.isNaN(amount) ? 0 : amount
}

function withUnit(text: string, unit: string): string {
  return `${text}${NARROW_SPACE}${unit}`
}

function significant(value: number): string {
  if (value === 0) return '0'
  if (value < 0.01) return '<0.01'
  if (value < 1) return trimmed(value, 2)
  return value < 100 ? trimmed(value, 1) : grouped(Math.round(value))
}

function trimmed(value: number, places: number): string {
  const text = value.toFixed(places)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

function grouped(whole: number): string {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ',')
}
