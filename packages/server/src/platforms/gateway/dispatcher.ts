/**
 * Hands the operations of one part to its instances: at once where there is room, else in the order in
 * which they came. Instances that leave the route finish what they have and get nothing more.
 */
import { chooseEndpoint } from './choose-endpoint.ts'
import { EndpointState } from './endpoint.ts'
import type { PartRoute } from './gateway.ts'
import type { InstanceMeter } from './measurement.ts'
import { monotonicMs } from './operation.ts'
import { WaitingLine, type Place } from './waiting-line.ts'

export interface Waiter {
  /** Its place in the line, while it has one. */
  place: Place<Waiter> | null
  /** The instance on which it failed before. */
  readonly avoid: EndpointState | null
  start(endpoint: EndpointState, nowMs: number): void
  /** The part is not routed any more. */
  turnAway(): void
}

export class Dispatcher {
  #endpoints: readonly EndpointState[] = []
  #leaving: readonly EndpointState[] = []
  #concurrency = 1
  #queuedLimit = 0
  #turn = 0
  readonly #line = new WaitingLine<Waiter>()
  readonly #onWaiting: () => void

  /** `onWaiting` is called when an operation begins to wait for the first instance that there is. */
  constructor(onWaiting: () => void = () => undefined) {
    this.#onWaiting = onWaiting
  }

  get queued(): number {
    return this.#line.length
  }

  get hasEndpoints(): boolean {
    return this.#endpoints.length > 0
  }

  setRoute(route: PartRoute, queuedLimit: number): void {
    const known = [...this.#endpoints, ...this.#leaving]
    this.#endpoints = route.endpoints.map(
      (endpoint) => known.find((state) => state.isAt(endpoint)) ?? new EndpointState(endpoint),
    )
    this.#leaving = known.filter((state) => !this.#endpoints.includes(state))
    for (const state of this.#leaving) closeIfDone(state)
    this.#concurrency = route.concurrency
    this.#queuedLimit = queuedLimit
    this.#serveLine()
  }

  /** False when there is neither room at an instance nor in the line. */
  submit(waiter: Waiter, nowMs: number): boolean {
    if (this.#line.length === 0 && this.#tryStart(waiter, nowMs)) return true
    waiter.place = this.#line.join(waiter, this.#queuedLimit)
    if (waiter.place === null) return false
    if (this.#line.length === 1 && !this.hasEndpoints) this.#onWaiting()
    return true
  }

  /** For an operation that was dispatched and failed: it has waited its turn already. */
  resubmit(waiter: Waiter): void {
    if (this.#tryStart(waiter, monotonicMs())) return
    waiter.place = this.#line.rejoinFirst(waiter)
  }

  leaveLine(waiter: Waiter): void {
    if (waiter.place === null) return
    this.#line.leave(waiter.place)
    waiter.place = null
  }

  release(endpoint: EndpointState, nowMs: number): void {
    endpoint.release(nowMs)
    if (this.#leaving.length > 0 && this.#leaving.includes(endpoint)) closeIfDone(endpoint)
    if (this.#line.length > 0) this.#serveLine()
  }

  rest(endpoint: EndpointState): void {
    const restMs = endpoint.refusedConnection(monotonicMs())
    if (restMs === null) return
    const wake = (): void => {
      endpoint.hasRested()
      this.#serveLine()
    }
    setTimeout(wake, restMs).unref()
  }

  /** Instances that have left are reported once more after their last operation. */
  takeMeters(): readonly InstanceMeter[] {
    const meters = [...this.#endpoints, ...this.#leaving].map(({ meter }) => meter)
    this.#leaving = this.#leaving.filter(({ inFlight }) => inFlight > 0)
    return meters
  }

  /** Turns everyone away who still waits. */
  close(): void {
    this.#leaving = [...this.#leaving, ...this.#endpoints]
    this.#endpoints = []
    for (const state of this.#leaving) closeIfDone(state)
    for (let waiter = this.#line.takeFirst(); waiter !== null; waiter = this.#line.takeFirst()) {
      waiter.place = null
      waiter.turnAway()
    }
  }

  #serveLine(): void {
    for (let waiter = this.#line.first(); waiter !== null; waiter = this.#line.first()) {
      const nowMs = monotonicMs()
      const endpoint = chooseEndpoint(this.#endpoints, this.#concurrency, nowMs, waiter.avoid)
      if (endpoint === null) return
      this.leaveLine(waiter)
      this.#start(waiter, endpoint, nowMs)
    }
  }

  #tryStart(waiter: Waiter, nowMs: number): boolean {
    const endpoint = chooseEndpoint(this.#endpoints, this.#concurrency, nowMs, waiter.avoid)
    if (endpoint === null) return false
    this.#start(waiter, endpoint, nowMs)
    return true
  }

  #start(waiter: Waiter, endpoint: EndpointState, nowMs: number): void {
    this.#turn += 1
    endpoint.take(this.#turn, nowMs)
    waiter.start(endpoint, nowMs)
  }
}

/** Its agent holds idle connections only once nothing is in flight any more. */
function closeIfDone(endpoint: EndpointState): void {
  if (endpoint.inFlight === 0) endpoint.agent.destroy()
}
