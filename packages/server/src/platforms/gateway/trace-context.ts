/**
 * Follows operations from part to part by the W3C trace context: every dispatched operation gets a span of
 * its own, and a call that carries it is known as a call made for that operation. The span also travels as
 * the `holdfast` member of `tracestate`, because an instrumented instance puts spans of its own into
 * `traceparent` but hands `tracestate` on as it is.
 */
import { randomFillSync } from 'node:crypto'

export interface TraceParent {
  readonly traceId: string
  readonly spanId: string
  readonly flags: string
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/

const MEMBER = 'holdfast='

/** The specification lets no one drop members below this length, so a longer list may lose its oldest. */
const MAX_TRACESTATE_LENGTH = 512

const TRACE_ID_BYTES = 16
const SPAN_ID_BYTES = 8

/** Random bytes are drawn in pages, as a draw costs far more than the bytes. */
const randomPage = Buffer.allocUnsafe(8_192)
let randomUsed = randomPage.length

/** Null when the header is missing or malformed; a trace is then begun anew, as the specification says. */
export function parseTraceParent(text: string | null): TraceParent | null {
  if (text === null) return null
  const [, traceId, spanId, flags] = TRACEPARENT.exec(text) ?? []
  return traceId === undefined || spanId === undefined || flags === undefined
    ? null
    : { traceId, spanId, flags }
}

export function createTraceId(): string {
  return randomHex(TRACE_ID_BYTES)
}

export function createSpanId(): string {
  return randomHex(SPAN_ID_BYTES)
}

/** The span that the gateway itself gave to the operation which makes this call, if `tracestate` carries it. */
export function spanInTraceState(text: string | null): string | null {
  if (text === null) return null
  for (const member of text.split(',')) {
    const trimmed = member.trim()
    if (trimmed.startsWith(MEMBER)) return trimmed.slice(MEMBER.length)
  }
  return null
}

/** The list with this span as its first member and without an older one of ours. */
export function traceStateWith(spanId: string, text: string | null): string {
  let list = MEMBER + spanId
  if (text === null) return list
  for (const member of text.split(',')) {
    const trimmed = member.trim()
    if (trimmed === '' || trimmed.startsWith(MEMBER)) continue
    if (list.length + 1 + trimmed.length > MAX_TRACESTATE_LENGTH) break
    list += `,${trimmed}`
  }
  return list
}

function randomHex(bytes: number): string {
  if (randomUsed + bytes > randomPage.length) {
    randomFillSync(randomPage)
    randomUsed = 0
  }
  const from = randomUsed
  randomUsed += bytes
  return randomPage.toString('hex', from, randomUsed)
}
