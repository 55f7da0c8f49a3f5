/**
 * Reads the health of services from a program: of any interval, what is new since it read last, or interval by interval as
 * each is over. What the server refuses is a HealthError with its code; what does not come within its time is one too.
 */
import { eventsIn } from './event-lines.ts'
import type { Health } from './health.ts'

export interface HealthReaderOptions {
  /** Where the server is, such as http://127.0.0.1:7070. */
  readonly url: string
  /** A key of the scope operator or owner. */
  readonly key: string
  /** For an answer; 10 s if left out. A stream has no end. */
  readonly timeoutMs?: number
  readonly fetch?: typeof fetch
}

/** Of which time: the last whole interval such as 5m, or all since an instant; else the last minute. */
export type HealthAsked =
  | { readonly interval: string; readonly since?: never }
  | { readonly since: Date; readonly interval?: never }

export interface HealthReader {
  read(service: string, asked?: HealthAsked): Promise<Health>
  /** All that was measured since this consumer read last: nothing is missed, and nothing is told twice. */
  readAs(consumer: string, service: string): Promise<Health>
  /**
   * Each interval as it is over, without a gap: where the connection breaks it is opened again, and goes on where it broke.
   * Ends when the signal is aborted, or with the loop that reads it.
   */
  watch(service: string, interval: string, signal?: AbortSignal): AsyncGenerator<Health, void>
}

export class HealthError extends Error {
  /** As in the reference of errors, such as `not-found`; `unreachable` where nobody answered. */
  readonly code: string
  readonly status: number | null

  constructor(code: string, says: string, status: number | null, cause?: unknown) {
    super(says, { cause })
    this.name = 'HealthError'
    this.code = code
    this.status = status
  }
}

const TIMEOUT_MS = 10_000
/** Between two tries to open a stream: doubled each time, up to the most. */
const PAUSE_MS = 500
const MOST_PAUSE_MS = 30_000

export function createHealthReader(options: HealthReaderOptions): HealthReader {
  const { url, key, timeoutMs = TIMEOUT_MS } = options
  const send = options.fetch ?? fetch
  const base = url.replace(/\/+$/, '')
  const at = (service: string, rest: string): string =>
    `${base}/v1/services/${encodeURIComponent(service)}/health${rest}`

  const ask = async (address: string, { headers, ...init }: Asking): Promise<Response> => {
    const response = await send(address, {
      redirect: 'error',
      ...init,
      headers: { ...headers, authorization: `Bearer ${key}` },
    }).catch((error: unknown) => {
      throw new HealthError('unreachable', `${base} does not answer.`, null, error)
    })
    if (!response.ok) throw await errorOf(response)
    return response
  }
  const answer = async (address: string, method: 'GET' | 'POST' = 'GET'): Promise<Health> => {
    const response = await ask(address, { method, signal: AbortSignal.timeout(timeoutMs) })
    return (await response.json()) as Health
  }

  return {
    read: (service, asked) => answer(at(service, queryOf(asked))),
    readAs: (consumer, service) =>
      answer(at(service, `/consumers/${encodeURIComponent(consumer)}/read`), 'POST'),
    async *watch(service, interval, signal = new AbortController().signal) {
      let [last, pauseMs] = ['', PAUSE_MS]
      while (!signal.aborted) {
        try {
          const headers = last === '' ? {} : { 'last-event-id': last }
          const address = at(service, `/stream?interval=${encodeURIComponent(interval)}`)
          const { body } = await ask(address, { headers, signal })
          for await (const { id, event, data } of body === null ? [] : eventsIn(body)) {
            if (event !== 'health') continue
            pauseMs = PAUSE_MS
            last = id
            yield JSON.parse(data) as Health
          }
        } catch (error) {
          if (signal.aborted) return
          // What is refused stays refused; whatever else happened may be over soon.
          if (error instanceof HealthError && error.status !== null && error.status < 500) throw error
        }
        await pause(pauseMs * (0.5 + Math.random()), signal)
        pauseMs = Math.min(MOST_PAUSE_MS, pauseMs * 2)
      }
    },
  }
}

interface Asking extends Omit<RequestInit, 'headers'> {
  readonly headers?: Readonly<Record<string, string>>
}

function queryOf(asked: HealthAsked | undefined): string {
  if (asked === undefined) return ''
  return asked.since === undefined
    ? `?interval=${encodeURIComponent(asked.interval)}`
    : `?since=${encodeURIComponent(asked.since.toISOString())}`
}

async function errorOf(response: Response): Promise<HealthError> {
  const { status } = response
  const told: unknown = await response.json().catch(() => null)
  const { code = 'unknown', detail = `The server answered with ${status}.` } = (told ?? {}) as {
    readonly code?: string
    readonly detail?: string
  }
  return new HealthError(code, detail, status)
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
