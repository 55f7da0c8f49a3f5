/** The name and the labels of a line, once, when its series is met first; lines that are known are never read so. */
import { Buffer } from 'node:buffer'

export interface NamedSeries {
  readonly name: string
  readonly labels: Record<string, string>
}

/** More are told apart by nobody. */
const MAX_LABELS = 64

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y
const LABEL = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"([^"\\]*(?:\\[^][^"\\]*)*)"[ \t]*(,|(?=\}))/y
const END = /[ \t]*\}$/y

const [QUOTE, BACKSLASH, OPEN, CLOSE] = [0x22, 0x5c, 0x7b, 0x7d] as const

/** Behind the name and the labels of a line, whatever they are; -1 where they do not end in it. */
export function endOfSeries(bytes: Uint8Array, start: number, end: number): number {
  let i = start
  while (i < end && !isBlank(bytes[i]) && bytes[i] !== OPEN) i++
  let brace = i
  while (brace < end && isBlank(bytes[brace])) brace++
  return brace < end && bytes[brace] === OPEN ? endOfLabels(bytes, brace + 1, end) : i
}

function endOfLabels(bytes: Uint8Array, start: number, end: number): number {
  let isQuoted = false
  for (let i = start; i < end; i++) {
    const byte = bytes[i]
    if (byte === QUOTE) isQuoted = !isQuoted
    else if (byte === BACKSLASH && isQuoted) i++
    else if (byte === CLOSE && !isQuoted) return i + 1
  }
  return -1
}

const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09

/** Null where it is none. */
export function readSeries(bytes: Uint8Array, start: number, end: number): NamedSeries | null {
  const text = textOf(bytes, start, end)
  NAME.lastIndex = 0
  const name = NAME.exec(text)?.[0]
  if (name === undefined) return null
  const rest = text.slice(name.length).trimStart()
  if (rest === '') return { name, labels: {} }
  const labels = rest.startsWith('{') ? readLabels(rest) : null
  return labels === null ? null : { name, labels }
}

function readLabels(text: string): Record<string, string> | null {
  const labels: Record<string, string> = {}
  let at = 1
  for (let count = 0; count <= MAX_LABELS; count++) {
    END.lastIndex = at
    if (END.test(text)) return labels
    LABEL.lastIndex = at
    const found = LABEL.exec(text)
    if (found === null) return null
    const [, name = '', value = ''] = found
    if (Object.hasOwn(labels, name)) return null
    // No label is ever the prototype of the others.
    Object.defineProperty(labels, name, {
      value: value.includes('\\') ? unescaped(value) : value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
    at = LABEL.lastIndex
  }
  return null
}

/** What has no meaning is left as it is. */
const unescaped = (text: string): string =>
  text.replace(/\\([\\"n])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))

export const textOf = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')
