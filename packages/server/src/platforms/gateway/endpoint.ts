/**
 * One instance as the gateway uses it: its kept connections, how much it is given at present, and whether
 * it rests because it refused connections.
 */
import { Agent } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { InstanceId } from '@holdfast/core/units'
import type { Candidate } from './choose-endpoint.ts'
import type { Endpoint } from './gateway.ts'
import { InstanceMeter } from './measurement.ts'

/** An instance is on this machine or near; one that does not answer by then will not. */
const CONNECT_TIMEOUT_MS = 2_000

/** Shorter than the five seconds after which Node's own servers drop an idle connection. */
const IDLE_CONNECTION_MS = 4_000

/** Idle connections kept for each instance; a burst may open more. */
const MAX_IDLE_CONNECTIONS = 256

const FIRST_REST_MS = 100
const LONGEST_REST_MS = 5_000

class EndpointAgent extends Agent {
  readonly #host: string
  readonly #port: number

  constructor({ host, port }: Endpoint) {
    super({
      keepAlive: true,
      maxFreeSockets: MAX_IDLE_CONNECTIONS,
      scheduling: 'lifo',
      timeout: IDLE_CONNECTION_MS,
    })
    this.#host = host
    this.#port = port
  }

  override createConnection(): Socket {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true })
    const tooLate = setTimeout(() => socket.destroy(new ConnectTimeout()), CONNECT_TIMEOUT_MS)
    const settled = (): void => clearTimeout(tooLate)
    socket.once('connect', settled).once('close', settled)
    return socket
  }
}

class ConnectTimeout extends Error {
  readonly syscall = 'connect'

  constructor() {
    super(`no connection after ${CONNECT_TIMEOUT_MS} ms`)
  }
}

/** True when no connection came about, so that the instance cannot have seen any of the request. */
export function isConnectFault(error: Error): boolean {
  if (error instanceof AggregateError) return true
  return 'syscall' in error && (error.syscall === 'connect' || error.syscall === 'getaddrinfo')
}

export class EndpointState implements Candidate {
  readonly instance: InstanceId
  readonly host: string
  readonly port: number
  readonly agent: Agent
  readonly meter: InstanceMeter
  inFlight = 0
  lastUsed = 0
  restsUntilMs = 0
  #refusals = 0

  constructor(endpoint: Endpoint) {
    this.instance = endpoint.instance
    this.host = endpoint.host
    this.port = endpoint.port
    this.agent = new EndpointAgent(endpoint)
    this.meter = new InstanceMeter(endpoint.instance)
  }

  isAt({ instance, host, port }: Endpoint): boolean {
    return instance === this.instance && host === this.host && port === this.port
  }

  /** Takes an operation; the caller has checked that there is room. */
  take(turn: number, nowMs: number): void {
    this.inFlight += 1
    this.lastUsed = turn
    this.meter.inFlight.change(1, nowMs)
  }

  release(nowMs: number): void {
    this.inFlight -= 1
    this.meter.inFlight.change(-1, nowMs)
  }

  /** It is left out for a time that doubles with each refusal: returns how long, or null if it rests already. */
  refusedConnection(nowMs: number): number | null {
    // Operations that were refused together are one refusal.
    if (this.restsUntilMs > nowMs) return null
    const restMs = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** this.#refusals)
    this.#refusals += 1
    this.restsUntilMs = nowMs + restMs
    return restMs
  }

  /** Timers may fire a little early, and then the time alone would still say that it rests. */
  hasRested(): void {
    this.restsUntilMs = 0
  }

  answered(): void {
    this.#refusals = 0
  }
}
