/**
 * The short way of POST /v1/watches/NAME/updates, in front of the framework: a client's update costs some microseconds, and
 * the framework would cost as much again. It takes what is well formed and whose key was found good a moment ago; all else is
 * left to the route, which answers the same.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { admits, operatorIngestAndClient } from '../auth/index.ts'
import type { Clock } from '../clock.ts'
import { problem, problemCodes, problemDocument, problemMediaType, type Problem } from '../errors/index.ts'
import type { PacedWatch, Pacing } from '../pacing/index.ts'
import { readJson } from './json-body.ts'
import type { KnownKeys } from './known-keys.ts'

interface PacingPath {
  readonly pacing: Pick<Pacing, 'watch' | 'take'>
  readonly keys: KnownKeys
  readonly clock: Clock
  readonly draining: () => boolean
  readonly hostAllowed: (host: string | undefined) => boolean
  readonly bodyLimitBytes: number
}

const BEFORE = '/v1/watches/'
const AFTER = '/updates'
const BEARER = 'Bearer '

const HEADERS = [
  'cache-control',
  'no-store',
  'x-content-type-options',
  'nosniff',
  'referrer-policy',
  'no-referrer',
] as const

/** True where the request is answered here. */
export function createPacingPath(
  path: PacingPath,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const watch = watchIn(request, path)
    if (watch === null) return false
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength
      if (bytes <= path.bodyLimitBytes) chunks.push(chunk)
    })
    request.on('end', () => {
      if (bytes > path.bodyLimitBytes) refuse(response, { problem: tooLarge(), retryAfterSeconds: null })
      else answer(path, watch, textOf(chunks), response)
    })
    return true
  }
}

function watchIn(request: IncomingMessage, path: PacingPath): PacedWatch | null {
  const { method, url = '' } = request
  if (method !== 'POST' || !url.startsWith(BEFORE) || !url.endsWith(AFTER) || path.draining()) return null
  const { host, contentType, authorization, isOdd } = headersIn(request.rawHeaders)
  if (isOdd || contentType !== 'application/json' || !path.hostAllowed(host)) return null
  if (authorization?.startsWith(BEARER) !== true) return null
  const identity = path.keys.find(authorization.slice(BEARER.length), path.clock.now())
  if (identity === null || !admits(operatorIngestAndClient, identity.scope)) return null
  return path.pacing.watch(url.slice(BEFORE.length, -AFTER.length))
}

interface Headers {
  host: string | undefined
  contentType: string | undefined
  authorization: string | undefined
  /** One is there twice, or asks for what only the framework does. */
  isOdd: boolean
}

/** As they came: Node makes an object of them only for who asks, and that takes as long as all of this. */
function headersIn(raw: readonly string[]): Headers {
  const found: Headers = { host: undefined, contentType: undefined, authorization: undefined, isOdd: false }
  for (let i = 0; i < raw.length; i += 2) {
    const key = KEYS[(raw[i] ?? '').toLowerCase()]
    if (key === undefined) continue
    if (key === 'isOdd' || found[key] !== undefined) found.isOdd = true
    else found[key] = raw[i + 1]
  }
  return found
}

const KEYS: Readonly<Record<string, keyof Headers>> = {
  host: 'host',
  'content-type': 'contentType',
  authorization: 'authorization',
  expect: 'isOdd',
  'content-encoding': 'isOdd',
}

function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks
  return first !== undefined && chunks.length === 1 ? first.toString() : Buffer.concat(chunks).toString()
}

function answer(
  { pacing, clock }: PacingPath,
  watch: PacedWatch,
  text: string,
  response: ServerResponse,
): void {
  const body = readJson(text)
  if (!body.ok) return refuse(response, { problem: body.error, retryAfterSeconds: null })
  const taken = pacing.take(watch, body.value, clock.now())
  if (!taken.ok) return refuse(response, taken.error)
  const { text: says, retryAfterSeconds } = taken.value
  send(response, { status: 200, mediaType: 'application/json', text: says, retryAfterSeconds })
}

interface Refused {
  readonly problem: Problem
  readonly retryAfterSeconds: number | null
}

function refuse(response: ServerResponse, { problem: refused, retryAfterSeconds }: Refused): void {
  const text = JSON.stringify(problemDocument(refused))
  const { status } = problemCodes[refused.code]
  send(response, { status, mediaType: problemMediaType, text, retryAfterSeconds })
}

interface Sent {
  readonly status: number
  readonly mediaType: string
  readonly text: string
  readonly retryAfterSeconds: number | null
}

function send(response: ServerResponse, { status, mediaType, text, retryAfterSeconds }: Sent): void {
  const headers = [...HEADERS, 'content-type', mediaType, 'content-length', String(Buffer.byteLength(text))]
  if (retryAfterSeconds !== null) headers.push('retry-after', String(retryAfterSeconds))
  response.writeHead(status, headers)
  response.end(text)
}

const tooLarge = (): Problem =>
  problem('manifest-too-large', 'The body is larger than 1 MiB, the most that a request may have.')
