/**
 * Serves the built page and plays a model's data through the same routes as the real server, on a port of
 * its own: a test says when time moves on, when the connection breaks and when the session ends.
 */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import type { HistoryView, Page, ServiceSummary } from '../../server/src/http/api.ts'
import type { LiveEvent } from '../../server/src/http/api.ts'
import { pastOf } from './population.ts'
import { healthOf, shopSources } from './shop-health.ts'
import { watchedClient, watchManifest, watchModel, watchStats } from './shop-watch.ts'
import type { ShopModel } from './shop-model.ts'

export const dist = join(import.meta.dirname, '..', 'dist')

/** The policy that the page is served under: nothing from elsewhere, nothing inline. */
const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

const PAGE = 1_000

export class PlaybackServer implements AsyncDisposable {
  readonly shop: ShopModel
  readonly #others: readonly ServiceSummary[]
  readonly #server: Server
  readonly #streams = new Set<ServerResponse>()
  #signedIn = true
  #answering = true

  constructor(shop: ShopModel, others: readonly ServiceSummary[]) {
    this.shop = shop
    this.#others = others
    this.#server = createServer((request, response) => {
      void this.#answer(request, response)
    })
  }

  /** The page's address. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The server listens on no port.')
    return `http://127.0.0.1:${address.port}/`
  }

  /** How many pages listen to the live stream. */
  get streams(): number {
    return this.#streams.size
  }

  /** Lets the model go on by one step and tells every open page. */
  step(): void {
    for (const event of this.shop.step()) this.send(event)
  }

  send(event: LiveEvent): void {
    for (const stream of this.#streams) {
      stream.write(`event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`)
    }
  }

  /** From now on, and for the streams that are open, the server is away; `true` brings it back. */
  setAnswering(answering: boolean): void {
    this.#answering = answering
    if (!answering) this.#cutStreams()
  }

  endSession(): void {
    this.#signedIn = false
    this.#cutStreams()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cutStreams()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #cutStreams(): void {
    for (const stream of this.#streams) stream.destroy()
    this.#streams.clear()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (!url.pathname.startsWith('/v1/')) return sendFile(url.pathname, response)
    if (!this.#answering) return void request.socket.destroy()
    if (!this.#signedIn) return sendJson(response, 401, { code: 'key-missing', status: 401 })
    if (url.pathname === '/v1/events') return this.#openStream(response)
    const body = this.#read(url)
    return body === null
      ? sendJson(response, 404, { code: 'not-found', status: 404 })
      : sendJson(response, 200, body)
  }

  #openStream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write('retry: 2000\n\n')
    this.#streams.add(response)
    response.on('close', () => this.#streams.delete(response))
  }

  #read(url: URL): unknown {
    if (url.pathname === '/v1/services') return this.#listing(url)
    if (url.pathname.startsWith('/v1/watches')) return watchBelow(url.pathname)
    const [, name, below] = /^\/v1\/services\/([^/]+)(?:\/(\w+))?$/.exec(url.pathname) ?? []
    if (name === undefined) return null
    if (name !== this.shop.name) return this.#readOther(name, below)
    if (below === undefined) return this.shop.detail()
    if (below === 'instances') return pageOf(this.shop.instances())
    if (below === 'history') return this.#history(Date.parse(url.searchParams.get('since') ?? ''))
    if (below === 'health') return healthOf(this.shop.detail(), url.searchParams.get('interval'))
    if (below === 'sources') return pageOf(shopSources(this.shop.detail().updatedAt ?? ''))
    if (below === 'why') return this.shop.why(url.searchParams.get('at') ?? '')
    return null
  }

  /** The other services are there to be listed; they stand still. */
  #readOther(name: string, below: string | undefined): unknown {
    const other = this.#others.find((service) => service.name === name)
    if (other === undefined) return null
    if (below === 'instances') return pageOf([])
    if (below === 'health') return null
    if (below === 'sources') return pageOf([])
    if (below === 'history') return historyOf(other)
    return {
      ...other,
      version: 1,
      agreements: [],
      url: null,
      partDetails: [],
      verdicts: [],
      reasons: [],
      advice: [],
    }
  }

  #listing(url: URL): Page<ServiceSummary> {
    const all = [this.shop.summary(), ...this.#others]
    const from = Number(url.searchParams.get('cursor') ?? 0)
    const to = from + Math.min(PAGE, Number(url.searchParams.get('limit') ?? PAGE))
    return { items: all.slice(from, to), next: to < all.length ? String(to) : null }
  }

  #history(sinceMs: number): HistoryView {
    return {
      service: this.shop.name,
      limitMs: this.shop.summary().limitMs,
      points: this.shop.points.filter(({ at }) => Date.parse(at) >= sinceMs),
      changes: this.shop.changes.filter(({ at }) => Date.parse(at) >= sinceMs),
    }
  }
}

function historyOf(service: ServiceSummary): HistoryView {
  const nowMs = Date.parse(service.updatedAt ?? '')
  return { service: service.name, limitMs: service.limitMs, points: pastOf(service, nowMs), changes: [] }
}

function pageOf<T>(items: readonly T[]): Page<T> {
  return { items, next: null }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}

async function sendFile(path: string, response: ServerResponse): Promise<void> {
  const name = path === '/' ? '/index.html' : path
  try {
    const content = await readFile(join(dist, name))
    response.writeHead(200, {
      'content-type': mediaTypes[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': contentPolicy,
    })
    response.end(content)
  } catch {
    response.writeHead(404).end()
  }
}

function watchBelow(path: string): unknown {
  switch (path) {
    case '/v1/watches':
      return { items: [watchManifest], next: null }
    case '/v1/watches/players/stats':
      return watchStats(Date.now())
    case '/v1/watches/players/model':
      return watchModel
    case '/v1/watches/players/clients/p-17':
      return watchedClient(Date.now())
    default:
      return null
  }
}
