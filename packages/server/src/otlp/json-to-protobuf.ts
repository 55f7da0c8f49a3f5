/**
 * OTLP/JSON into the bytes that say the same, so that everything after is decided in one place for both. Takes what the
 * specification lets senders write: 64-bit numbers as texts or numbers, identifiers in hexadecimal digits, kinds as
 * numbers or names, `NaN` and `Infinity` as texts, and names that it does not know.
 */
import { MalformedOtlp } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import type { Message, Written } from './messages.ts'

/** Attributes hold each other, and those who write them may not stop. */
const DEEPEST = 32

export function jsonToProtobuf(text: string, message: Message): Uint8Array {
  const writer = new ByteWriter()
  writeFields(writer, parse(text), message, '', 0)
  return writer.finish()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new MalformedOtlp(
      `The message is no JSON: ${error instanceof Error ? error.message : 'unreadable'}.`,
    )
  }
}

function writeFields(writer: ByteWriter, from: unknown, message: Message, path: string, depth: number): void {
  if (typeof from !== 'object' || from === null || Array.isArray(from)) refuse(path, 'an object')
  if (depth > DEEPEST) refuse(path, `nested no deeper than ${DEEPEST}`)
  for (const [name, value] of Object.entries(from)) {
    const found = Object.hasOwn(message, name) ? message[name] : undefined
    if (found === undefined || value === null) continue
    const [field, written] = found
    writeField(writer, { field, value, path: path === '' ? name : `${path}.${name}`, depth }, written)
  }
}

interface Field {
  readonly field: number
  readonly value: unknown
  readonly path: string
  readonly depth: number
}

function writeField(writer: ByteWriter, one: Field, written: Written): void {
  const { field, value, path, depth } = one
  if (written.as === 'message')
    writer.message(field, (inner) => writeFields(inner, value, written.fields(), path, depth + 1))
  else if (written.as === 'messages') {
    for (const [i, each] of listOf(value, path).entries())
      writer.message(field, (inner) => writeFields(inner, each, written.fields(), `${path}[${i}]`, depth + 1))
  } else if (isPacked(written)) writePacked(writer, one, written)
  else writeScalar(writer, one, written)
}

type Packed = Extract<Written, { readonly as: `packed-${string}` }>
type Scalar = Exclude<Written, Packed | { readonly as: 'message' | 'messages' }>

const isPacked = (written: Packed | Scalar): written is Packed => written.as.startsWith('packed-')

function writePacked(writer: ByteWriter, { field, value, path }: Field, { as }: Packed): void {
  const list = listOf(value, path)
  switch (as) {
    case 'packed-doubles':
      writer.packedDoubles(
        field,
        list.map((each) => doubleOf(each, path)),
      )
      return
    case 'packed-fixed64':
      writer.packedFixed64(
        field,
        list.map((each) => integerOf(each, path)),
      )
      return
    case 'packed-integers':
      writer.packedVarints(
        field,
        list.map((each) => integerOf(each, path)),
      )
  }
}

function writeScalar(writer: ByteWriter, { field, value, path }: Field, written: Scalar): void {
  switch (written.as) {
    case 'text':
      writer.text(field, textOf(value, path))
      return
    case 'double':
      writer.double(field, doubleOf(value, path))
      return
    case 'fixed64':
    case 'signed-fixed64':
      writer.fixed64(field, integerOf(value, path))
      return
    case 'integer':
      writer.varint(field, integerOf(value, path))
      return
    case 'zigzag':
      writer.zigzag(field, Number(integerOf(value, path)))
      return
    case 'flag':
      if (typeof value !== 'boolean') refuse(path, 'true or false')
      writer.varint(field, value ? 1 : 0)
      return
    case 'hex':
      writer.bytes(field, hexOf(value, path))
      return
    case 'base64':
      writer.bytes(field, Buffer.from(textOf(value, path), 'base64'))
      return
    case 'names':
      writer.varint(field, nameOf(value, written.values, path))
      return
  }
}

const listOf = (value: unknown, path: string): readonly unknown[] =>
  Array.isArray(value) ? value : refuse(path, 'a list')

const textOf = (value: unknown, path: string): string =>
  typeof value === 'string' ? value : refuse(path, 'a text')

const SPECIAL: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity }

function doubleOf(value: unknown, path: string): number {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return refuse(path, 'a number')
  const number = SPECIAL[value] ?? Number(value)
  if (Number.isNaN(number) && value !== 'NaN') return refuse(path, 'a number')
  return number
}

const LARGEST = 2n ** 64n

function integerOf(value: unknown, path: string): bigint {
  if (typeof value === 'number' && Number.isInteger(value)) return within(BigInt(value), path)
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return within(BigInt(value), path)
  return refuse(path, 'a whole number')
}

const within = (value: bigint, path: string): bigint =>
  value < LARGEST && value >= -LARGEST / 2n ? value : refuse(path, 'a whole number of 64 bits')

function hexOf(value: unknown, path: string): Uint8Array {
  const text = textOf(value, path)
  if (!/^(?:[0-9a-f]{2}){0,16}$/i.test(text)) refuse(path, 'hexadecimal digits')
  return Buffer.from(text, 'hex')
}

function nameOf(value: unknown, names: readonly string[], path: string): bigint {
  const index = typeof value === 'string' ? names.indexOf(value) : -1
  return index === -1 ? integerOf(value, path) : BigInt(index)
}

function refuse(path: string, wanted: string): never {
  throw new MalformedOtlp(`The message cannot be read as OTLP/JSON: ${path || 'it'} must be ${wanted}.`)
}
