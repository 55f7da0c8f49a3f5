/** One visit of an operation to a part; the visits that its calls make point back to it. */
import type { SimulatedInstance } from './simulated-instance.ts'
import type { SimulatedPart } from './simulated-part.ts'

export interface Visit {
  readonly part: SimulatedPart
  /** Null for the visit with which the operation enters the service. */
  readonly parent: Visit | null
  readonly arrivedAt: number
  /** Null while no instance is ready, and it waits in the part's line. */
  instance: SimulatedInstance | null
  admittedAt: number
  serviceMs: number
  /** Its own service is done; what remains are the parts that it calls. */
  served: boolean
  /** Answered or failed; events that still name it mean nothing. */
  over: boolean
  /** Which of the part's calls is being made, and how often still. */
  call: number
  callsLeft: number
  /** The visit of the call that is being made. */
  called: Visit | null
}

export const newVisit = (part: SimulatedPart, parent: Visit | null, now: number): Visit => ({
  part,
  parent,
  arrivedAt: now,
  instance: null,
  admittedAt: Infinity,
  serviceMs: 0,
  served: false,
  over: false,
  call: -1,
  callsLeft: 0,
  called: null,
})
