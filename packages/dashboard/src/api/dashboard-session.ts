/**
 * Keeps the store filled: the list of services, the service whose page is open, the trends of the rows in
 * view, and the live stream. After a lost connection everything is read again, so that nothing is missed.
 */
import type {
  HistoryView,
  InstanceView,
  Page,
  ServiceDetail,
  ServiceSummary,
} from '../../../server/src/http/api.ts'
import { applyDetail, applyEvents, applyHistory, applyServices } from './apply.ts'
import { emptyOpened } from './dashboard-state.ts'
import type { DashboardState, OpenedService } from './dashboard-state.ts'
import type { LiveEvent } from '../../../server/src/http/api.ts'
import { LiveStream } from './live-stream.ts'
import { read, readAll, servicePath } from './requests.ts'
import type { Answer, Failure } from './requests.ts'
import type { Store } from './store.ts'
import { TREND_SPAN_MS, trendFrom } from './trend.ts'

/** Parts and levels of the open service are read again at most this often, however often it ticks. */
const DETAIL_EVERY_MS = 2_000
/** Trends are decoration: two requests at a time leave the connection to what matters. */
const TREND_REQUESTS = 2

export class DashboardSession {
  readonly #store: Store<DashboardState>
  readonly #stream: LiveStream
  readonly #removedWhileListing = new Set<string>()
  readonly #trendsAsked = new Set<string>()
  #trendsWanted: readonly string[] = []
  #trendRequests = 0
  #detailIsDue = false

  constructor(store: Store<DashboardState>) {
    this.#store = store
    this.#stream = new LiveStream('/v1/events', {
      opened: () => this.#connected(),
      events: (events) => this.#take(events),
      lost: (retryAtMs) => this.#lost(retryAtMs),
    })
  }

  start(): void {
    void this.#readServices()
    this.#stream.open()
    window.addEventListener('online', () => this.retryNow())
  }

  retryNow(): void {
    if (this.#store.get().connection.kind === 'lost') this.#stream.open()
  }

  /** Opens the page of a service with its history over `rangeMs`, or of none. */
  show(name: string | null, rangeMs: number): void {
    const opened = this.#store.get().opened
    if (name === null) {
      if (opened !== null) this.#store.update((state) => ({ ...state, opened: null }))
      return
    }
    if (opened?.name !== name) {
      this.#store.update((state) => ({ ...state, opened: emptyOpened(name) }))
      void this.#readDetail(name)
    }
    void this.#readHistory(name, rangeMs, false)
  }

  /** Rows in view now; the ones asked for before and not begun are dropped. */
  wantTrends(names: readonly string[]): void {
    this.#trendsWanted = names.filter((name) => !this.#trendsAsked.has(name))
    this.#readTrends()
  }

  #connected(): void {
    const again = this.#store.get().connection.kind === 'lost'
    this.#store.update((state) => ({ ...state, signedOut: false, connection: { kind: 'live' } }))
    if (!again) return
    void this.#readServices()
    const opened = this.#store.get().opened
    if (opened === null) return
    void this.#readDetail(opened.name)
    const from = opened.historyFromMs
    if (from !== null) void this.#readHistory(opened.name, this.#serverNowMs() - from, true)
  }

  #take(events: readonly LiveEvent[]): void {
    for (const event of events) if (event.kind === 'removed') this.#removedWhileListing.add(event.service)
    this.#store.update((state) => applyEvents(state, events))
    const opened = this.#store.get().opened
    if (opened === null || !events.some((event) => event.service === opened.name)) return
    if (this.#detailIsDue) return
    this.#detailIsDue = true
    window.setTimeout(() => {
      this.#detailIsDue = false
      const name = this.#store.get().opened?.name
      if (name !== undefined) void this.#readDetail(name)
    }, DETAIL_EVERY_MS)
  }

  /** An event stream does not say why it failed; the listing's answer does. */
  #lost(retryAtMs: number): void {
    this.#store.update((state) => {
      const sinceMs = state.connection.kind === 'lost' ? state.connection.sinceMs : Date.now()
      return { ...state, connection: { kind: 'lost', sinceMs, retryAtMs } }
    })
    void this.#findOutWhy()
  }

  async #findOutWhy(): Promise<void> {
    const answer = await read<Page<ServiceSummary>>('/v1/services?limit=1')
    if (!answer.ok) this.#listingFailed(answer.failure)
  }

  async #readServices(): Promise<void> {
    this.#removedWhileListing.clear()
    const answer = await readAll<ServiceSummary>('/v1/services')
    this.#setClock(answer)
    if (!answer.ok) return this.#listingFailed(answer.failure)
    this.#store.update((state) => applyServices(state, answer.value, this.#removedWhileListing))
  }

  #listingFailed(failure: Failure): void {
    if (failure.kind === 'signed-out') return this.#signedOut()
    if (this.#store.get().listing.kind === 'loaded') return
    const says = failure.kind === 'missing' ? 'this server has no list of services' : failure.says
    this.#store.update((state) => ({ ...state, listing: { kind: 'failed', says } }))
  }

  #signedOut(): void {
    this.#stream.close()
    this.#store.update((state) => ({ ...state, signedOut: true }))
  }

  async #readDetail(name: string): Promise<void> {
    const [detail, instances] = await Promise.all([
      read<ServiceDetail>(servicePath(name)),
      readAll<InstanceView>(`${servicePath(name)}/instances`),
    ])
    this.#setClock(detail)
    if (!detail.ok) return this.#openedFailed(name, detail.failure)
    if (!instances.ok) return this.#openedFailed(name, instances.failure)
    this.#store.update((state) => applyDetail(state, detail.value, instances.value))
  }

  async #readHistory(name: string, rangeMs: number, again: boolean): Promise<void> {
    const fromMs = this.#serverNowMs() - rangeMs
    const known = this.#store.get().opened?.historyFromMs ?? null
    if (!again && known !== null && known <= fromMs) return
    const answer = await readHistorySince(name, fromMs)
    if (!answer.ok) return this.#openedFailed(name, answer.failure)
    this.#store.update((state) => applyHistory(state, answer.value, fromMs))
  }

  #openedFailed(name: string, failure: Failure): void {
    if (failure.kind === 'signed-out') return this.#signedOut()
    const failed: Partial<OpenedService> =
      failure.kind === 'missing' ? { status: 'missing' } : { status: 'failed', says: failure.says }
    this.#store.update((state) => {
      // What is shown already stays; its age says that it is old.
      if (state.opened?.name !== name) return state
      if (failure.kind !== 'missing' && state.opened.detail !== null) return state
      return { ...state, opened: { ...state.opened, ...failed } }
    })
  }

  #readTrends(): void {
    while (this.#trendRequests < TREND_REQUESTS) {
      const [name, ...rest] = this.#trendsWanted
      if (name === undefined) return
      this.#trendsWanted = rest
      this.#trendsAsked.add(name)
      this.#trendRequests += 1
      void this.#readTrend(name).finally(() => {
        this.#trendRequests -= 1
        this.#readTrends()
      })
    }
  }

  async #readTrend(name: string): Promise<void> {
    const answer = await readHistorySince(name, this.#serverNowMs() - TREND_SPAN_MS)
    if (!answer.ok) return
    this.#store.update((state) => {
      const trends = new Map(state.trends)
      trends.set(name, trendFrom(answer.value.points, state.trends.get(name) ?? []))
      return { ...state, trends }
    })
  }

  #setClock(answer: Answer<unknown>): void {
    if (!answer.ok || answer.serverNowMs === null) return
    const clockOffsetMs = answer.serverNowMs - Date.now()
    // The header counts whole seconds; smaller differences are no differences.
    this.#store.update((state) =>
      Math.abs(state.clockOffsetMs - clockOffsetMs) < 2_000 ? state : { ...state, clockOffsetMs },
    )
  }

  #serverNowMs(): number {
    return Date.now() + this.#store.get().clockOffsetMs
  }
}

function readHistorySince(name: string, fromMs: number): Promise<Answer<HistoryView>> {
  const since = encodeURIComponent(new Date(fromMs).toISOString())
  return read<HistoryView>(`${servicePath(name)}/history?since=${since}`)
}
