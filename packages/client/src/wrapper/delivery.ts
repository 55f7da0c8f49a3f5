/**
 * Brings what was recorded to Holdfast: one request at a time, each batch under a number of its own. A batch of which it
 * is not known whether it arrived is sent again as it was, under the same number, by which the server knows it again; one
 * that was refused at once goes back to what is recorded meanwhile. So nothing is counted twice or lost, and at most two batches
 * are kept. It never rejects.
 */
import type { Aggregate } from './aggregate.ts'
import type { Settings } from './options.ts'

export interface DeliveryOf {
  readonly settings: Settings
  /** Names this process, as an instance may be several. */
  readonly process: string
  readonly now: () => number
  /** What was recorded since the last time. */
  readonly take: (nowMs: number) => Aggregate
  /** Takes back what the last time gave. */
  readonly giveBack: (aggregate: Aggregate) => void
  readonly limits: (limitsMs: readonly number[]) => void
}

/** resent: as sent, and there is more. */
export type Sent = 'sent' | 'resent' | 'failed'

export interface Delivery {
  send(): Promise<Sent>
  /** What went wrong last, since when nothing went well. */
  readonly problem: () => string | null
  /** How long the server asked to be left alone. */
  readonly retryAfterMs: () => number
  readonly sent: () => number
  readonly failures: () => number
  readonly lost: () => number
  /** Operations of the batch that may or may not have arrived. */
  readonly inDoubt: () => number
}

interface Batch {
  readonly sequence: number
  readonly toMs: number
  readonly aggregate: Aggregate
  /** It may have arrived; then a refusal is of this time alone, and it stays as it is. */
  readonly isInDoubt: boolean
}

type Answer =
  | { readonly kind: 'accepted' }
  /** It did not count, and would not if it came again as it is. */
  | { readonly kind: 'refused'; readonly status: number; readonly says: string }
  | { readonly kind: 'unknown'; readonly says: string }

/** A longer answer is none of Holdfast's. */
const MAX_ANSWER_BYTES = 65_536
const MAX_LIMITS = 32
const LONGEST_RETRY_AFTER_MS = 60_000

/** Of this status something between may say it, while the request goes on. */
const REQUEST_TIMEOUT = 408
/** The batch itself is wrong; all else may be mended outside. */
const MALFORMED = 400
const TOO_LARGE = 413

export function createDelivery({ settings, process, now, take, giveBack, limits }: DeliveryOf): Delivery {
  let batch: Batch | null = null
  let sequence = 0
  let problem: string | null = null
  let retryAfterMs = 0
  const counts = { sent: 0, failures: 0, lost: 0 }

  async function post({ sequence, toMs, aggregate }: Batch): Promise<Answer> {
    const nowMs = now()
    const { part, instance } = settings
    const response = await settings.fetch(settings.endpoint, {
      method: 'POST',
      headers: { authorization: `Bearer ${settings.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        process,
        sequence,
        part,
        ...(instance === null ? {} : { instance }),
        fromAgoMs: Math.max(0, nowMs - aggregate.fromMs),
        toAgoMs: Math.max(0, nowMs - toMs),
        limitsMs: aggregate.limits,
        activeMs: aggregate.activeMs,
        series: aggregate.series(),
      }),
      // The key is for this address alone.
      redirect: 'error',
      signal: AbortSignal.timeout(settings.timeoutMs),
    })
    retryAfterMs = Math.min(LONGEST_RETRY_AFTER_MS, secondsIn(response.headers.get('retry-after')) * 1_000)
    // From here on it is known how it went; what the rest says is only more.
    const told = await bodyOf(response).catch(() => null)
    if (response.ok) {
      limits(limitsIn(told))
      return { kind: 'accepted' }
    }
    const { status } = response
    const says = `${settings.endpoint} answered with ${status}${detailIn(told)}`
    if (status < 400 || status >= 500 || status === REQUEST_TIMEOUT) return { kind: 'unknown', says }
    return { kind: 'refused', status, says }
  }

  async function send(): Promise<Sent> {
    const toMs = now()
    const one = batch ?? { sequence: ++sequence, toMs, aggregate: take(toMs), isInDoubt: false }
    // While it is under way it is not known whether it arrives.
    batch = { ...one, isInDoubt: true }
    retryAfterMs = 0
    const answer = await post(one).catch((error: unknown): Answer => ({
      kind: 'unknown',
      says: `${settings.endpoint} cannot be reached: ${messageOf(error)}`,
    }))
    if (answer.kind === 'accepted') {
      batch = null
      counts.sent += 1
      problem = null
      return one.isInDoubt ? 'resent' : 'sent'
    }
    counts.failures += 1
    problem = answer.says
    if (answer.kind === 'refused') goOn(answer.status, one)
    return 'failed'
  }

  function goOn(status: number, { aggregate, isInDoubt }: Batch): void {
    const isForGood = status === MALFORMED || (status === TOO_LARGE && isInDoubt)
    if (isForGood) counts.lost += aggregate.operations
    else if (!isInDoubt) giveBack(status === TOO_LARGE ? aggregate.withoutNames() : aggregate)
    if (isForGood || !isInDoubt) batch = null
  }

  return {
    send,
    problem: () => problem,
    retryAfterMs: () => retryAfterMs,
    sent: () => counts.sent,
    failures: () => counts.failures,
    lost: () => counts.lost,
    inDoubt: () => batch?.aggregate.operations ?? 0,
  }
}

/** Whatever stands between may leave out how long it is, so it is read no further than it may be. */
async function bodyOf(response: Response): Promise<unknown> {
  const reader = response.body?.getReader()
  if (reader === undefined) return null
  const decoder = new TextDecoder()
  let text = ''
  for (let bytes = 0; bytes <= MAX_ANSWER_BYTES;) {
    const { done, value } = await reader.read()
    if (done) return JSON.parse(text)
    bytes += value.length
    text += decoder.decode(value, { stream: true })
  }
  await reader.cancel()
  return null
}

function limitsIn(told: unknown): readonly number[] {
  const { limitsMs } = Object(told) as { limitsMs?: unknown }
  if (!Array.isArray(limitsMs)) return []
  return limitsMs.filter((limit) => typeof limit === 'number' && limit >= 0).slice(0, MAX_LIMITS)
}

function detailIn(told: unknown): string {
  const { detail } = Object(told) as { detail?: unknown }
  return typeof detail === 'string' ? `: ${detail}` : ''
}

function secondsIn(header: string | null): number {
  const seconds = Number(header ?? 0)
  return seconds > 0 ? seconds : 0
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
