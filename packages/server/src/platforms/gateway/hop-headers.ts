/**
 * Takes headers that end at the gateway out of a flat list of names and values (RFC 9110, 7.6.1): those of
 * the connection itself, those that `Connection` names, and those that the gateway writes anew. The list is
 * changed in place, since it belongs to the message that is passed on and a copy for each would cost more.
 */
import type { IncomingMessage } from 'node:http'

/** Lower-case names by their length, so that most headers are told apart without looking at their text. */
export type HeaderTable = readonly (readonly string[] | undefined)[]

const CONNECTION = 'connection'

const HOP_HEADERS = [
  CONNECTION,
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** Headers without which a message would be read otherwise; no `Connection` header takes them away. */
const NEVER_NAMED: ReadonlySet<string> = new Set(['content-length', 'host', 'cache-control'])

/** What a `Connection` header says when it names no other header. */
const PLAIN_CONNECTION = /^\s*(?:keep-alive|close|upgrade)\s*$/i

/** The table of all hop-by-hop headers and of those that are written anew. */
export function endingHere(writtenAnew: readonly string[]): HeaderTable {
  const table: string[][] = []
  for (const name of [...HOP_HEADERS, ...writtenAnew]) (table[name.length] ??= []).push(name)
  return table
}

/** The headers with which the message goes on; its raw headers are used up. */
export function takeHeaders(message: IncomingMessage, table: HeaderTable): string[] {
  // Node makes `headers` from the raw ones when it is first looked at, which may be after this.
  void message.headers
  return removeHeaders(message.rawHeaders, table)
}

/** Returns the list itself, shortened. */
export function removeHeaders(headers: string[], table: HeaderTable): string[] {
  let kept = 0
  let named: Set<string> | null = null
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? ''
    const value = headers[at + 1] ?? ''
    const candidates = table[name.length]
    if (candidates !== undefined) {
      const lowerCase = name.toLowerCase()
      if (lowerCase === CONNECTION && !PLAIN_CONNECTION.test(value)) named = namedIn(value, named)
      if (candidates.includes(lowerCase)) continue
    }
    if (kept !== at) {
      headers[kept] = name
      headers[kept + 1] = value
    }
    kept += 2
  }
  if (kept !== headers.length) headers.length = kept
  return named === null ? headers : removeNamed(headers, named)
}

function namedIn(connection: string, earlier: ReadonlySet<string> | null): Set<string> {
  const named = new Set(earlier)
  for (const option of connection.split(',')) {
    const name = option.trim().toLowerCase()
    if (!NEVER_NAMED.has(name)) named.add(name)
  }
  return named
}

function removeNamed(headers: readonly string[], named: ReadonlySet<string>): string[] {
  return headers.filter((_, at) => !named.has((headers[at - (at % 2)] ?? '').toLowerCase()))
}
