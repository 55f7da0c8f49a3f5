/**
 * Holds what all parsers of quantities share: taking a text apart, quoting it in a message, guessing the unit meant.
 */

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
  const word = unit.toLowerCase()
  const near = Object.keys(spellings)
    .map((spelling) => ({ spelling, distance: editDistance(word, spelling.toLowerCase()) }))
    .filter(({ spelling, distance }) => distance <= Math.floor(Math.min(spelling.length, word.length) / 2))
    .sort((a, b) => a.distance - b.distance)[0]
  return near === undefined ? '' : `Did you mean "${spellings[near.spelling] ?? near.spelling}"? `
}

/** Levenshtein's distance. Units are short, so the plain table is quick enough. */
function editDistance(a: string, b: string): number {
  let previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      const insertion = (current[column - 1] ?? 0) + 1
      const deletion = (previous[column] ?? 0) + 1
      current.push(Math.min(substitution, insertion, deletion))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
