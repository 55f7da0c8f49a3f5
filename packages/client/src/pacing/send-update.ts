/** Sends one update to Holdfast, and reads what it is answered. It rejects where it is not known whether it arrived. */
import type { Answer, EarlyRule, PacedUpdatesOptions, SendUpdate } from './options.ts'

const TIMEOUT_MS = 10_000
/** A longer answer is none of Holdfast's. */
const MAX_ANSWER_CHARACTERS = 65_536
const REQUEST_TIMEOUT = 408
const TOO_MANY = 429

export function sendTo({ url = '', watch, key }: PacedUpdatesOptions): SendUpdate {
  const address = `${url.replace(/\/$/, '')}/v1/watches/${encodeURIComponent(watch)}/updates`
  return async (update, { leaving }) => {
    const response = await fetch(address, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(update),
      keepalive: leaving,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const text = await response.text()
    const told: unknown = text.length > MAX_ANSWER_CHARACTERS ? null : parsed(text)
    const { status } = response
    const says = `${address} answered with ${status}${detailIn(told)}`
    if (response.ok) return takenIn(told) ?? { kind: 'later', afterMs: 0, says }
    if (status >= 500 || status === TOO_MANY || status === REQUEST_TIMEOUT)
      return { kind: 'later', afterMs: retryAfterMs(response.headers.get('retry-after')), says }
    return { kind: 'refused', says }
  }
}

function takenIn(told: unknown): Answer | null {
  const { nextMs, token, early } = Object(told) as { nextMs?: unknown; token?: unknown; early?: unknown }
  if (typeof nextMs !== 'number' || !(nextMs >= 0)) return null
  return {
    kind: 'taken',
    nextMs,
    token: typeof token === 'string' ? token : null,
    early: Array.isArray(early) ? (early as readonly EarlyRule[]) : [],
  }
}

/** In seconds, or as a date. */
export function retryAfterMs(header: string | null): number {
  if (header === null) return 0
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now()
  return ms > 0 ? ms : 0
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function detailIn(told: unknown): string {
  const { detail } = Object(told) as { detail?: unknown }
  return typeof detail === 'string' ? `: ${detail}` : ''
}
