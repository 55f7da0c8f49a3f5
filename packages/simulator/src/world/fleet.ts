/**
 * The instances of all parts: started, ready, draining, failing and started again, on hosts. What was asked
 * for comes about with the delay that starting takes.
 */
import type { DesiredInstance } from '@holdfast/core/control'
import { exponential, lognormal, type Random } from '@holdfast/core/stats'
import type { InstanceId, PartName } from '@holdfast/core/units'
import type { BadDeploy } from './faults.ts'
import { Hosts } from './hosts.ts'
import type { RandomStreams } from './random-streams.ts'
import { failuresAfter, restartWaitMs } from './restarts.ts'
import { newInstance, type SimulatedInstance } from './simulated-instance.ts'
import type { SimulatedPart } from './simulated-part.ts'
import { leakSlowness } from './slowness.ts'
import { aheadMs } from './use-meter.ts'

/** What will happen to an instance; a life that has ended by then is not meant. */
export interface InstanceEvent {
  readonly kind: 'ready' | 'failure' | 'crash' | 'restart' | 'drain-over'
  readonly instance: SimulatedInstance
  readonly life: number
}

export interface FleetSettings {
  readonly parts: ReadonlyMap<PartName, SimulatedPart>
  readonly streams: RandomStreams
  readonly failuresPerHour: number
  readonly badDeploys: readonly BadDeploy[]
  readonly schedule: (at: number, event: InstanceEvent) => void
  /** The instance holds nothing any more. */
  readonly onEnded: (instance: SimulatedInstance) => void
  readonly onReady: (part: SimulatedPart) => void
}

/** What is still running after this long ends with its instance. */
const DRAIN_MS = 10_000

const MS_PER_HOUR = 3_600_000

export class Fleet {
  readonly hosts = new Hosts()
  readonly #settings: FleetSettings
  readonly #startRandom: Random
  readonly #failureRandom: Random
  readonly #crashRandom: Random
  readonly #goneMs = new Map<PartName, number>()

  constructor(settings: FleetSettings) {
    this.#settings = settings
    this.#startRandom = settings.streams('start times')
    this.#failureRandom = settings.streams('failures')
    this.#crashRandom = settings.streams('crashes')
  }

  instances(): readonly SimulatedInstance[] {
    return [...this.#settings.parts.values()].flatMap(({ instances }) => instances)
  }

  /** Time that instances of the part have been there so far, from the order to start until they were gone. */
  aliveMs(part: PartName, now: number): number {
    const there = this.#settings.parts.get(part)?.instances ?? []
    return there.reduce((sum, { startedAt }) => sum + now - startedAt, this.#goneMs.get(part) ?? 0)
  }

  /** Instances that are ready, and warm, without having started. */
  begin(desired: readonly DesiredInstance[], now: number): void {
    for (const each of desired) {
      const instance = this.#place(each, now)
      if (instance === null) continue
      this.#ready(instance, now)
      instance.warm = null
    }
  }

  /** Starts what should be and is not, stops what is and should not be. Asking twice changes nothing more. */
  carryOut(desired: readonly DesiredInstance[], now: number): void {
    const wanted = new Set(desired.map(({ id }) => id))
    const present = new Set<InstanceId>()
    for (const instance of this.instances()) {
      present.add(instance.desired.id)
      if (!wanted.has(instance.desired.id) && instance.phase !== 'draining') this.#stop(instance, now)
    }
    for (const each of desired) {
      const instance = present.has(each.id) ? null : this.#place(each, now)
      if (instance !== null) this.#start(instance, now)
    }
  }

  happen({ kind, instance, life }: InstanceEvent, now: number): void {
    if (kind !== 'drain-over' && life !== instance.restarts) return
    switch (kind) {
      case 'ready':
        return instance.phase === 'starting' ? this.#ready(instance, now) : undefined
      case 'failure':
        return this.fail(instance, now)
      case 'crash':
        return instance.part.trouble.crashesPerHour > 0 ? this.#crash(instance, now) : undefined
      case 'restart':
        return this.#restart(instance, now)
      case 'drain-over':
        return this.#remove(instance, now)
    }
  }

  /** For good: nobody starts it again. */
  fail(instance: SimulatedInstance, now: number): void {
    if (instance.phase !== 'ready') return
    this.#become(instance, 'failed', now)
    this.#settings.onEnded(instance)
  }

  answered(instance: SimulatedInstance, now: number): void {
    if (instance.phase === 'draining' && instance.inFlight === 0) return this.#remove(instance, now)
    const { leak } = instance.part.trouble
    if (leak !== null && leakSlowness(instance, leak, now) >= leak.crashesAt) this.#crash(instance, now)
  }

  /** Lets chance decide when a ready instance of a part that crashes does so. */
  expectCrash(instance: SimulatedInstance, now: number): void {
    const { crashesPerHour } = instance.part.trouble
    if (instance.phase !== 'ready' || crashesPerHour === 0) return
    this.#schedule('crash', instance, now + exponential(this.#crashRandom, MS_PER_HOUR / crashesPerHour))
  }

  #place(desired: DesiredInstance, now: number): SimulatedInstance | null {
    const part = this.#settings.parts.get(desired.part)
    if (part === undefined) return null
    const instance = newInstance(desired, part, this.hosts.place(part.name), now)
    for (const deploy of this.#settings.badDeploys) {
      if (deploy.part !== part.name || deploy.revision !== desired.revision) continue
      instance.slowness *= deploy.factor
      instance.failedShare = deploy.failedShare
    }
    part.instances.push(instance)
    return instance
  }

  #start(instance: SimulatedInstance, now: number): void {
    const { characteristics, startSigma } = instance.part
    const startMs = lognormal(this.#startRandom, characteristics.startTime, startSigma)
    this.#schedule('ready', instance, now + startMs)
  }

  #ready(instance: SimulatedInstance, now: number): void {
    const { part } = instance
    this.#become(instance, 'ready', now)
    const warmUp = part.trouble.coldStart ?? part.warmUp
    instance.warm = warmUp === null ? null : { ...warmUp, from: now }
    instance.leakedOperations = 0
    instance.leaksSince = now
    const { failuresPerHour } = this.#settings
    if (failuresPerHour > 0) {
      const livesMs = exponential(this.#failureRandom, MS_PER_HOUR / failuresPerHour)
      this.#schedule('failure', instance, now + livesMs)
    }
    this.expectCrash(instance, now)
    this.#settings.onReady(part)
  }

  #crash(instance: SimulatedInstance, now: number): void {
    if (instance.phase !== 'ready') return
    instance.failures = failuresAfter(instance.failures, now - instance.phaseSince)
    const waitMs = restartWaitMs(instance.failures)
    this.#become(instance, waitMs === null ? 'failed' : 'backing-off', now)
    if (waitMs !== null) this.#schedule('restart', instance, now + waitMs)
    this.#settings.onEnded(instance)
  }

  #restart(instance: SimulatedInstance, now: number): void {
    if (instance.phase !== 'backing-off') return
    instance.restarts += 1
    instance.freeAt.fill(0)
    this.#become(instance, 'starting', now)
    this.#start(instance, now)
  }

  #stop(instance: SimulatedInstance, now: number): void {
    if (instance.inFlight === 0) return this.#remove(instance, now)
    this.#become(instance, 'draining', now)
    this.#schedule('drain-over', instance, now + DRAIN_MS)
  }

  #remove(instance: SimulatedInstance, now: number): void {
    const { part, host, startedAt } = instance
    const place = part.instances.indexOf(instance)
    if (place === -1) return
    this.#endUse(instance, now)
    part.instances.splice(place, 1)
    this.hosts.leave(host, part.name)
    this.#goneMs.set(part.name, (this.#goneMs.get(part.name) ?? 0) + now - startedAt)
    this.#settings.onEnded(instance)
  }

  #become(instance: SimulatedInstance, phase: SimulatedInstance['phase'], now: number): void {
    this.#endUse(instance, now)
    instance.phase = phase
    instance.phaseSince = now
  }

  /** What a ready instance was given beyond now does not count as spent. */
  #endUse(instance: SimulatedInstance, now: number): void {
    if (instance.phase === 'ready') instance.part.use.assignedMs -= aheadMs(instance, now)
  }

  #schedule(kind: InstanceEvent['kind'], instance: SimulatedInstance, at: number): void {
    this.#settings.schedule(at, { kind, instance, life: instance.restarts })
  }
}
