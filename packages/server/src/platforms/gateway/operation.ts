/**
 * One operation on its way through a part, with the instants that are measured of it. All instants are
 * milliseconds of the monotonic clock; NaN stands for what has not happened.
 */
import { performance } from 'node:perf_hooks'
import type { RequestHead } from './request-head.ts'
import { nothingReported, type ReportedTimes } from './server-timing.ts'

export interface Operation {
  readonly name: string
  readonly class: string
  readonly client: string | null
  /** True when it came from outside, so that it counts for the service and not for its part alone. */
  readonly entry: boolean
  /** The operation of the same service that made this call, if it is known. */
  readonly caller: Operation | null
  readonly arrivedMs: number
  dispatchedMs: number
  firstByteMs: number
  /** When the instance was done with it. */
  servedMs: number
  reported: ReportedTimes
  /** Calls to other parts that are under way, since when there is at least one, and the time spent so before. */
  callsUnderWay: number
  callsSinceMs: number
  callsMs: number
  /** Whether a call to another part came to nothing; an error that it answers with then is not its own. */
  callFailed: boolean
  /** Whether it failed only as a call of it did: the part that was called answers for it. */
  passedOn: boolean
}

/** completed: answered; failed: by a 5xx or a fault; refused: no instance had room for it; aborted: given up by the client. */
export type Outcome = 'completed' | 'failed' | 'refused' | 'aborted'

export const monotonicMs = (): number => performance.now()

export function beginOperation(
  name: string,
  head: RequestHead,
  entry: boolean,
  caller: Operation | null,
): Operation {
  return {
    name,
    class: head.class,
    client: head.client,
    entry,
    caller,
    arrivedMs: monotonicMs(),
    dispatchedMs: NaN,
    firstByteMs: NaN,
    servedMs: NaN,
    reported: nothingReported,
    callsUnderWay: 0,
    callsSinceMs: NaN,
    callsMs: 0,
    callFailed: false,
    passedOn: false,
  }
}

export function callBegan(caller: Operation, nowMs: number): void {
  if (caller.callsUnderWay === 0) caller.callsSinceMs = nowMs
  caller.callsUnderWay += 1
}

/** Calls made at the same time are counted once, as the caller waits for all of them together. */
export function callEnded(caller: Operation, nowMs: number): void {
  caller.callsUnderWay -= 1
  if (caller.callsUnderWay === 0) caller.callsMs += nowMs - caller.callsSinceMs
}

/** In the gateway's line, and inside the instance as far as that reports it. */
export function waitingMs(operation: Operation): number {
  return operation.dispatchedMs - operation.arrivedMs + (operation.reported.waitMs ?? 0)
}

/** The part's own work: what the instance reports, else its time without waiting and calls to other parts. */
export function ownServiceMs(operation: Operation): number {
  const { reported, dispatchedMs, servedMs } = operation
  if (reported.serviceMs !== null) return reported.serviceMs
  const openCallsMs = operation.callsUnderWay > 0 ? servedMs - operation.callsSinceMs : 0
  return Math.max(0, servedMs - dispatchedMs - (reported.waitMs ?? 0) - operation.callsMs - openCallsMs)
}
