/**
 * One listening port: bounds what a client can do to it by time and size, answers malformed requests
 * itself, and hands the rest on. Nothing that comes in over it can end the process.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { answeringEarly } from './forward.ts'
import { closingRefusal, rawRefusal } from './refusal.ts'
import { wantsTunnel } from './upgrade.ts'

export interface ClientTimeouts {
  /** For the whole head of a request. */
  readonly headersMs: number
  /** For the whole request. */
  readonly requestMs: number
  /** Between two requests on one connection. */
  readonly idleMs: number
}

/** Heads are small; bodies may be large uploads; idle is just above the minute that load balancers wait. */
export const defaultClientTimeouts: ClientTimeouts = { headersMs: 10_000, requestMs: 300_000, idleMs: 65_000 }

export interface Reception {
  request(request: IncomingMessage, response: ServerResponse): void
  upgrade(request: IncomingMessage, socket: Duplex, early: Buffer): void
}

export interface Address {
  readonly host: string
  readonly port: number
}

/** Each connection costs some 20 kB, so this is at most 200 MB. */
const MAX_CONNECTIONS = 10_000

const MAX_HEAD_BYTES = 16_384

/** How often Node looks for requests that have taken too long. */
const MAX_CHECK_INTERVAL_MS = 1_000

/** How often a closing port looks for connections whose answer has gone. */
const CLOSING_CHECK_MS = 20

export class Listener {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #closing = false

  constructor(reception: Reception, timeouts: ClientTimeouts) {
    const server = createServer({
      maxHeaderSize: MAX_HEAD_BYTES,
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.requestMs,
      keepAliveTimeout: timeouts.idleMs,
      connectionsCheckingInterval: Math.min(MAX_CHECK_INTERVAL_MS, timeouts.headersMs),
      shouldUpgradeCallback: wantsTunnel,
    })
    server.maxConnections = MAX_CONNECTIONS
    // Node would drop further headers silently; their size is bounded anyway.
    server.maxHeadersCount = 0
    const take = (request: IncomingMessage, response: ServerResponse): void => {
      if (this.#closing) response.shouldKeepAlive = false
      reception.request(request, response)
    }
    server.on('request', take)
    server.on('checkContinue', take)
    server.on('checkExpectation', take)
    server.on('upgrade', (request, socket, early) => reception.upgrade(request, socket, early))
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    server.on('clientError', answerClientError)
    this.#server = server
  }

  /** Rejects with Node's error when the address cannot be had. */
  async listen({ host, port }: Address): Promise<number> {
    const server = this.#server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port }, () => {
        server.off('error', reject)
        resolve()
      })
    })
    return (server.address() as AddressInfo).port
  }

  /** Takes nothing new, lets what is under way finish for the time, then breaks off what is left. */
  async close(graceMs: number): Promise<void> {
    const server = this.#server
    this.#closing = true
    if (!server.listening) return
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve())
    })
    const closeIdle = setInterval(() => this.#closeIdle(), CLOSING_CHECK_MS)
    this.#closeIdle()
    const breakOff = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy()
    }, graceMs)
    await closed
    clearTimeout(breakOff)
    clearInterval(closeIdle)
  }

  /** Node takes connections on which nothing was ever asked for busy ones; clients open them ahead. */
  #closeIdle(): void {
    this.#server.closeIdleConnections()
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy()
  }
}

const CLIENT_ERRORS: Readonly<Record<string, { readonly status: number; readonly says: string }>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    says: `The head of a request may have at most ${MAX_HEAD_BYTES} bytes.`,
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, says: 'The request did not come in time.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, says: 'The chunk extensions are too large.' },
}

const MALFORMED = { status: 400, says: 'The request is malformed.' }

function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET' || answeringEarly.has(socket as Socket)) {
    socket.destroy()
    return
  }
  const { status, says } = CLIENT_ERRORS[error.code ?? ''] ?? MALFORMED
  socket.end(rawRefusal(closingRefusal(status, says)), () => socket.destroy())
}
