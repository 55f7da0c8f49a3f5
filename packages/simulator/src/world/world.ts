/**
 * A world that runs one service: clients' operations go through its parts, instances come and go, and faults
 * befall them. Time is what the events say, in milliseconds since the run began; nothing here reads a clock,
 * and all chance comes from the run's seed.
 */
import type { Level, Service } from '@holdfast/core/agreement'
import type { DesiredInstance } from '@holdfast/core/control'
import type { InstancePhase } from '@holdfast/core/health'
import type { DurationMs, InstanceId, PartName } from '@holdfast/core/units'
import { arrivalsOf, surgeArrivals, type Arrivals } from './arrivals.ts'
import { EventQueue } from './event-queue.ts'
import { failuresPerHour, type Fault, type InstanceFault, type LastingFault } from './faults.ts'
import { Fleet, type InstanceEvent } from './fleet.ts'
import type { LoadShape } from './load-shape.ts'
import { countLevels, newServiceMeter, type OperationCounts, type ServiceMeter } from './meters.ts'
import { Operations } from './operations.ts'
import { randomStreams, type RandomStreams } from './random-streams.ts'
import type { SimulatedInstance } from './simulated-instance.ts'
import { simulatedPart, type SimulatedPart, type Starts } from './simulated-part.ts'
import { Troubles } from './troubles.ts'
import { sampleSaturation } from './use-meter.ts'
import type { Visit } from './visit.ts'

export interface WorldSettings {
  readonly service: Service
  readonly load: LoadShape
  readonly faults: readonly Fault[]
  readonly seed: number
  readonly duration: DurationMs
  /** How instances of parts start, where it is not the usual way. */
  readonly starts?: Starts
  /** Whether it is sampled how often all stations of a part are taken; that costs time. */
  readonly samplesUse?: boolean
}

/** Everything but arrivals and ends of service, of which there are millions. */
type RareEvent =
  | { readonly kind: 'instance'; readonly event: InstanceEvent }
  | { readonly kind: 'begins' | 'ends'; readonly fault: LastingFault }
  | { readonly kind: 'strikes'; readonly fault: Exclude<InstanceFault, { readonly kind: 'failures' }> }

/** As often as Captain looks at its throttling. */
const SAMPLE_EVERY_MS = 100

export class World {
  readonly parts: readonly SimulatedPart[]
  readonly meter: ServiceMeter = newServiceMeter()
  readonly #fleet: Fleet
  readonly #operations: Operations
  readonly #troubles: Troubles
  readonly #rare = new EventQueue<RareEvent>()
  readonly #arrivals: Arrivals
  #nextArrivalAt: number
  #nextSampleAt: number
  #now = 0

  constructor(settings: WorldSettings) {
    const { service, faults } = settings
    const streams = randomStreams(settings.seed)
    this.parts = service.parts.map((part) => simulatedPart(part, streams, settings.starts?.[part.name]))
    const parts = new Map(this.parts.map((part) => [part.name, part]))
    this.#fleet = new Fleet({
      parts,
      streams,
      failuresPerHour: failuresPerHour(faults),
      badDeploys: faults.filter((fault) => fault.kind === 'bad-deploy'),
      schedule: (at, event) => this.#rare.push(at, { kind: 'instance', event }),
      onEnded: (instance) => this.#operations.failAllOf(instance, this.#now),
      onReady: (part) => this.#operations.takeLine(part, this.#now),
    })
    this.#operations = new Operations({
      parts,
      entry: (service.entry === null ? null : parts.get(service.entry)) ?? null,
      meter: this.meter,
      errorRandom: streams('errors'),
      onAnswered: (instance) => this.#fleet.answered(instance, this.#now),
    })
    this.#troubles = new Troubles(parts)
    for (const fault of faults) this.#expect(fault)
    this.#arrivals = allArrivals(settings, streams)
    this.#nextArrivalAt = this.#arrivals()
    this.#nextSampleAt = settings.samplesUse === true ? SAMPLE_EVERY_MS : Infinity
  }

  get now(): number {
    return this.#now
  }

  /** Operations since the run began. */
  get totals(): OperationCounts {
    const { arrivals, completed, failed } = this.meter
    return { arrivals, completed, failed }
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

  /** Instances that are ready without having started. */
  begin(desired: readonly DesiredInstance[]): void {
    this.#fleet.begin(desired, this.#now)
  }

  /** Starts what should be and is not, stops what is and should not be. Asking twice changes nothing more. */
  carryOut(desired: readonly DesiredInstance[]): void {
    this.#fleet.carryOut(desired, this.#now)
  }

  instances(): readonly SimulatedInstance[] {
    return this.#fleet.instances()
  }

  hosts(): Fleet['hosts']['all'] {
    return this.#fleet.hosts.all
  }

  /** Visits of operations that are under way. */
  visits(): Iterable<Visit> {
    return this.#operations.underWay()
  }

  phases(): ReadonlyMap<InstanceId, InstancePhase> {
    return new Map(this.instances().map(({ desired, phase }) => [desired.id, phase]))
  }

  /** Time that instances of the part have been there so far, from the order to start until they were gone. */
  aliveMs(part: PartName): number {
    return this.#fleet.aliveMs(part, this.#now)
  }

  #happenUntil(until: number): void {
    for (;;) {
      const servedAt = this.#operations.nextAt
      const rareAt = this.#rare.nextAt
      const at = Math.min(this.#nextArrivalAt, servedAt, rareAt)
      if (at >= until) break
      this.#now = at
      if (at === rareAt) this.#happen(this.#rare.pop())
      else if (at === servedAt) this.#operations.serveNext()
      else {
        this.#operations.arrive(at)
        this.#nextArrivalAt = this.#arrivals()
      }
    }
    this.#now = until
  }

  #happen(event: RareEvent | undefined): void {
    switch (event?.kind) {
      case 'instance':
        return this.#fleet.happen(event.event, this.#now)
      case 'begins':
        return this.#begin(event.fault)
      case 'ends':
        return this.#troubles.end(event.fault)
      case 'strikes':
        return this.#strike(event.fault)
      case undefined:
    }
  }

  #expect(fault: Fault): void {
    if ('from' in fault) {
      this.#rare.push(fault.from, { kind: 'begins', fault })
      this.#rare.push(fault.to, { kind: 'ends', fault })
    } else if (fault.kind === 'lost-instance' || fault.kind === 'slow-instance')
      this.#rare.push(fault.at, { kind: 'strikes', fault })
  }

  #begin(fault: LastingFault): void {
    this.#troubles.begin(fault, this.#now)
    if (fault.kind !== 'crashes') return
    for (const instance of this.#instancesOf(fault.part)) this.#fleet.expectCrash(instance, this.#now)
  }

  #strike(fault: Exclude<InstanceFault, { readonly kind: 'failures' }>): void {
    const ready = this.#instancesOf(fault.part).filter(({ phase }) => phase === 'ready')
    // Of several that are slow each is another one.
    const struck = ready.find(({ slowness }) => slowness === 1) ?? ready[0]
    if (struck === undefined) return
    if (fault.kind === 'slow-instance') struck.slowness *= fault.factor
    else this.#fleet.fail(struck, this.#now)
  }

  #instancesOf(name: PartName): readonly SimulatedInstance[] {
    return this.parts.find((part) => part.name === name)?.instances ?? []
  }
}

/** Those of the load and those of its surges, in the order in which they come. */
function allArrivals({ load, faults, duration }: WorldSettings, streams: RandomStreams): Arrivals {
  const surges = faults.filter((fault) => fault.kind === 'surge')
  const ofLoad = arrivalsOf(load, streams('arrivals'), { from: 0, to: duration })
  if (surges.length === 0) return ofLoad
  const sources = [
    ofLoad,
    ...surges.map(({ factor, from, to }, i) =>
      surgeArrivals(load, factor, streams(`surge ${i}`), { from, to: Math.min(to, duration) }),
    ),
  ].map((source) => ({ source, at: source() }))
  return () => {
    const next = sources.reduce((first, each) => (each.at < first.at ? each : first))
    const { at } = next
    next.at = next.source()
    return at
  }
}
