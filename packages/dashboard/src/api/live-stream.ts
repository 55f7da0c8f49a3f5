/**
 * The server's event stream, held open: when it breaks or falls silent it is opened again, sooner at first
 * and then less often, until it is stopped. Events are handed over in batches, so that a burst of
 * thousands makes the page draw once.
 */
import { liveEventKinds, readLiveEvent } from './live-event.ts'
import type { LiveEvent } from '../../../server/src/http/api.ts'

export interface StreamListener {
  opened(): void
  events(events: readonly LiveEvent[]): void
  lost(retryAtMs: number): void
}

const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 15_000
/** Ten draws a second look continuous and leave the page idle in between. */
const BATCH_MS = 100
/** A batch is handed over early at this size, so that a page in the background stays bounded. */
const MAX_BATCH = 20_000
/** A loop ticks every few seconds; a stream that is silent for so long hangs on a dead connection. */
const SILENCE_MS = 45_000

export function retryDelayMs(attempt: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt, 10))
}

export class LiveStream {
  readonly #url: string
  readonly #listener: StreamListener
  #source: EventSource | null = null
  #attempt = 0
  #retryTimer: number | undefined
  #batchTimer: number | undefined
  #silenceTimer: number | undefined
  #batch: LiveEvent[] = []

  constructor(url: string, listener: StreamListener) {
    this.#url = url
    this.#listener = listener
  }

  open(): void {
    this.close()
    const source = new EventSource(this.#url)
    this.#source = source
    source.addEventListener('open', () => {
      this.#attempt = 0
      this.#listener.opened()
    })
    source.addEventListener('error', () => this.#retryLater())
    for (const kind of liveEventKinds) {
      source.addEventListener(kind, (message: MessageEvent<string>) => {
        const event = readLiveEvent(kind, message.data)
        if (event !== null) this.#take(event)
      })
    }
  }

  close(): void {
    this.#source?.close()
    this.#source = null
    window.clearTimeout(this.#retryTimer)
    window.clearTimeout(this.#silenceTimer)
    this.#handOver()
  }

  #retryLater(): void {
    this.close()
    const delayMs = retryDelayMs(this.#attempt)
    this.#attempt += 1
    this.#retryTimer = window.setTimeout(() => this.open(), delayMs)
    this.#listener.lost(Date.now() + delayMs)
  }

  #take(event: LiveEvent): void {
    this.#batch.push(event)
    window.clearTimeout(this.#silenceTimer)
    this.#silenceTimer = window.setTimeout(() => this.#retryLater(), SILENCE_MS)
    if (this.#batch.length >= MAX_BATCH) this.#handOver()
    else this.#batchTimer ??= window.setTimeout(() => this.#handOver(), BATCH_MS)
  }

  #handOver(): void {
    window.clearTimeout(this.#batchTimer)
    this.#batchTimer = undefined
    if (this.#batch.length === 0) return
    const batch = this.#batch
    this.#batch = []
    this.#listener.events(batch)
  }
}
