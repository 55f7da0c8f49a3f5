/**
 * Tells Holdfast what came of a survey. What could not be told goes along with the next; few are kept, and one that comes
 * twice is counted once.
 */
import type { SurveyEvent, SurveyOptions } from './options.ts'

export interface Reports {
  tell(event: SurveyEvent): void
}

const MAX_KEPT = 20
const TIMEOUT_MS = 10_000

export function createReports(options: SurveyOptions): Reports {
  const send = options.send ?? ((events) => post(options, events))
  let kept: readonly SurveyEvent[] = []
  let isUnderWay = false

  async function sendAll(): Promise<void> {
    if (isUnderWay) return
    isUnderWay = true
    let isWell = true
    while (isWell && kept.length > 0) {
      const events = kept
      isWell = await attempt(() => send(events))
      if (isWell) kept = kept.filter((event) => !events.includes(event))
    }
    isUnderWay = false
  }

  return {
    tell(event) {
      kept = [...kept, event].slice(-MAX_KEPT)
      void sendAll()
    },
  }
}

const attempt = (send: () => Promise<void>): Promise<boolean> =>
  Promise.resolve()
    .then(send)
    .then(
      () => true,
      () => false,
    )

async function post(
  { url = '', service, key }: SurveyOptions,
  events: readonly SurveyEvent[],
): Promise<void> {
  const response = await fetch(
    `${url.replace(/\/$/, '')}/v1/services/${encodeURIComponent(service)}/survey`,
    {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ events }),
      // An answer is often the last that a client does on a page.
      keepalive: true,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    },
  )
  await response.body?.cancel()
  // What is refused is refused again.
  if (response.status >= 500 || response.status === 429) throw new Error(`answered with ${response.status}`)
}
