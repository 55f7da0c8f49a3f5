/**
 * Reads the head of a request once: what it asks for, how its body is framed, for whom it is made, and the
 * headers with which it goes on. A head that two readers could understand differently is refused.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { sessionCookie, withoutSession } from '../../session-cookie.ts'
import { endingHere, takeHeaders } from './hop-headers.ts'
import {
  createSpanId,
  createTraceId,
  parseTraceParent,
  spanInTraceState,
  traceStateWith,
} from './trace-context.ts'

export interface RequestHead {
  readonly method: string
  /** Origin form: begins with a slash (or is `*`), as the instance gets it. */
  readonly target: string
  readonly class: string
  readonly client: string | null
  /** The span that the gateway gives to this operation. */
  readonly spanId: string
  /** Spans of ours that may have made this call, the most trustworthy first. */
  readonly callers: readonly (string | null)[]
  readonly body: BodyFraming
  readonly expectsContinue: boolean
  /** All headers for the instance, as a flat list of names and values. */
  readonly headers: readonly string[]
}

type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }

export interface HeadFault {
  readonly status: 400 | 417 | 501
  readonly says: string
}

/** The class of an operation whose client names none. */
const UNCLASSED = 'default'

const NO_BODY: BodyFraming = { kind: 'none' }
const CHUNKED: BodyFraming = { kind: 'chunked' }

/** A class or client that is not such a name is treated as none. */
const LABEL = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/

const PSEUDONYM = '1.1 holdfast'

/** A trace that begins here is left to the instances to record; "not sampled" would silence most of them. */
const SAMPLED = '01'

const WRITTEN_ANEW = endingHere([
  'expect',
  'traceparent',
  'tracestate',
  'via',
  'x-forwarded-for',
  'x-forwarded-proto',
])

const METHODS_WITHOUT_MEANING_FOR_BODIES: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'DELETE',
  'OPTIONS',
  'TRACE',
])

/** Changes the list in place, as takeHeaders does. */
function hideSession(headers: string[]): void {
  for (let at = headers.length - 2; at >= 0; at -= 2) {
    if (headers[at]?.toLowerCase() !== 'cookie') continue
    const kept = withoutSession(headers[at + 1] ?? '')
    if (kept === null) headers.splice(at, 2)
    else headers[at + 1] = kept
  }
}

/** `target` is the part of the request target that the instance is to see. Takes the message's raw headers over. */
export function readHead(
  request: IncomingMessage,
  target: string,
  authority: string | null,
): RequestHead | HeadFault {
  const { headers } = request
  const method = request.method ?? 'GET'
  const ambiguity = ambiguityOf(request)
  if (ambiguity !== null) return ambiguity
  const trace = parseTraceParent(textOf(headers.traceparent))
  const traceState = textOf(headers.tracestate)
  const spanId = createSpanId()
  const onward = takeHeaders(request, WRITTEN_ANEW)
  if (headers.cookie?.includes(sessionCookie) === true) hideSession(onward)
  onward.push(
    'X-Forwarded-For',
    appended(textOf(headers['x-forwarded-for']), peerOf(request)),
    'X-Forwarded-Proto',
    textOf(headers['x-forwarded-proto']) ?? 'http',
    'Via',
    appended(headers.via ?? null, PSEUDONYM),
    'traceparent',
    `00-${trace?.traceId ?? createTraceId()}-${spanId}-${trace?.flags ?? SAMPLED}`,
    'tracestate',
    traceStateWith(spanId, trace === null ? null : traceState),
  )
  writeHost(onward, headers.host, authority)
  const body = framingOf(headers)
  writeFraming(onward, method, body, headers['content-length'])
  return {
    method,
    target,
    class: labelOf(headers['x-holdfast-class']) ?? UNCLASSED,
    client: labelOf(headers['x-holdfast-client']),
    spanId,
    callers: trace === null ? [] : [spanInTraceState(traceState), trace.spanId],
    body,
    expectsContinue: headers.expect !== undefined,
    headers: onward,
  }
}

export interface RequestTarget {
  readonly path: string
  /** The host that the target itself names, which then counts instead of the Host header. */
  readonly authority: string | null
}

/** Reads the origin form and the absolute form (RFC 9112, 3.2); null for anything else. */
export function readTarget(url: string): RequestTarget | null {
  if (url.startsWith('/') || url === '*') return { path: url, authority: null }
  const [, authority, rest = ''] = /^https?:\/\/([^/?#@]+)(.*)$/i.exec(url) ?? []
  if (authority === undefined) return null
  return { path: rest.startsWith('/') ? rest : `/${rest}`, authority }
}

/** What Node's parser lets through, though the instance might read it otherwise than the gateway. */
function ambiguityOf({ headers, rawHeaders }: IncomingMessage): HeadFault | null {
  if (hasSeveralHosts(rawHeaders)) {
    return { status: 400, says: 'The request has more than one Host header.' }
  }
  const encoding = headers['transfer-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'chunked') {
    return { status: 501, says: 'The gateway reads no transfer encoding but "chunked".' }
  }
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') {
    return { status: 417, says: 'The gateway meets no expectation but "100-continue".' }
  }
  return null
}

function hasSeveralHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1
  }
  return hosts > 1
}

function framingOf(headers: IncomingHttpHeaders): BodyFraming {
  if (headers['transfer-encoding'] !== undefined) return CHUNKED
  const bytes = Number(headers['content-length'] ?? 0)
  return bytes > 0 ? { kind: 'length', bytes } : NO_BODY
}

/** HTTP/1.0 needs no Host, but the HTTP/1.1 that goes on to the instance does. */
function writeHost(headers: string[], stated: string | undefined, authority: string | null): void {
  if (authority === null && stated !== undefined) return
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')
  if (at !== -1) headers.splice(at, 2)
  headers.push('Host', authority ?? 'localhost')
}

/** Without a stated length Node would frame the body of some methods by itself, and differently from the client. */
function writeFraming(
  headers: string[],
  method: string,
  body: BodyFraming,
  stated: string | undefined,
): void {
  if (body.kind === 'chunked') headers.push('Transfer-Encoding', 'chunked')
  else if (stated === undefined && !METHODS_WITHOUT_MEANING_FOR_BODIES.has(method))
    headers.push('Content-Length', '0')
}

function peerOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? 'unknown'
}

function appended(list: string | null, item: string): string {
  return list === null || list === '' ? item : `${list}, ${item}`
}

function textOf(value: string | string[] | undefined): string | null {
  if (value === undefined) return null
  return typeof value === 'string' ? value : value.join(', ')
}

function labelOf(value: string | string[] | undefined): string | null {
  return typeof value === 'string' && LABEL.test(value) ? value : null
}
