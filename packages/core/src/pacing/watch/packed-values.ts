/**
 * What a client reported last, in four bytes a parameter: numbers as single floats, texts and sets as hashes. Rules compare
 * packed values with packed values, so what is lost in packing is lost on both sides.
 */
import type { Parameters, ParameterValue } from '../significance/index.ts'
import { hashText } from './id-hash.ts'
import type { ParameterType, WatchedParameter } from './watch.ts'

export const BYTES_PER_VALUE = 4
/** Bits of one 16-bit word say which parameters were reported. */
export const MOST_PARAMETERS = 16

/** Where in a buffer the values of one client begin; which of them are there is kept beside them. */
export interface PackedAt {
  readonly view: DataView
  readonly offset: number
}

/** Writes what was reported and returns which parameters were. */
export function packValues(
  parameters: readonly WatchedParameter[],
  reported: Parameters,
  { view, offset }: PackedAt,
): number {
  let present = 0
  for (const [index, { name, type }] of parameters.entries()) {
    const value = Object.hasOwn(reported, name) ? reported[name] : undefined
    const at = offset + index * BYTES_PER_VALUE
    if (value === undefined || !isOf(type, value)) {
      view.setUint32(at, 0, true)
      continue
    }
    present |= 1 << index
    if (typeof value === 'number') view.setFloat32(at, value, true)
    else view.setUint32(at, wordOf(value), true)
  }
  return present
}

/** Whether a client reported the same to the bit. */
export function isSame(one: PackedAt, other: PackedAt, parameters: number): boolean {
  for (let i = 0; i < parameters; i += 1) {
    const at = i * BYTES_PER_VALUE
    if (one.view.getUint32(one.offset + at, true) !== other.view.getUint32(other.offset + at, true))
      return false
  }
  return true
}

export function isOf(type: ParameterType, value: ParameterValue): boolean {
  switch (type) {
    case 'number':
      return typeof value === 'number'
    case 'text':
      return typeof value === 'string'
    case 'flag':
      return typeof value === 'boolean'
    case 'set':
      return typeof value === 'object'
  }
}

function wordOf(value: Exclude<ParameterValue, number>): number {
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'string') return hashText(value)
  // Added up, sets are the same in any order; what is in it twice counts once.
  return [...new Set(value)].reduce((sum, one) => (sum + hashText(one)) >>> 0, value.length === 0 ? 0 : 1)
}

/** As rules compare them: a text or a set is the name of its hash. */
export function unpackValues(
  parameters: readonly WatchedParameter[],
  present: number,
  { view, offset }: PackedAt,
): Parameters {
  const values: Record<string, ParameterValue> = {}
  for (const [index, { name, type }] of parameters.entries()) {
    if ((present & (1 << index)) === 0) continue
    const at = offset + index * BYTES_PER_VALUE
    if (type === 'number') values[name] = view.getFloat32(at, true)
    else if (type === 'flag') values[name] = view.getUint32(at, true) === 1
    else values[name] = textOfHash(view.getUint32(at, true))
  }
  return values
}

const textOfHash = (hash: number): string => `#${hash.toString(36)}`

/** How a text that an operator wrote in an expression compares with packed ones. */
export const packedText = (text: string): string => textOfHash(hashText(text))
