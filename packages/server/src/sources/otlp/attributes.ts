/** Attributes as texts, as labels are. Only read when something is seen for the first time: bytes are compared after that. */
import type { ByteReader } from '../../otlp/index.ts'

/** Attributes hold each other; what is deeper is left out. */
const DEEPEST = 8

const [KEY, VALUE] = [0x0a, 0x12] as const
const [TEXT, FLAG, INTEGER, DOUBLE, LIST, MAP, BYTES] = [0x0a, 0x10, 0x18, 0x21, 0x2a, 0x32, 0x3a] as const

type Any = string | number | bigint | boolean | null | readonly Any[] | { readonly [key: string]: Any }

/** Adds the attribute at which the reader stands, behind its tag. */
export function readAttribute(reader: ByteReader, into: Map<string, string>): void {
  const [key, value] = readPair(reader, 0)
  into.set(key, textOf(value))
}

function readPair(reader: ByteReader, depth: number): readonly [string, Any] {
  const outer = reader.enter()
  let key = ''
  let value: Any = null
  while (!reader.isAtEnd) {
    const tag = reader.tag()
    if (tag === KEY) key = reader.text()
    else if (tag === VALUE) value = readValue(reader, depth)
    else reader.skip(tag)
  }
  reader.leave(outer)
  return [key, value]
}

function readValue(reader: ByteReader, depth: number): Any {
  const outer = reader.enter()
  let value: Any = null
  while (!reader.isAtEnd) value = readOneOf(reader, reader.tag(), value, depth)
  reader.leave(outer)
  return value
}

function readOneOf(reader: ByteReader, tag: number, before: Any, depth: number): Any {
  switch (tag) {
    case TEXT:
      return reader.text()
    case FLAG:
      return reader.varint() !== 0
    case INTEGER:
      return reader.signed()
    case DOUBLE:
      return reader.double()
    case LIST:
    case MAP:
      return readNested(reader, tag, depth)
    case BYTES: {
      const end = reader.length()
      const bytes = reader.bytes.subarray(reader.at, end)
      reader.at = end
      return Buffer.from(bytes).toString('base64')
    }
    default:
      reader.skip(tag)
      return before
  }
}

function readNested(reader: ByteReader, kind: number, depth: number): Any {
  const outer = reader.enter()
  const values: Any[] = []
  const pairs: (readonly [string, Any])[] = []
  if (depth >= DEEPEST) reader.at = reader.end
  while (!reader.isAtEnd) {
    const tag = reader.tag()
    if (tag !== 0x0a) reader.skip(tag)
    else if (kind === LIST) values.push(readValue(reader, depth + 1))
    else pairs.push(readPair(reader, depth + 1))
  }
  reader.leave(outer)
  return kind === LIST ? values : Object.fromEntries(pairs)
}

function textOf(value: Any): string {
  if (typeof value === 'string') return value
  if (value === null) return ''
  if (typeof value === 'object')
    return JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? String(each) : each))
  return String(value)
}
