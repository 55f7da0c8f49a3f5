/**
 * The way of one operation through the gateway, whatever carries it: arrival, waiting for an instance,
 * attempts at one or more instances, the first byte of the answer, the end. Each step is recorded once, an
 * instance is given back exactly once, and the end comes exactly once.
 */
import type { Dispatcher, Waiter } from './dispatcher.ts'
import { isConnectFault, type EndpointState } from './endpoint.ts'
import {
  beginOperation,
  callBegan,
  callEnded,
  monotonicMs,
  ownServiceMs,
  type Operation,
  type Outcome,
} from './operation.ts'
import { operationName } from '../../operation-name.ts'
import { refusal, type Refusal } from './refusal.ts'
import type { RequestHead } from './request-head.ts'
import type { PartState } from './route-table.ts'
import type { Place } from './waiting-line.ts'

/** An operation that failed at so many instances would hardly succeed at one more. */
const MAX_RETRIES = 2

const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

export abstract class Exchange implements Waiter {
  readonly head: RequestHead
  readonly part: PartState
  readonly operation: Operation
  place: Place<Waiter> | null = null
  avoid: EndpointState | null = null
  #endpoint: EndpointState | null = null
  #retries = 0
  #timer: NodeJS.Timeout | null = null
  /** What it will have been if nothing else happens before its end. */
  #prospect: Outcome = 'completed'
  #insidePart = true
  #ended = false

  /** `isEntry` says whether the operation came to where clients of the service come to. */
  constructor(part: PartState, head: RequestHead, isEntry: boolean) {
    const caller = head.callers.length === 0 ? null : part.service.spans.find(head.callers)
    this.part = part
    this.head = head
    this.operation = beginOperation(
      operationName(head.method, head.target),
      head,
      isEntry && caller === null,
      caller,
    )
  }

  /** Sends the request to the instance. */
  protected abstract open(endpoint: EndpointState): void
  /** Lets go of the attempt that is under way, so that nothing of it is heard any more. */
  protected abstract abandon(): void
  /** True when no body byte can have reached an instance. */
  protected abstract isUntouched(): boolean
  protected abstract answer(refused: Refusal): void

  get hasEnded(): boolean {
    return this.#ended
  }

  protected get hasAnswer(): boolean {
    return !Number.isNaN(this.operation.firstByteMs)
  }

  enter(): void {
    const { operation, part } = this
    const nowMs = operation.arrivedMs
    this.#arrive(nowMs)
    this.#timer = setTimeout(expire, part.service.limits.responseTimeout, this)
    if (!this.#dispatcher.submit(this, nowMs)) {
      this.#refuse(`Too many operations wait for the part "${part.name}".`)
    }
  }

  /** For a request that the gateway answers itself, though it counts as an operation. */
  enterOnlyToBe(refused: Refusal): void {
    this.#arrive(this.operation.arrivedMs)
    this.#conclude(refused)
  }

  start(endpoint: EndpointState, nowMs: number): void {
    this.#endpoint = endpoint
    this.operation.dispatchedMs = nowMs
    if (this.part.service.parts.size > 1) this.part.service.spans.open(this.head.spanId, this.operation)
    this.open(endpoint)
  }

  turnAway(): void {
    this.#refuse(`The part "${this.part.name}" is not served any more.`)
  }

  expired(): void {
    if (this.hasAnswer || this.#ended) return
    const { responseTimeout } = this.part.service.limits
    if (this.#endpoint === null) {
      this.#dispatcher.leaveLine(this)
      const lack = this.#dispatcher.hasEndpoints ? 'had room' : 'was there'
      this.#refuse(`No instance of the part "${this.part.name}" ${lack} within ${responseTimeout} ms.`)
      return
    }
    this.#endpoint.meter.failed()
    this.abandon()
    this.#giveBack(monotonicMs())
    this.fail(504, `The part "${this.part.name}" did not answer within ${responseTimeout} ms.`)
  }

  /** The attempt failed before the first byte of an answer: another one is made where that is safe. */
  protected faulted(error: Error): void {
    const endpoint = this.#endpoint
    if (endpoint === null || this.#ended) return
    const wasRefused = isConnectFault(error)
    endpoint.meter.failed()
    if (wasRefused) this.#dispatcher.rest(endpoint)
    this.abandon()
    this.#giveBack(monotonicMs())
    const isSafe = this.isUntouched() && (wasRefused || IDEMPOTENT.has(this.head.method))
    if (isSafe && this.#retries < MAX_RETRIES && this.part.retries.spend()) {
      this.#retries += 1
      this.avoid = endpoint
      this.#dispatcher.resubmit(this)
      return
    }
    this.fail(502, `The part "${this.part.name}" broke the connection off without an answer.`)
  }

  protected fail(status: 502 | 504, says: string): void {
    this.#fails('failed')
    this.#conclude(refusal(status, says))
  }

  /** For an answer of the gateway that is the client's own doing, such as 413. */
  protected decline(refused: Refusal): void {
    this.abandon()
    this.#giveBack(monotonicMs())
    this.#conclude(refused)
  }

  /** The first byte of the instance's answer has come. */
  protected answered(status: number): void {
    this.#stopTimer()
    this.operation.firstByteMs = monotonicMs()
    this.#endpoint?.answered()
    if (status < 500) return
    this.operation.passedOn = this.operation.callFailed
    this.#fails('failed')
  }

  /** The answer broke off in its midst. */
  protected brokeOff(): void {
    this.#fails('failed')
    this.served(monotonicMs())
  }

  /** The instance is done with the operation. */
  protected served(nowMs: number, servedMs: number = nowMs): void {
    const endpoint = this.#endpoint
    if (endpoint === null) return
    this.operation.servedMs = servedMs
    if (this.#prospect === 'completed') endpoint.meter.completed(ownServiceMs(this.operation))
    else if (!this.operation.passedOn) endpoint.meter.failed()
    this.#leavePart(nowMs)
    this.#giveBack(nowMs)
  }

  /** The answer has gone to the client wholly; `responseMs` where it is not the time from arrival to now. */
  protected finished(responseMs: number | null = null): void {
    this.#end(this.#prospect, responseMs)
  }

  protected clientLeft(): void {
    if (this.#ended) return
    this.abandon()
    this.#end(this.#prospect === 'completed' ? 'aborted' : this.#prospect, null)
  }

  get #dispatcher(): Dispatcher {
    return this.part.dispatcher
  }

  #arrive(nowMs: number): void {
    const { operation, part } = this
    part.meter.arrived(nowMs)
    part.retries.earn()
    if (operation.entry) part.service.meter.arrived()
    if (operation.caller !== null) callBegan(operation.caller, nowMs)
  }

  #refuse(says: string): void {
    this.#fails('refused')
    this.#conclude(refusal(503, says))
  }

  /** Told to whoever called before it has the answer, so that it is known when that one answers in turn. */
  #fails(prospect: 'failed' | 'refused'): void {
    this.#prospect = prospect
    if (this.operation.caller !== null) this.operation.caller.callFailed = true
  }

  #conclude(refused: Refusal): void {
    this.#stopTimer()
    const nowMs = monotonicMs()
    this.operation.firstByteMs = nowMs
    this.#leavePart(nowMs)
    this.answer(refused)
  }

  #end(outcome: Outcome, responseMs: number | null): void {
    if (this.#ended) return
    this.#ended = true
    this.#stopTimer()
    const { operation, part } = this
    const nowMs = monotonicMs()
    this.#dispatcher.leaveLine(this)
    this.#leavePart(nowMs)
    this.#giveBack(nowMs)
    const tookMs = responseMs ?? nowMs - operation.arrivedMs
    part.meter.ended(operation, outcome, tookMs)
    if (operation.entry) part.service.meter.ended(operation, outcome, tookMs)
    if (operation.caller !== null) callEnded(operation.caller, nowMs)
    if (part.service.parts.size > 1) part.service.spans.close(this.head.spanId)
  }

  #leavePart(nowMs: number): void {
    if (!this.#insidePart) return
    this.#insidePart = false
    this.part.meter.left(nowMs)
  }

  #giveBack(nowMs: number): void {
    const endpoint = this.#endpoint
    if (endpoint === null) return
    this.#endpoint = null
    this.#dispatcher.release(endpoint, nowMs)
  }

  #stopTimer(): void {
    if (this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
  }
}

function expire(exchange: Exchange): void {
  exchange.expired()
}
