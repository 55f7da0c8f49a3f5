/**
 * Counts and times by operation and class. Both come from what clients send, so both are bounded: beyond
 * the bound everything is summed under "other", and names that fell out of use make room with each span.
 */
import type { OperationMeasurement } from './gateway.ts'
import type { Operation, Outcome } from './operation.ts'
import { byTraffic, OutcomeMeter } from './outcome-meter.ts'

/** More names than this are no longer read by anyone, and each costs a recorder. */
const MAX_OPERATION_NAMES = 200
const MAX_CLASSES = 16

export const OTHER = 'other'

export class OperationMeters {
  /** By name, then by class. */
  readonly #meters = new Map<string, Map<string, OutcomeMeter>>()
  readonly #classes = new Set<string>()

  record(operation: Operation, outcome: Outcome, responseMs: number): void {
    const meter = this.#meters.get(operation.name)?.get(operation.class) ?? this.#meterFor(operation)
    meter.record(outcome, responseMs)
  }

  take(): readonly OperationMeasurement[] {
    const taken: OperationMeasurement[] = []
    this.#classes.clear()
    for (const [operation, byClass] of this.#meters) {
      for (const [operationClass, meter] of byClass) {
        if (meter.isIdle) byClass.delete(operationClass)
        else {
          taken.push({ operation, class: operationClass, ...meter.take() })
          this.#classes.add(operationClass)
        }
      }
      if (byClass.size === 0) this.#meters.delete(operation)
    }
    return taken.sort(byTraffic)
  }

  #meterFor(operation: Operation): OutcomeMeter {
    const isKnownClass = this.#classes.has(operation.class) || this.#classes.size < MAX_CLASSES
    const operationClass = isKnownClass ? operation.class : OTHER
    const isKnownName = this.#meters.has(operation.name) || this.#meters.size < MAX_OPERATION_NAMES
    const name = isKnownName ? operation.name : OTHER
    const byClass = this.#meters.get(name) ?? new Map<string, OutcomeMeter>()
    const meter = byClass.get(operationClass) ?? new OutcomeMeter()
    byClass.set(operationClass, meter)
    this.#meters.set(name, byClass)
    this.#classes.add(operationClass)
    return meter
  }
}
