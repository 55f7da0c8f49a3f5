/**
 * Holds what all parsers of quantities share: taking a text apart, quoting it in a message, guessing the unit meant.
 */
import { nearest } from './nearest.ts'

/** Longer texts are no quantities; the limit also bounds the work of exact arithmetic. */
const MAX_TEXT_LENGTH = 64

/** Longer texts are cut in messages, so that a message stays one line. */
const MAX_QUOTED_LENGTH = 40

export type QuantityText = { readonly negative: boolean; readonly digits: string; readonly unit: string }

/** Takes `-12.5 EUR` apart; undefined when the text does not begin with a decimal number. */
export function splitQuantity(text: string): QuantityText | undefined {
  if (text.length > MAX_TEXT_LENGTH) return undefined
  const match = /^([+-]?)(\d+(?:\.\d+)?)(?:\s*([^\d\s.,].*))?$/.exec(text.trim())
  if (match === null) return undefined
  return { negative: match[1] === '-', digits: match[2] ?? '', unit: match[3] ?? '' }
}

export function quoted(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text)
}

/** `Did you mean "min"? ` when one of the units or its spelled-out names is near, else nothing. */
export function didYouMean(unit: string, spellings: Readonly<Record<string, string>>): string {
  const near = nearest(unit, Object.keys(spellings))
  return near === null ? '' : `Did you mean "${spellings[near] ?? near}"? `
}
