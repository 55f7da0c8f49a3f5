/**
 * Reads lines as nginx and Apache write them, with or without referrer and user agent. How long it took may follow at
 * the end: with a point it is nginx's `$request_time` in seconds, without one it is Apache's `%D` in microseconds. Pure;
 * by hand, since what clients send stands in it.
 */
import { createTimeReader, type TimeReader } from './line-time.ts'
import type { LogLine } from './log-line.ts'

/** What clients wrote is in quotes, where quotes of theirs are escaped: behind the last one the server alone writes. */
export function createCombinedReader(): (line: string) => LogLine | null {
  const readTime = createTimeReader()
  return (line) => lineOf(line, readTime)
}

function lineOf(line: string, readTime: TimeReader): LogLine | null {
  const close = line.indexOf('] "')
  const open = line.lastIndexOf('[', close)
  if (close === -1 || open === -1) return null
  const time = readTime(line.slice(open + 1, close))
  const begin = close + 3
  const end = endOfQuoted(line, begin)
  if (time === null || end === -1 || line[end + 1] !== ' ') return null
  const status = line.slice(end + 2, end + 5)
  if (!/^\d{3}$/.test(status)) return null
  const method = line.indexOf(' ', begin)
  const target = line.indexOf(' ', method + 1)
  const isRequest = method > 0 && method < end
  return {
    time,
    durationMs: durationAtEnd(line, end),
    method: isRequest ? line.slice(begin, method) : '',
    path: isRequest ? line.slice(method + 1, target > 0 && target < end ? target : end) : '',
    status,
    class: '',
  }
}

function endOfQuoted(line: string, begin: number): number {
  for (let at = line.indexOf('"', begin); at !== -1; at = line.indexOf('"', at + 1)) {
    let escapes = 0
    while (line[at - 1 - escapes] === '\\') escapes += 1
    if (escapes % 2 === 0) return at
  }
  return -1
}

/** More than one number there, and nobody knows which is meant. */
function durationAtEnd(line: string, endOfRequest: number): number | null {
  const quote = line.lastIndexOf('"')
  const space = line.lastIndexOf(' ')
  // Without quoted texts behind the request, its status and its size come first.
  const words = quote === endOfRequest ? 3 : 1
  if (space < quote || line.slice(quote + 1).split(' ', words + 2).length !== words + 1) return null
  const written = line.slice(space + 1)
  if (!/^\d+(\.\d+)?$/.test(written)) return null
  return Number(written) * (written.includes('.') ? 1_000 : 1e-3)
}
