/**
 * A world that runs one service: clients' operations visit its parts, wait, are served and call other parts;
 * instances start, drain, fail and are gone. Time is what the events say, in milliseconds since the run
 * began; nothing here reads a clock, and all chance comes from the run's seed.
 */
import type { Level, Service } from '@holdfast/core/agreement'
import type { DesiredInstance } from '@holdfast/core/control'
import type { InstancePhase } from '@holdfast/core/health'
import { exponential, lognormal, type Random } from '@holdfast/core/stats'
import type { DurationMs, InstanceId, PartName } from '@holdfast/core/units'
import { EventQueue } from './event-queue.ts'
import { failuresPerHour, slownessAt, type Fault } from './faults.ts'
import { nextArrival, type LoadShape } from './load-shape.ts'
import {
  countLevels,
  countOperation,
  moveInside,
  newServiceMeter,
  type OperationCounts,
  type ServiceMeter,
} from './meters.ts'
import { randomStreams } from './random-streams.ts'
import { admit, chooseInstance, newInstance, type SimulatedInstance } from './simulated-instance.ts'
import { drawCalls, drawServiceMs, occupancyMs, simulatedPart, type SimulatedPart } from './simulated-part.ts'
import { aheadMs, sampleSaturation } from './use-meter.ts'
import { newVisit, type Visit } from './visit.ts'

export interface WorldSettings {
  readonly service: Service
  readonly load: LoadShape
  readonly faults: readonly Fault[]
  readonly seed: number
  readonly duration: DurationMs
  /** Whether it is sampled how often all stations of a part are taken; that costs time. */
  readonly samplesUse?: boolean
}

type Event =
  | { readonly kind: 'arrival' }
  | { readonly kind: 'served'; readonly visit: Visit }
  | { readonly kind: 'ready' | 'failure' | 'drain-over'; readonly instance: SimulatedInstance }
  | { readonly kind: 'lost-instance'; readonly part: PartName }

/** Visits that one instance holds, or that wait for a part without a ready one; further ones fail, as a gateway's 503. */
const MAX_WAITING = 1_000

/** What is still running after this long ends with its instance. */
const DRAIN_MS = 10_000

/** Start times vary by about a tenth from one start to the next. */
const START_SIGMA = 0.1

const MS_PER_HOUR = 3_600_000

/** As often as Captain looks at its throttling. */
const SAMPLE_EVERY_MS = 100

export class World {
  readonly parts: readonly SimulatedPart[]
  readonly meter: ServiceMeter = newServiceMeter()
  readonly #settings: WorldSettings
  readonly #byName: ReadonlyMap<PartName, SimulatedPart>
  readonly #events = new EventQueue<Event>()
  readonly #arrivalRandom: Random
  readonly #startRandom: Random
  readonly #failureRandom: Random
  readonly #failuresPerHour: number
  readonly #aliveMs = new Map<PartName, number>()
  #nextSampleAt = Infinity
  #now = 0

  constructor(settings: WorldSettings) {
    const streams = randomStreams(settings.seed)
    this.#settings = settings
    this.#arrivalRandom = streams('arrivals')
    this.#startRandom = streams('start times')
    this.#failureRandom = streams('failures')
    this.#failuresPerHour = failuresPerHour(settings.faults)
    this.parts = settings.service.parts.map((part) => simulatedPart(part, streams))
    this.#byName = new Map(this.parts.map((part) => [part.name, part]))
    for (const fault of settings.faults) {
      if (fault.kind === 'lost-instance') this.#events.push(fault.at, fault)
    }
    if (settings.samplesUse === true) this.#nextSampleAt = SAMPLE_EVERY_MS
    this.#expectArrival()
  }

  get now(): number {
    return this.#now
  }

  /** Operations since the run began. */
  get totals(): OperationCounts {
    const { arrivals, completed, failed } = this.meter
    return { arrivals, completed, failed }
  }

  /** Instances that are ready without having started. */
  begin(desired: readonly DesiredInstance[]): void {
    for (const each of desired) {
      const instance = this.#place(each)
      if (instance !== null) this.#ready(instance)
    }
  }

  countLevels(levels: readonly Level[]): void {
    countLevels(this.meter, levels)
  }

  /** Lets everything happen that is due before `until`. */
  runUntil(until: number): void {
    while (this.#nextSampleAt < until) {
      this.#happenUntil(this.#nextSampleAt)
      for (const part of this.parts) sampleSaturation(part, this.#now)
      this.#nextSampleAt += SAMPLE_EVERY_MS
    }
    this.#happenUntil(until)
  }

  /** Starts what should be and is not, stops what is and should not be. Asking twice changes nothing more. */
  carryOut(desired: readonly DesiredInstance[]): void {
    const wanted = new Set(desired.map(({ id }) => id))
    const present = new Set<InstanceId>()
    for (const instance of this.instances()) {
      present.add(instance.desired.id)
      if (!wanted.has(instance.desired.id) && instance.phase !== 'draining') this.#stop(instance)
    }
    for (const instance of desired) {
      if (!present.has(instance.id)) this.#start(instance)
    }
  }

  instances(): readonly SimulatedInstance[] {
    return this.parts.flatMap(({ instances }) => instances)
  }

  phases(): ReadonlyMap<InstanceId, InstancePhase> {
    return new Map(this.instances().map(({ desired, phase }) => [desired.id, phase]))
  }

  /** Time that instances of the part have been there so far, from the order to start until they were gone. */
  aliveMs(part: PartName): number {
    const there = this.#byName.get(part)?.instances ?? []
    return there.reduce((sum, { startedAt }) => sum + this.#now - startedAt, this.#aliveMs.get(part) ?? 0)
  }

  #happenUntil(until: number): void {
    while (this.#events.nextAt < until) {
      this.#now = this.#events.nextAt
      const event = this.#events.pop()
      if (event !== undefined) this.#happen(event)
    }
    this.#now = until
  }

  #happen(event: Event): void {
    switch (event.kind) {
      case 'arrival':
        return this.#arrive()
      case 'served':
        return this.#served(event.visit)
      case 'ready':
        return this.#ready(event.instance)
      case 'failure':
        return this.#fail(event.instance)
      case 'drain-over':
        return this.#remove(event.instance)
      case 'lost-instance': {
        const lost = this.#byName.get(event.part)?.instances.find(({ phase }) => phase === 'ready')
        return lost === undefined ? undefined : this.#fail(lost)
      }
    }
  }

  #expectArrival(): void {
    const { load, duration } = this.#settings
    const at = nextArrival(load, this.#arrivalRandom, this.#now, duration)
    if (at < Infinity) this.#events.push(at, { kind: 'arrival' })
  }

  #arrive(): void {
    this.#expectArrival()
    const { entry } = this.#settings.service
    const part = entry === null ? undefined : this.#byName.get(entry)
    if (part === undefined) return
    this.meter.arrivals += 1
    this.#enter(newVisit(part, null, this.#now))
  }

  #enter(visit: Visit): void {
    const { part } = visit
    part.meter.arrivals += 1
    moveInside(part.meter, 1, this.#now)
    const instance = chooseInstance(part.instances)
    if (instance !== null && instance.visits.size < MAX_WAITING) return this.#dispatch(visit, instance)
    if (instance === null && part.line.length < MAX_WAITING) part.line.push(visit)
    else this.#failOperation(visit)
  }

  #dispatch(visit: Visit, instance: SimulatedInstance): void {
    const { part } = visit
    part.dispatched += 1
    instance.lastUsed = part.dispatched
    instance.visits.add(visit)
    visit.instance = instance
    const slowness = slownessAt(this.#settings.faults, part.name, this.#now)
    visit.serviceMs = drawServiceMs(part, slowness)
    const occupiedMs = occupancyMs(part, visit.serviceMs, slowness)
    visit.admittedAt = admit(instance, this.#now, occupiedMs)
    part.use.assignedMs += occupiedMs
    this.#events.push(visit.admittedAt + visit.serviceMs, { kind: 'served', visit })
  }

  #served(visit: Visit): void {
    if (visit.over) return
    const { part, instance } = visit
    visit.served = true
    moveInside(part.meter, -1, this.#now)
    part.meter.completed += 1
    part.meter.serviceMs.record(visit.serviceMs)
    part.meter.waitingMs.record(visit.admittedAt - visit.arrivedAt)
    if (instance !== null) {
      instance.completed += 1
      instance.serviceMsSum += visit.serviceMs
    }
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
    const called = this.#byName.get(calls[visit.call]?.part ?? visit.part.name)
    if (called === undefined) return
    visit.called = newVisit(called, visit, this.#now)
    this.#enter(visit.called)
  }

  #answer(visit: Visit): void {
    this.#leave(visit)
    if (visit.parent !== null) this.#proceed(visit.parent)
    else countOperation(this.meter, this.#now - visit.arrivedAt, false)
  }

  /** The operation ends here, with the visits that wait for this one. */
  #failOperation(visit: Visit): void {
    for (let one: Visit | null = visit; one !== null; one = one.parent) {
      if (!one.served) {
        moveInside(one.part.meter, -1, this.#now)
        one.part.meter.failed += 1
        if (one.instance !== null) one.instance.failed += 1
      }
      this.#leave(one)
      if (one.parent === null) countOperation(this.meter, this.#now - one.arrivedAt, true)
    }
  }

  #leave(visit: Visit): void {
    const { instance } = visit
    visit.over = true
    if (instance === null) return
    instance.visits.delete(visit)
    if (instance.phase === 'draining' && instance.visits.size === 0) this.#remove(instance)
  }

  #place(desired: DesiredInstance): SimulatedInstance | null {
    const part = this.#byName.get(desired.part)
    if (part === undefined) return null
    const instance = newInstance(desired, part, this.#now)
    part.instances.push(instance)
    return instance
  }

  #start(desired: DesiredInstance): void {
    const instance = this.#place(desired)
    if (instance === null) return
    const { part } = instance
    const startMs = lognormal(this.#startRandom, part.characteristics.startTime, START_SIGMA)
    this.#events.push(this.#now + startMs, { kind: 'ready', instance })
  }

  #ready(instance: SimulatedInstance): void {
    if (instance.phase !== 'starting') return
    this.#become(instance, 'ready')
    if (this.#failuresPerHour > 0) {
      const livesMs = exponential(this.#failureRandom, MS_PER_HOUR / this.#failuresPerHour)
      this.#events.push(this.#now + livesMs, { kind: 'failure', instance })
    }
    for (const visit of instance.part.line.splice(0)) {
      const chosen = chooseInstance(instance.part.instances)
      if (chosen !== null && !visit.over) this.#dispatch(visit, chosen)
    }
  }

  #stop(instance: SimulatedInstance): void {
    if (instance.visits.size === 0) return this.#remove(instance)
    this.#become(instance, 'draining')
    this.#events.push(this.#now + DRAIN_MS, { kind: 'drain-over', instance })
  }

  #fail(instance: SimulatedInstance): void {
    if (instance.phase !== 'ready') return
    this.#become(instance, 'failed')
    this.#failVisits(instance)
  }

  #remove(instance: SimulatedInstance): void {
    const { part, desired, startedAt } = instance
    const place = part.instances.indexOf(instance)
    if (place === -1) return
    this.#endUse(instance)
    part.instances.splice(place, 1)
    this.#aliveMs.set(desired.part, (this.#aliveMs.get(desired.part) ?? 0) + this.#now - startedAt)
    this.#failVisits(instance)
  }

  #failVisits(instance: SimulatedInstance): void {
    for (const visit of instance.visits) this.#failOperation(innermost(visit))
  }

  /** What a ready instance was given beyond now does not count as spent. */
  #endUse(instance: SimulatedInstance): void {
    if (instance.phase === 'ready') instance.part.use.assignedMs -= aheadMs(instance, this.#now)
  }

  #become(instance: SimulatedInstance, phase: SimulatedInstance['phase']): void {
    this.#endUse(instance)
    instance.phase = phase
    instance.phaseSince = this.#now
  }
}

/** The visit at which the operation is now. */
function innermost(visit: Visit): Visit {
  let one = visit
  while (one.called !== null && !one.called.over) one = one.called
  return one
}
