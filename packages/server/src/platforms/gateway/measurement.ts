/**
 * Records what operations did: of a service as its clients see it, of each part and of each instance. Times
 * are recorded of completed operations only, since a quick refusal would make a failing service look fast;
 * levels count every operation. Taking a measurement begins the next span, so nothing is counted twice.
 */
import { createRecorder } from '@holdfast/core/stats'
import type { EpochMs, InstanceId, PartName, ServiceName } from '@holdfast/core/units'
import { ClientMeters } from './client-meters.ts'
import type { CountedLevel, InstanceMeasurement, PartMeasurement, ServiceMeasurement } from './gateway.ts'
import { countAgainst, LevelCounts, type LevelCounter } from './level-counts.ts'
import { Occupancy } from './occupancy.ts'
import { OperationMeters } from './operation-meters.ts'
import { monotonicMs, ownServiceMs, waitingMs, type Operation, type Outcome } from './operation.ts'

export class InstanceMeter {
  readonly instance: InstanceId
  readonly inFlight = new Occupancy(monotonicMs())
  readonly #service = createRecorder()
  #completed = 0
  #failed = 0

  constructor(instance: InstanceId) {
    this.instance = instance
  }

  completed(serviceMs: number): void {
    this.#completed += 1
    this.#service.record(serviceMs)
  }

  failed(): void {
    this.#failed += 1
  }

  take(nowMs: number): InstanceMeasurement {
    const taken = {
      instance: this.instance,
      completed: this.#completed,
      failed: this.#failed,
      inFlight: this.inFlight.takeMean(nowMs),
      serviceMs: this.#service.snapshot(),
    }
    this.#completed = 0
    this.#failed = 0
    this.#service.reset()
    return taken
  }
}

/** What a part's meter cannot know itself: its line and its instances. */
export interface PartPresence {
  readonly queued: number
  readonly instances: readonly InstanceMeter[]
}

export class PartMeter {
  readonly part: PartName
  levels: readonly LevelCounter[] = []
  readonly #inPart = new Occupancy(monotonicMs())
  readonly #service = createRecorder()
  readonly #waiting = createRecorder()
  #arrivals = 0
  #completed = 0
  #failed = 0
  #passedOn = 0
  #refused = 0
  #aborted = 0

  constructor(part: PartName) {
    this.part = part
  }

  arrived(nowMs: number): void {
    this.#arrivals += 1
    this.#inPart.change(1, nowMs)
  }

  /** The part is done with the operation; its answer may still be on its way to the client. */
  left(nowMs: number): void {
    this.#inPart.change(-1, nowMs)
  }

  ended(operation: Operation, outcome: Outcome, responseMs: number): void {
    if (outcome === 'aborted') this.#aborted += 1
    else if (outcome === 'refused') this.#refused += 1
    else if (outcome === 'failed') {
      if (operation.passedOn) this.#passedOn += 1
      else this.#failed += 1
    } else {
      this.#completed += 1
      // An answer of the gateway itself, such as 413, is no service of the part.
      if (!Number.isNaN(operation.servedMs)) {
        this.#service.record(ownServiceMs(operation))
        this.#waiting.record(waitingMs(operation))
      }
    }
    countAgainst(this.levels, operation, outcome, responseMs)
  }

  take(nowMs: number, { queued, instances }: PartPresence): PartMeasurement {
    const taken = {
      part: this.part,
      arrivals: this.#arrivals,
      completed: this.#completed,
      failed: this.#failed,
      passedOn: this.#passedOn,
      refused: this.#refused,
      aborted: this.#aborted,
      queued,
      inPartMean: this.#inPart.takeMean(nowMs),
      serviceMs: this.#service.snapshot(),
      waitingMs: this.#waiting.snapshot(),
      instances: instances.map((instance) => instance.take(nowMs)),
    }
    this.#arrivals = 0
    this.#completed = 0
    this.#failed = 0
    this.#passedOn = 0
    this.#refused = 0
    this.#aborted = 0
    this.#service.reset()
    this.#waiting.reset()
    return taken
  }
}

export class ServiceMeter {
  readonly service: ServiceName
  readonly #levels = new LevelCounts()
  readonly #operations = new OperationMeters()
  readonly #clients = new ClientMeters()
  readonly #response = createRecorder()
  readonly #firstByte = createRecorder()
  #from: EpochMs
  #arrivals = 0
  #completed = 0
  #failed = 0
  #refused = 0
  #aborted = 0

  constructor(service: ServiceName, from: EpochMs) {
    this.service = service
    this.#from = from
  }

  setLevels(levels: readonly CountedLevel[], parts: Iterable<PartMeter>, entry: PartName): void {
    this.#levels.setLevels(levels)
    for (const part of parts) part.levels = this.#levels.ofPart(part.part, part.part === entry)
  }

  arrived(): void {
    this.#arrivals += 1
  }

  ended(operation: Operation, outcome: Outcome, responseMs: number): void {
    if (outcome === 'aborted') this.#aborted += 1
    else if (outcome !== 'completed') {
      this.#failed += 1
      if (outcome === 'refused') this.#refused += 1
    } else {
      this.#completed += 1
      this.#response.record(responseMs)
      this.#firstByte.record(operation.firstByteMs - operation.arrivedMs)
    }
    this.#operations.record(operation, outcome, responseMs)
    this.#clients.record(operation, outcome, responseMs)
  }

  take(now: EpochMs, parts: readonly PartMeasurement[]): ServiceMeasurement {
    const taken = {
      service: this.service,
      from: this.#from,
      to: now,
      arrivals: this.#arrivals,
      completed: this.#completed,
      failed: this.#failed,
      refused: this.#refused,
      aborted: this.#aborted,
      responseMs: this.#response.snapshot(),
      firstByteMs: this.#firstByte.snapshot(),
      levels: this.#levels.take(),
      parts,
      operations: this.#operations.take(),
      clients: this.#clients.take(),
    }
    this.#from = now
    this.#arrivals = 0
    this.#completed = 0
    this.#failed = 0
    this.#refused = 0
    this.#aborted = 0
    this.#response.reset()
    this.#firstByte.reset()
    return taken
  }
}
