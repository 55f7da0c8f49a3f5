/**
 * Counts and times by operation and class. Both come from what clients send, so both are bounded: beyond
 * the bound everything is summed under "other", and names that fell out of use make room with each span.
 */
import { createRecorder } from '@holdfast/core/stats'
import type { OperationMeasurement } from './gateway.ts'
import type { Operation, Outcome } from './operation.ts'

/** More names than this are no longer read by anyone, and each costs a recorder. */
export const MAX_OPERATION_NAMES = 200
export const MAX_CLASSES = 16

export const OTHER = 'other'

class OperationMeter {
  readonly #operation: string
  readonly #class: string
  readonly #response = createRecorder()
  #completed = 0
  #failed = 0

  constructor(operation: string, operationClass: string) {
    this.#operation = operation
    this.#class = operationClass
  }

  get count(): number {
    return this.#completed + this.#failed
  }

  record(outcome: 'completed' | 'failed', responseMs: number): void {
    if (outcome === 'failed') this.#failed += 1
    else {
      this.#completed += 1
      this.#response.record(responseMs)
    }
  }

  take(): OperationMeasurement {
    const taken = {
      operation: this.#operation,
      class: this.#class,
      completed: this.#completed,
      failed: this.#failed,
      responseMs: this.#response.snapshot(),
    }
    this.#completed = 0
    this.#failed = 0
    this.#response.reset()
    return taken
  }
}

export class OperationMeters {
  /** By name, then by class. */
  readonly #meters = new Map<string, Map<string, OperationMeter>>()
  readonly #classes = new Set<string>()

  /** What the client gave up is neither completed nor failed. */
  record(operation: Operation, outcome: Outcome, responseMs: number): void {
    if (outcome === 'aborted') return
    this.#meterOf(operation).record(outcome === 'completed' ? 'completed' : 'failed', responseMs)
  }

  take(): readonly OperationMeasurement[] {
    const taken: OperationMeasurement[] = []
    this.#classes.clear()
    for (const [name, byClass] of this.#meters) {
      for (const [operationClass, meter] of byClass) {
        if (meter.count === 0) byClass.delete(operationClass)
        else {
          taken.push(meter.take())
          this.#classes.add(operationClass)
        }
      }
      if (byClass.size === 0) this.#meters.delete(name)
    }
    return taken.sort((a, b) => b.completed + b.failed - a.completed - a.failed)
  }

  #meterOf(operation: Operation): OperationMeter {
    const meter = this.#meters.get(operation.name)?.get(operation.class)
    if (meter !== undefined) return meter
    const isKnownClass = this.#classes.has(operation.class)
    const operationClass = isKnownClass || this.#classes.size < MAX_CLASSES ? operation.class : OTHER
    const isKnownName = this.#meters.has(operation.name)
    const name = isKnownName || this.#meters.size < MAX_OPERATION_NAMES ? operation.name : OTHER
    return this.#addOrGet(name, operationClass)
  }

  #addOrGet(name: string, operationClass: string): OperationMeter {
    const byClass = this.#meters.get(name) ?? new Map<string, OperationMeter>()
    const meter = byClass.get(operationClass) ?? new OperationMeter(name, operationClass)
    byClass.set(operationClass, meter)
    this.#meters.set(name, byClass)
    this.#classes.add(operationClass)
    return meter
  }
}
