/** Answers that the gateway gives itself, as RFC 9457 problem documents. */
import { STATUS_CODES } from 'node:http'

export interface Refusal {
  readonly status: number
  readonly says: string
  /** Seconds after which it makes sense to try again; null where time alone does not help. */
  readonly retryAfter: number | null
  /** The connection cannot be used for another request. */
  readonly closes: boolean
}

/** A part that has no room now may have it in a moment: instances finish, and new ones are started. */
const RETRY_AFTER_SECONDS = 1

export function refusal(status: number, says: string): Refusal {
  const retryAfter = status === 503 ? RETRY_AFTER_SECONDS : null
  return { status, says, retryAfter, closes: false }
}

export function closingRefusal(status: number, says: string): Refusal {
  return { status, says, retryAfter: null, closes: true }
}

export function refusalBody({ status, says }: Refusal): string {
  return JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Refused',
    status,
    detail: says,
  })
}

/** A flat list of names and values. */
export function refusalHeaders(refused: Refusal, body: string): string[] {
  const headers = [
    'Content-Type',
    'application/problem+json',
    'Content-Length',
    String(Buffer.byteLength(body)),
    'Cache-Control',
    'no-store',
  ]
  if (refused.retryAfter !== null) headers.push('Retry-After', String(refused.retryAfter))
  if (refused.closes) headers.push('Connection', 'close')
  return headers
}

/** The whole answer as it goes over the wire, for connections that no HTTP response stands for any more. */
export function rawRefusal(refused: Refusal): string {
  const body = refusalBody(refused)
  const headers = refusalHeaders({ ...refused, closes: true }, body)
  return messageHead(refused.status, STATUS_CODES[refused.status] ?? '', headers) + body
}

export function messageHead(status: number, reason: string, headers: readonly string[]): string {
  let head = `HTTP/1.1 ${status} ${reason}\r\n`
  for (let at = 0; at < headers.length; at += 2) head += `${headers[at]}: ${headers[at + 1]}\r\n`
  return `${head}\r\n`
}
