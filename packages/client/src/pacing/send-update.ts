/** Sends one update to Holdfast, and reads what it is answered. It rejects where it is not known whether it arrived. */
import { textOf } from './memory.ts'
import type { PacedUpdatesOptions, SendUpdate, Taken } from './options.ts'

/** As UTF-8 it is below what browsers send while a page goes. */
const MAX_CHARACTERS = 16_384
/** A longer answer is none of Holdfast's. */
const MAX_ANSWER_CHARACTERS = 65_536
const TOO_MANY = 429

export function sendTo({ url = '', watch, key }: PacedUpdatesOptions, now: () => number): SendUpdate {
  const address = `${url.replace(/\/+$/, '')}/v1/watches/${encodeURIComponent(watch)}/updates`
  return async (update, signal) => {
    const body = JSON.stringify(update)
    if (body.length > MAX_CHARACTERS) return { kind: 'refused', code: 'too-large' }
    const response = await fetch(address, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key && { authorization: `Bearer ${key}` }),
      },
      body,
      // It may be the last that a client does on a page.
      keepalive: true,
      signal,
    })
    const { status, headers } = response
    const told = await bodyOf(response).catch(() => null)
    const { code, detail } = Object(told) as Partial<Record<string, unknown>>
    // Whether it says all that it should is seen where all answers are taken.
    if (response.ok) return { ...(told as Taken), kind: 'taken' }
    return {
      kind: status >= 500 || status === TOO_MANY ? 'later' : 'refused',
      afterMs: retryAfterMs(headers.get('retry-after'), now()),
      code: textOf(code) ?? 'unreadable',
      says: textOf(detail) ?? `HTTP ${status}`,
    }
  }
}

/** In seconds, or as a date; no number where it is neither. */
const retryAfterMs = (header: string | null, now: number): number =>
  Number(header) * 1_000 || Date.parse(String(header)) - now

/** Whatever stands between may leave out how long it is, so it is read no further than it may be. */
async function bodyOf({ body }: Response): Promise<unknown> {
  const reader = (body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  while (text.length < MAX_ANSWER_CHARACTERS) {
    const { done, value } = await reader.read()
    if (done) return JSON.parse(text)
    text += decoder.decode(value, { stream: true })
  }
  await reader.cancel()
  return null
}
