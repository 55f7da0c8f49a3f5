/**
 * Clients' operations on their way through the parts: they visit instances, wait, are served and call other
 * parts, and are answered or fail. Which instances there are is not decided here.
 */
import type { Random } from '@holdfast/core/stats'
import type { PartName } from '@holdfast/core/units'
import { EventQueue } from './event-queue.ts'
import { countOperation, moveInside, type ServiceMeter } from './meters.ts'
import { admit, chooseInstance, type SimulatedInstance } from './simulated-instance.ts'
import { drawCalls, drawServiceMs, occupancyMs, type SimulatedPart } from './simulated-part.ts'
import { slownessOf } from './slowness.ts'
import { Visits, type Visit } from './visit.ts'

/** Visits that one instance holds, or that wait for a part without a ready one; further ones are refused, as by a gateway. */
const MAX_WAITING = 1_000

export interface OperationsSettings {
  readonly parts: ReadonlyMap<PartName, SimulatedPart>
  /** Null where clients send nothing. */
  readonly entry: SimulatedPart | null
  readonly meter: ServiceMeter
  /** Decides which operations a program that fails some of them fails. */
  readonly errorRandom: Random
  /** The instance answered a visit, and may have been waiting for that. */
  readonly onAnswered: (instance: SimulatedInstance) => void
}

export class Operations {
  readonly #settings: OperationsSettings
  readonly #visits = new Visits()
  readonly #served = new EventQueue<Visit>()
  #now = 0

  constructor(settings: OperationsSettings) {
    this.#settings = settings
  }

  /** When the next visit will have been served. */
  get nextAt(): number {
    return this.#served.nextAt
  }

  underWay(): Iterable<Visit> {
    return this.#visits.underWay()
  }

  arrive(now: number): void {
    this.#now = now
    const { entry, meter } = this.#settings
    if (entry === null) return
    meter.arrivals += 1
    this.#enter(this.#visits.begin(entry, null, now))
  }

  serveNext(): void {
    this.#now = this.#served.nextAt
    const visit = this.#served.pop()
    if (visit !== undefined && !this.#visits.unname(visit)) this.#serve(visit)
  }

  /** What waited for an instance of the part goes to those that are ready. */
  takeLine(part: SimulatedPart, now: number): void {
    this.#now = now
    for (const visit of part.line.splice(0)) {
      if (!this.#visits.unname(visit)) this.#place(visit)
    }
  }

  /** The instance is no more, and what it held fails with it. */
  failAllOf(instance: SimulatedInstance, now: number): void {
    this.#now = now
    for (const visit of this.#visits.underWay()) {
      if (visit.instance === instance) this.#fail(innermost(visit))
    }
  }

  #enter(visit: Visit): void {
    const { meter } = visit.part
    meter.arrivals += 1
    moveInside(meter, 1, this.#now)
    this.#place(visit)
  }

  #place(visit: Visit): void {
    const { part } = visit
    const instance = chooseInstance(part.instances)
    if (instance !== null && instance.inFlight < MAX_WAITING) return this.#dispatch(visit, instance)
    if (instance !== null || part.line.length >= MAX_WAITING) return this.#fail(visit)
    visit.named = true
    part.line.push(visit)
  }

  #dispatch(visit: Visit, instance: SimulatedInstance): void {
    const { part } = visit
    const { addedMs } = part.trouble
    part.dispatched += 1
    instance.lastUsed = part.dispatched
    instance.inFlight += 1
    visit.instance = instance
    const slowness = slownessOf(instance, this.#now)
    visit.serviceMs = drawServiceMs(part, slowness) + addedMs
    const occupiedMs = occupancyMs(part, visit.serviceMs, slowness + addedMs / part.stations.service.meanMs)
    visit.admittedAt = admit(instance, this.#now, occupiedMs)
    part.use.assignedMs += occupiedMs
    visit.named = true
    this.#served.push(visit.admittedAt + visit.serviceMs, visit)
  }

  #serve(visit: Visit): void {
    const { part, instance, serviceMs } = visit
    if (instance === null) return
    if (instance.failedShare > 0 && this.#settings.errorRandom.next() < instance.failedShare)
      return this.#fail(visit)
    visit.served = true
    moveInside(part.meter, -1, this.#now)
    part.meter.completed += 1
    part.meter.serviceMs.record(serviceMs)
    part.meter.waitingMs.record(visit.admittedAt - visit.arrivedAt)
    countServed(instance, serviceMs)
    this.#proceed(visit)
  }

  /** Makes the next call of the visit, or answers it when all are made. */
  #proceed(visit: Visit): void {
    const { calls } = visit.part
    while (visit.callsLeft === 0) {
      visit.call += 1
      const call = calls[visit.call]
      if (call === undefined) return this.#answer(visit)
      visit.callsLeft = drawCalls(visit.part, call.times)
    }
    visit.callsLeft -= 1
    const called = this.#settings.parts.get(calls[visit.call]?.part ?? visit.part.name)
    if (called === undefined) return
    visit.called = this.#visits.begin(called, visit, this.#now)
    this.#enter(visit.called)
  }

  #answer(visit: Visit): void {
    const { parent, arrivedAt } = visit
    this.#leave(visit)
    if (parent === null) return countOperation(this.#settings.meter, this.#now - arrivedAt, false)
    parent.called = null
    // The instance may have crashed on answering, and with it the visit that waited.
    if (!parent.over) this.#proceed(parent)
  }

  /** The operation ends here, with the visits that wait for this one. */
  #fail(visit: Visit): void {
    let one: Visit | null = visit
    while (one !== null && !one.over) {
      const { part, instance, arrivedAt, served }: Visit = one
      const parent: Visit | null = one.parent
      if (!served) {
        moveInside(part.meter, -1, this.#now)
        if (instance === null) part.meter.refused += 1
        else {
          part.meter.failed += 1
          instance.failed += 1
        }
      }
      this.#leave(one)
      if (parent === null) countOperation(this.#settings.meter, this.#now - arrivedAt, true)
      one = parent
    }
  }

  #leave(visit: Visit): void {
    const { instance } = visit
    this.#visits.end(visit)
    if (instance === null) return
    instance.inFlight -= 1
    this.#settings.onAnswered(instance)
  }
}

function countServed(instance: SimulatedInstance, serviceMs: number): void {
  const { host } = instance
  instance.completed += 1
  instance.serviceMsSum += serviceMs
  instance.leakedOperations += 1
  instance.throttledMs += serviceMs * host.throttledShare
  host.busyMs += serviceMs
  host.stolenMs += serviceMs * (1 - host.throttledShare) * host.stealShare
}

/** The visit at which the operation is now. */
function innermost(visit: Visit): Visit {
  let one = visit
  while (one.called !== null) one = one.called
  return one
}
