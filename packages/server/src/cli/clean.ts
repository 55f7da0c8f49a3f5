/**
 * Text that came from elsewhere, made harmless for a terminal: control characters (which could move the
 * cursor, retitle the window or hide lines) and characters that turn the direction of writing are shown
 * as escapes such as \u001b instead of being sent.
 */

/** C0, DEL, C1; line and paragraph separators; embeddings, overrides and isolates of direction. */
// oxlint-disable-next-line no-control-regex -- control characters are what it is about
const HARMFUL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

const SHORT: Readonly<Record<string, string>> = {
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
}

export function clean(text: string): string {
  return text.replace(HARMFUL, (character) => SHORT[character] ?? unicodeEscape(character))
}

/** Every string within, names of fields too. The shape stays, hence the type. */
export function cleanDeep<T>(value: T): T {
  return cleaned(value) as T
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return clean(value)
  if (Array.isArray(value)) return value.map(cleaned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [clean(name), cleaned(inner)]))
}

/** JSON whose text has no harmful character either, and still means exactly the value. */
export function toJson(value: unknown, indent: number = 0): string {
  const text = JSON.stringify(value, null, indent)
  return text.replace(HARMFUL, (character) => (character === '\n' ? character : unicodeEscape(character)))
}

function unicodeEscape(character: string): string {
  return String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0')
}
