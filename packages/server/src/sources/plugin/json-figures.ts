/** The numbers of a JSON object by dotted names. Pure; as deep and as many as are sensible, the rest is counted. */
import { isJsonObject, objectIn, type JsonObject } from '../json-object.ts'

export interface JsonFigures {
  readonly figures: readonly { readonly name: string; readonly value: number }[]
  readonly leftOut: number
}

const MAX_DEPTH = 8
const MAX_FIGURES = 500
const MAX_NAME_LENGTH = 200

/** Null where the text is no JSON object. Texts, truths and lists are passed over. */
export function jsonFiguresOf(text: string): JsonFigures | null {
  const object = objectIn(text)
  if (object === null) return null
  const figures: { name: string; value: number }[] = []
  let leftOut = 0
  const visit = (within: JsonObject, prefix: string, depth: number): void => {
    for (const [key, value] of Object.entries(within)) {
      const name = `${prefix}${key}`
      const isObject = isJsonObject(value)
      if (typeof value !== 'number' && !isObject) continue
      if (key === '' || name.length > MAX_NAME_LENGTH || figures.length >= MAX_FIGURES || depth > MAX_DEPTH)
        leftOut += 1
      else if (isObject) visit(value, `${name}.`, depth + 1)
      else if (typeof value === 'number') figures.push({ name, value })
    }
  }
  visit(object, '', 1)
  return { figures, leftOut }
}
