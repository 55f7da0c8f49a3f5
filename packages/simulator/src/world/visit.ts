/**
 * One visit of an operation to a part; the visits that its calls make point back to it. Visits are used again
 * once nothing names them any more, as a run makes millions of them.
 */
import type { SimulatedInstance } from './simulated-instance.ts'
import type { SimulatedPart } from './simulated-part.ts'

export interface Visit {
  part: SimulatedPart
  /** Null for the visit with which the operation enters the service. */
  parent: Visit | null
  arrivedAt: number
  /** Null while no instance is ready, and it waits in the part's line. */
  instance: SimulatedInstance | null
  admittedAt: number
  serviceMs: number
  /** Its own service is done; what remains are the parts that it calls. */
  served: boolean
  /** Answered or failed. */
  over: boolean
  /** An event or a line still names it, so that it cannot be used again. */
  named: boolean
  /** Which of the part's calls is being made, and how often still. */
  call: number
  callsLeft: number
  /** The visit of the call that is being made. */
  called: Visit | null
}

export class Visits {
  /** All that were ever made; those that are over are free or about to be. */
  readonly #all: Visit[] = []
  readonly #free: Visit[] = []

  begin(part: SimulatedPart, parent: Visit | null, now: number): Visit {
    const visit = this.#free.pop()
    if (visit === undefined) {
      const made = newVisit(part, parent, now)
      this.#all.push(made)
      return made
    }
    visit.part = part
    visit.parent = parent
    visit.arrivedAt = now
    visit.instance = null
    visit.admittedAt = Infinity
    visit.served = false
    visit.over = false
    visit.call = -1
    visit.callsLeft = 0
    visit.called = null
    return visit
  }

  end(visit: Visit): void {
    visit.over = true
    if (!visit.named) this.#free.push(visit)
  }

  /** What named the visit does so no more; true when the visit was over by then. */
  unname(visit: Visit): boolean {
    visit.named = false
    if (visit.over) this.#free.push(visit)
    return visit.over
  }

  /** Those that are not over, in an order that only the run's past decides. */
  *underWay(): Iterable<Visit> {
    for (const visit of this.#all) if (!visit.over) yield visit
  }
}

const newVisit = (part: SimulatedPart, parent: Visit | null, now: number): Visit => ({
  part,
  parent,
  arrivedAt: now,
  instance: null,
  admittedAt: Infinity,
  // A fraction, so that the field holds such numbers from the beginning.
  serviceMs: 0.5,
  served: false,
  over: false,
  named: false,
  call: -1,
  callsLeft: 0,
  called: null,
})
