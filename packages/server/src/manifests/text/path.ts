/** The way from a document's top to a value in it, and how it is written and followed. */
import type { Place } from '../../errors/index.ts'
import { isObject, type JsonValue } from './json-value.ts'

export type Path = readonly (string | number)[]

/** Finds the place of a value, or of the key that names it; of the nearest that exists when it does not. */
export type Locate = (path: Path, at?: 'key' | 'value') => Place

/** RFC 6901. */
export function pointerOf(path: Path): string {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

export function valueAt(document: JsonValue, path: Path): JsonValue | undefined {
  let value: JsonValue | undefined = document
  for (const segment of path) {
    if (Array.isArray(value)) value = typeof segment === 'number' ? value[segment] : undefined
    else value = isObject(value) && Object.hasOwn(value, segment) ? value[segment] : undefined
  }
  return value
}

/** The document with another value in the place of one that is there. */
export function replacedAt(document: JsonValue, path: Path, value: JsonValue): JsonValue {
  const [first, ...rest] = path
  if (first === undefined) return value
  if (Array.isArray(document))
    return document.map((item, index) => (index === first ? replacedAt(item, rest, value) : item))
  if (!isObject(document)) return document
  return { ...document, [first]: replacedAt(document[String(first)] ?? null, rest, value) }
}
