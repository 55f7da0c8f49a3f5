/**
 * Carries one HTTP request to an instance and the answer back, streaming both ways at the pace of the
 * slower side. Body bytes are taken from the client only once a connection to an instance stands, so that
 * an operation that found none can be tried elsewhere; what was taken is never sent twice.
 */
import {
  request as openRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import type { EndpointState } from './endpoint.ts'
import { Exchange } from './exchange.ts'
import { endingHere, takeHeaders } from './hop-headers.ts'
import { monotonicMs } from './operation.ts'
import { closingRefusal, refusal, refusalBody, refusalHeaders, type Refusal } from './refusal.ts'
import type { RequestHead } from './request-head.ts'
import type { PartState } from './route-table.ts'
import { parseServerTiming } from './server-timing.ts'

export interface Arrival {
  readonly part: PartState
  readonly head: RequestHead
  readonly isEntry: boolean
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Sockets on which an answer has begun while the request still came in: nothing else may be written there. */
export const answeringEarly = new WeakSet<Socket>()

const HOP_ONLY = endingHere([])

/** Above this, copying a body costs more than a second piece. */
const MAX_JOINED_BYTES = 16_384

/** What is read and dropped of a body that nobody wants, so that the client gets to read the answer. */
const DISCARDED_BODIES = 2

export function forward({ part, head, isEntry, request, response }: Arrival): void {
  const forwarding = new Forwarding(part, head, isEntry, request, response)
  const { bodyBytes } = part.service.limits
  if (head.body.kind === 'length' && head.body.bytes > bodyBytes)
    forwarding.enterOnlyToBe(tooLarge(bodyBytes))
  else forwarding.enter()
}

const tooLarge = (bodyBytes: number): Refusal =>
  refusal(413, `A body may have at most ${bodyBytes} bytes here.`)

class Forwarding extends Exchange {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  #upstream: ClientRequest | null = null
  #answer: IncomingMessage | null = null
  #bodyTaken = false
  #bodyBytes = 0
  #discards = false
  /** What is left of an answer of known length; NaN when the length is not known. */
  #bytesLeft = NaN
  #awaitsDrain = false

  constructor(
    part: PartState,
    head: RequestHead,
    isEntry: boolean,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    super(part, head, isEntry)
    this.#request = request
    this.#response = response
    response.on('close', () => this.#closed())
    response.on('error', ignore)
  }

  protected open(endpoint: EndpointState): void {
    const { agent, host, port } = endpoint
    const { method, target, headers, body } = this.head
    let upstream: ClientRequest
    try {
      upstream = openRequest({ agent, host, port, method, path: target, headers })
    } catch {
      // Node refuses to write what its own parser let through; it must be malformed.
      this.decline(closingRefusal(400, 'The request cannot be passed on as it is.'))
      return
    }
    this.#upstream = upstream
    upstream.on('response', (answer) => this.#answered(upstream, answer))
    upstream.on('error', (error) => {
      if (this.#upstream === upstream && !this.hasAnswer) this.faulted(error)
    })
    if (body.kind === 'none') upstream.end()
    else upstream.on('socket', (socket) => this.#connecting(upstream, socket))
  }

  protected abandon(): void {
    const upstream = this.#upstream
    this.#upstream = null
    upstream?.destroy()
  }

  protected isUntouched(): boolean {
    return !this.#bodyTaken
  }

  protected answer(refused: Refusal): void {
    const response = this.#response
    if (response.headersSent || response.destroyed) {
      response.destroy()
      return
    }
    this.#discardBody()
    const body = refusalBody(refused)
    response.writeHead(refused.status, refusalHeaders(refused, body))
    response.end(body)
  }

  #connecting(upstream: ClientRequest, socket: Socket): void {
    if (socket.connecting) socket.once('connect', () => this.#takeBody(upstream))
    else this.#takeBody(upstream)
  }

  #takeBody(upstream: ClientRequest): void {
    if (upstream !== this.#upstream || this.#bodyTaken) return
    this.#bodyTaken = true
    if (this.head.expectsContinue) this.#response.writeContinue()
    this.#request.on('data', (chunk: Buffer) => this.#passOn(chunk))
    this.#request.on('end', () => this.#bodyEnded())
  }

  #passOn(chunk: Buffer): void {
    const { bodyBytes } = this.part.service.limits
    this.#bodyBytes += chunk.length
    if (this.#discards) {
      if (this.#bodyBytes > bodyBytes * DISCARDED_BODIES) this.#request.destroy()
      return
    }
    if (this.#bodyBytes > bodyBytes) {
      if (this.hasAnswer) this.#response.destroy()
      else this.decline(tooLarge(bodyBytes))
      return
    }
    const upstream = this.#upstream
    if (upstream === null || upstream.destroyed || upstream.write(chunk)) return
    this.#request.pause()
    upstream.once('drain', () => this.#request.resume())
  }

  #bodyEnded(): void {
    if (this.#upstream === null || this.#discards) return
    const { rawTrailers } = this.#request
    if (rawTrailers.length > 0) this.#upstream.addTrailers(pairs(rawTrailers))
    this.#upstream.end()
  }

  /** Reads on without use, as an unread body keeps the connection from its next request. */
  #discardBody(): void {
    if (this.head.body.kind === 'none' || this.#discards) return
    this.#discards = true
    if (!this.#bodyTaken) this.#request.on('data', (chunk: Buffer) => this.#passOn(chunk))
    this.#bodyTaken = true
    this.#request.resume()
  }

  #answered(upstream: ClientRequest, answer: IncomingMessage): void {
    if (upstream !== this.#upstream || this.hasAnswer) {
      answer.destroy()
      return
    }
    const status = answer.statusCode ?? 502
    const { headers } = answer
    const length = headers['content-length']
    const timing = headers['server-timing']
    if (typeof timing === 'string') this.operation.reported = parseServerTiming(timing)
    try {
      this.#response.writeHead(status, answer.statusMessage ?? '', takeHeaders(answer, HOP_ONLY))
    } catch {
      this.abandon()
      this.fail(502, `The part "${this.part.name}" gave an answer that cannot be passed on.`)
      return
    }
    this.answered(status)
    this.#answer = answer
    if (length !== undefined) this.#bytesLeft = Number(length)
    if (this.head.body.kind !== 'none') answeringEarly.add(this.#request.socket)
    answer.on('data', (chunk: Buffer) => this.#passBack(chunk))
    answer.on('end', () => this.#answerEnded(upstream))
    answer.on('error', () => this.#answerBroke())
    process.nextTick(sendHead, this)
  }

  /** Of an answer whose body lets itself be waited for, the client gets the head at once. */
  sendHeadIfQuiet(): void {
    const response = this.#response
    if (!response.writableEnded && !response.destroyed && !this.#answer?.complete) response.flushHeaders()
  }

  #passBack(chunk: Buffer): void {
    const response = this.#response
    if (response.destroyed) return
    if (this.#bytesLeft === chunk.length) {
      this.#bytesLeft = 0
      // As text, head and body leave as one piece in one write; Node would hand buffers on as two.
      if (chunk.length <= MAX_JOINED_BYTES) response.end(chunk.toString('latin1'), 'latin1')
      else response.end(chunk)
      return
    }
    this.#bytesLeft -= chunk.length
    if (response.write(chunk)) return
    this.#answer?.pause()
    if (this.#awaitsDrain) return
    this.#awaitsDrain = true
    response.on('drain', () => this.#answer?.resume())
  }

  #answerEnded(upstream: ClientRequest): void {
    const response = this.#response
    this.served(monotonicMs())
    if (!response.writableEnded && !response.destroyed) {
      const trailers = this.#answer?.rawTrailers ?? []
      if (trailers.length > 0) response.addTrailers(pairs(trailers))
      response.end()
    }
    if (this.head.body.kind === 'none' || this.#request.complete) return
    // The instance answered without wanting the rest of the body.
    this.#upstream = null
    upstream.destroy()
    this.#discardBody()
  }

  /** The client must see that the answer is not whole, so its connection is broken off as well. */
  #answerBroke(): void {
    if (this.hasEnded || this.#upstream === null) return
    this.brokeOff()
    this.#response.destroy()
    this.finished()
  }

  #closed(): void {
    if (this.head.body.kind !== 'none') answeringEarly.delete(this.#request.socket)
    if (this.#response.writableFinished) {
      this.served(monotonicMs())
      this.finished()
    } else this.clientLeft()
  }
}

function sendHead(forwarding: Forwarding): void {
  forwarding.sendHeadIfQuiet()
}

function pairs(flat: readonly string[]): [string, string][] {
  const list: [string, string][] = []
  for (let at = 0; at + 1 < flat.length; at += 2) list.push([flat[at] ?? '', flat[at + 1] ?? ''])
  return list
}

/** What breaks on the client's side shows as the response's end. */
function ignore(): void {}
