/**
 * One request to the server and its answer as a value: what was asked for, or a problem document. Nothing
 * here throws, and no answer may keep a command waiting or fill its memory without end.
 */
import type { Result } from '@holdfast/core/units'
import { failure, type ProblemDocument } from './failure.ts'
import type { Io } from './io.ts'
import type { Settings } from './settings.ts'

export type Answer<T> = Promise<Result<T, ProblemDocument>>

export interface Request {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  /** Below the server's address, with its leading slash, such as "/v1/services". */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: unknown
}

export interface Response {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** A server that is alive answers well within; longer means that it hangs. */
const REQUEST_TIMEOUT_MS = 30_000

/** The largest page of a listing is far below; more is not an answer of Holdfast's. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/** The answer whatever its status; fails only where there is none. */
export async function exchange(io: Io, settings: Settings, request: Request): Answer<Response> {
  const url = addressOf(settings.url.value, request)
  try {
    const response = await io.fetch(url, {
      method: request.method ?? 'GET',
      headers: {
        accept: 'application/json, application/problem+json',
        'user-agent': `holdfast/${io.version}`,
        ...(settings.key === null ? {} : { authorization: `Bearer ${settings.key.value}` }),
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    })
    const text = await boundedText(response)
    return { ok: true, value: { status: response.status, headers: response.headers, text } }
  } catch (error) {
    return { ok: false, error: unreachable(url, error) }
  }
}

/** The answer's JSON; undefined for an answer without content. */
export async function requestJson(io: Io, settings: Settings, request: Request): Answer<unknown> {
  const answer = await exchange(io, settings, request)
  if (!answer.ok) return answer
  const { status, text, headers } = answer.value
  const json = parsedJson(text)
  if (status >= 200 && status < 300) {
    return json === null
      ? { ok: false, error: notHoldfast(settings, status) }
      : { ok: true, value: json.value }
  }
  const document = json === null ? null : asProblem(json.value)
  if (document === null) return { ok: false, error: notHoldfast(settings, status) }
  const wait = headers.get('retry-after')
  if (wait === null || !/^\d+$/.test(wait)) return { ok: false, error: document }
  return { ok: false, error: { ...document, hint: `${document.hint} Try again in ${wait} s.`.trim() } }
}

function addressOf(base: string, { path, query = {} }: Request): URL {
  const url = new URL(base)
  url.pathname = url.pathname.replace(/\/+$/, '') + path
  url.search = ''
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

async function boundedText(response: globalThis.Response): Promise<string> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  let bytes = 0
  let text = ''
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    if (bytes > MAX_ANSWER_BYTES) throw new RangeError(`the answer has more than ${MAX_ANSWER_BYTES} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function parsedJson(text: string): { readonly value: unknown } | null {
  if (text === '') return { value: undefined }
  try {
    return { value: JSON.parse(text) }
  } catch {
    return null
  }
}

/** Null when it is not a problem document; fields that are missing are taken as empty. */
function asProblem(value: unknown): ProblemDocument | null {
  if (typeof value !== 'object' || value === null || !('code' in value) || typeof value.code !== 'string')
    return null
  const document = value as Partial<ProblemDocument> & { readonly code: string }
  const { type = '', title = document.code, status = 500, detail = '', hint = '', faults = [] } = document
  return { type, title, status, detail, code: document.code, hint, faults }
}

function notHoldfast(settings: Settings, status: number): ProblemDocument {
  return failure(
    'server-unreachable',
    `${settings.url.value} answered with status ${status}, but not as Holdfast does.`,
    {
      hint: 'Check the address given by --url or HOLDFAST_URL, and what stands between (a proxy?).',
    },
  )
}

function unreachable(url: URL, error: unknown): ProblemDocument {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = errorCode(cause)
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens there',
    ECONNRESET: 'the connection was cut',
    ENOTFOUND: 'there is no such host',
    EAI_AGAIN: 'the host name could not be looked up',
    ETIMEDOUT: 'it did not answer in time',
  }
  const isTimeout = error instanceof Error && error.name === 'TimeoutError'
  const why = isTimeout
    ? `it did not answer within ${REQUEST_TIMEOUT_MS / 1000} s`
    : (known[code ?? ''] ?? (cause instanceof Error ? cause.message : String(cause)))
  return failure('server-unreachable', `The server at ${url.origin} cannot be reached: ${why}.`)
}

function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}
