/**
 * Knows which dispatched operation has which span, so that a call that an instance makes can be put down
 * to the operation for which it is made.
 */
import type { Operation } from './operation.ts'

/** Far more than are ever in flight; beyond it, calls are no longer put down to their callers. */
const MAX_OPEN_SPANS = 65_536

export class OpenSpans {
  readonly #operations = new Map<string, Operation>()

  open(spanId: string, operation: Operation): void {
    if (this.#operations.size < MAX_OPEN_SPANS) this.#operations.set(spanId, operation)
  }

  close(spanId: string): void {
    this.#operations.delete(spanId)
  }

  /** The first of the spans that is open, the most trustworthy being first. */
  find(spanIds: readonly (string | null)[]): Operation | null {
    for (const spanId of spanIds) {
      const operation = spanId === null ? undefined : this.#operations.get(spanId)
      if (operation !== undefined) return operation
    }
    return null
  }
}
