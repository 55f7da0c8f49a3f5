/**
 * One text for one value, so that what is hashed, compared or replayed is the same to the byte on every
 * machine: no white space, keys in the order of their UTF-16 code units, numbers as ECMAScript prints them
 * (so -0 is 0), bigint as a string of decimal digits. For JSON values the text is that of RFC 8785.
 * A key whose value is undefined counts as absent. What JSON has no word for (NaN, an infinity, a function,
 * an object of a class, a hole in an array) is a mistake of the program and throws with the place where it is.
 */

/** Deeper than anything that is journaled; a value that contains itself ends here and not in a full stack. */
const MAX_DEPTH = 64

export function canonicalJson(value: unknown): string {
  return textOf(value, '', 0)
}

function textOf(value: unknown, pointer: string, depth: number): string {
  if (depth > MAX_DEPTH) throw unfit(`something nested more than ${MAX_DEPTH} deep`, pointer)
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value)
    case 'number':
      if (!Number.isFinite(value)) throw unfit(String(value), pointer)
      return JSON.stringify(value)
    case 'bigint':
      return `"${value}"`
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? arrayText(value, pointer, depth) : objectText(value, pointer, depth)
    case 'undefined':
    case 'function':
    case 'symbol':
      throw unfit(typeof value, pointer)
  }
}

function arrayText(items: readonly unknown[], pointer: string, depth: number): string {
  // Array.from visits holes too, so that they are refused like undefined.
  return `[${Array.from(items, (item, index) => textOf(item, `${pointer}/${index}`, depth + 1)).join(',')}]`
}

function objectText(value: object, pointer: string, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) throw unfit('an object of a class', pointer)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${textOf(member, `${pointer}/${key}`, depth + 1)}`)
  return `{${members.join(',')}}`
}

function unfit(what: string, pointer: string): TypeError {
  return new TypeError(`Canonical JSON cannot hold ${what}, at ${pointer === '' ? 'the top' : pointer}.`)
}
