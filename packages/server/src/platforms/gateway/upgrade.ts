/**
 * Carries a request for another protocol, such as WebSocket, and then the bytes of both sides as they come.
 * It is one operation that ends with the tunnel and occupies its instance until then; its response and
 * service times end with the answer to the upgrade, since how long people stay says nothing about speed.
 */
import { request as openRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { EndpointState } from './endpoint.ts'
import { Exchange } from './exchange.ts'
import { endingHere, takeHeaders } from './hop-headers.ts'
import { monotonicMs } from './operation.ts'
import { messageHead, rawRefusal, type Refusal } from './refusal.ts'
import type { RequestHead } from './request-head.ts'
import type { PartState } from './route-table.ts'

export interface UpgradeArrival {
  readonly part: PartState
  readonly head: RequestHead
  readonly isEntry: boolean
  readonly protocol: string
  readonly socket: Duplex
  /** What the client sent ahead, before it knew the answer. */
  readonly early: Buffer
}

const HOP_ONLY = endingHere([])

export function tunnel(arrival: UpgradeArrival): void {
  new Tunnel(arrival).enter()
}

/** Plain HTTP/1.1 goes on where the other protocol is HTTP/2 or the request has a body. */
export function wantsTunnel({ headers }: IncomingMessage): boolean {
  const protocol = headers.upgrade
  if (protocol === undefined || protocol.toLowerCase().startsWith('h2c')) return false
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0
}

class Tunnel extends Exchange {
  readonly #protocol: string
  readonly #client: Duplex
  readonly #early: Buffer
  #upstream: ClientRequest | null = null

  constructor({ part, head, isEntry, protocol, socket, early }: UpgradeArrival) {
    super(part, head, isEntry)
    this.#protocol = protocol
    this.#client = socket
    this.#early = early
    socket.on('error', ignore)
    socket.on('close', () => this.#clientClosed())
  }

  protected open({ agent, host, port }: EndpointState): void {
    const { method, target } = this.head
    const headers = [...this.head.headers, 'Connection', 'Upgrade', 'Upgrade', this.#protocol]
    let upstream: ClientRequest
    try {
      upstream = openRequest({ agent, host, port, method, path: target, headers })
    } catch {
      this.fail(502, 'The request cannot be passed on as it is.')
      return
    }
    this.#upstream = upstream
    upstream.on('upgrade', (answer, instance, early) => {
      if (upstream === this.#upstream) this.#join(answer, instance, early)
      else instance.destroy()
    })
    upstream.on('response', (answer) => {
      if (upstream === this.#upstream) this.#declined(answer)
      else answer.destroy()
    })
    upstream.on('error', (error) => {
      if (upstream === this.#upstream && !this.hasAnswer) this.faulted(error)
    })
    upstream.end()
  }

  protected abandon(): void {
    const upstream = this.#upstream
    this.#upstream = null
    upstream?.destroy()
  }

  /** A request to switch protocols has no body. */
  protected isUntouched(): boolean {
    return true
  }

  protected answer(refused: Refusal): void {
    this.#client.end(rawRefusal(refused), () => this.#client.destroy())
  }

  #join(answer: IncomingMessage, instance: Duplex, early: Buffer): void {
    const client = this.#client
    const protocol = answer.headers.upgrade ?? this.#protocol
    this.answered(101)
    const headers = [...takeHeaders(answer, HOP_ONLY), 'Connection', 'Upgrade', 'Upgrade', protocol]
    client.write(messageHead(101, answer.statusMessage ?? 'Switching Protocols', headers), 'latin1')
    if (early.length > 0) client.write(early)
    if (this.#early.length > 0) instance.write(this.#early)
    instance.on('error', ignore)
    instance.on('close', () => client.destroy())
    client.on('close', () => instance.destroy())
    instance.pipe(client)
    client.pipe(instance)
  }

  /** The instance answers in plain HTTP, mostly with an error. */
  #declined(answer: IncomingMessage): void {
    const client = this.#client
    const status = answer.statusCode ?? 502
    this.answered(status)
    const headers = [...takeHeaders(answer, HOP_ONLY), 'Connection', 'close']
    client.write(messageHead(status, answer.statusMessage ?? '', headers), 'latin1')
    answer.on('error', () => client.destroy())
    client.on('finish', () => client.destroy())
    answer.pipe(client)
  }

  #clientClosed(): void {
    if (!this.hasAnswer) {
      this.clientLeft()
      return
    }
    const { firstByteMs, arrivedMs } = this.operation
    this.abandon()
    this.served(monotonicMs(), firstByteMs)
    this.finished(firstByteMs - arrivedMs)
  }
}

/** What breaks on either side shows as the end of its socket. */
function ignore(): void {}
