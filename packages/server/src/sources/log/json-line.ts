/** Reads lines that are an object of JSON each; a key with dots reaches into objects within. Pure. */
import { objectIn, type JsonObject } from '../json-object.ts'
import type { LogFields } from '../source.ts'
import { createTimeReader } from './line-time.ts'
import { isOperation, lineOfFields, type Field, type LogLine } from './log-line.ts'

export function createJsonReader(fields: LogFields): (line: string) => LogLine | null {
  const readTime = createTimeReader()
  return (line) => {
    const object = objectIn(line)
    if (object === null) return null
    const read = lineOfFields(fields, (key) => fieldAt(object, key), readTime)
    return isOperation(read) ? read : null
  }
}

/** Lists too, of which a key may name an index. */
const hasWithin = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null

function fieldAt(object: JsonObject, key: string): Field {
  const direct = plain(own(object, key))
  if (direct !== undefined || !key.includes('.')) return direct
  let within: unknown = object
  for (const name of key.split('.')) within = hasWithin(within) ? own(within, name) : undefined
  return plain(within)
}

const own = (object: JsonObject, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined

const plain = (value: unknown): Field =>
  typeof value === 'string' || typeof value === 'number' ? value : undefined
