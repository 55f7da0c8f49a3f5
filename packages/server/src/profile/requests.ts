/** What is sent to a part: as a person writes it after --request, or as another part was seen to send it. */
import type { OutgoingHttpHeaders } from 'node:http'
import { fail, ok, type Parsed } from '@holdfast/core/units'

export interface SampleRequest {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer | null
}

/** For the part that is named, else for the entry. */
export interface WantedRequest {
  readonly part: string | null
  readonly request: SampleRequest
}

export const DEFAULT_REQUEST: SampleRequest = { method: 'GET', target: '/', headers: {}, body: null }

const FORM = /^\s*(?:([a-z0-9-]+):\s+)?([A-Z]+)\s+(\/\S*)(?:\s+(\S[\s\S]*))?$/

/** "GET /path", "data: GET /path", "POST /order {"item": 7}". */
export function parseRequest(text: string): Parsed<WantedRequest> {
  const [, part = null, method, target, body] = FORM.exec(text) ?? []
  if (method === undefined || target === undefined)
    return fail({
      code: 'request-malformed',
      message: `${JSON.stringify(text)} for --request is not a request.`,
      hint: "Write 'GET /products', 'POST /orders {\"item\": 7}', or 'data: GET /items/7' for one part.",
    })
  return ok({ part, request: { method, target, ...bodyOf(body?.trim()) } })
}

export function requestWords({ method, target }: SampleRequest): string {
  return `${method} ${target}`
}

function bodyOf(text: string | undefined): Pick<SampleRequest, 'headers' | 'body'> {
  if (text === undefined || text === '') return { headers: {}, body: null }
  const body = Buffer.from(text)
  const type = isJson(text) ? 'application/json' : 'text/plain; charset=utf-8'
  return { headers: { 'content-type': type, 'content-length': body.length }, body }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
