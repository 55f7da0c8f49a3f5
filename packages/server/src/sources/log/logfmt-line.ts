/** Reads lines of `key=value key="quoted \" value"`, as many programs in Go write them. Pure; by hand. */
import type { LogFields } from '../source.ts'
import { createTimeReader } from './line-time.ts'
import { isOperation, lineOfFields, type LogLine } from './log-line.ts'

export function createLogfmtReader(fields: LogFields): (line: string) => LogLine | null {
  const readTime = createTimeReader()
  return (line) => {
    const pairs = logfmtPairs(line)
    const read = lineOfFields(fields, (key) => pairs.get(key), readTime)
    return isOperation(read) ? read : null
  }
}

/** Of a key that comes twice the last value counts; one without a value is none. */
export function logfmtPairs(line: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>()
  let at = 0
  while (at < line.length) {
    if (line[at] === ' ') {
      at += 1
      continue
    }
    const begin = at
    while (at < line.length && line[at] !== '=' && line[at] !== ' ') at += 1
    if (line[at] !== '=') continue
    const key = line.slice(begin, at)
    const value = line[at + 1] === '"' ? quoted(line, at + 2) : bare(line, at + 1)
    if (key !== '') pairs.set(key, value.text)
    at = value.end
  }
  return pairs
}

interface Value {
  readonly text: string
  readonly end: number
}

function bare(line: string, begin: number): Value {
  const space = line.indexOf(' ', begin)
  const end = space === -1 ? line.length : space
  return { text: line.slice(begin, end), end }
}

function quoted(line: string, begin: number): Value {
  let end = begin
  while (end < line.length && line[end] !== '"') end += line[end] === '\\' ? 2 : 1
  const raw = line.slice(begin, end)
  return { text: raw.includes('\\') ? raw.replaceAll(/\\(.)/g, unescaped) : raw, end: end + 1 }
}

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

const unescaped = (_: string, character: string): string => ESCAPED[character] ?? character
