/** Counts and times of the operations that have something in common, such as their name or their client. */
import { createRecorder, type Distribution } from '@holdfast/core/stats'
import type { Outcome } from './operation.ts'

export interface Outcomes {
  readonly completed: number
  readonly failed: number
  readonly responseMs: Distribution
}

export class OutcomeMeter {
  readonly #response = createRecorder()
  #completed = 0
  #failed = 0

  /** True when nothing was recorded in this span. */
  get isIdle(): boolean {
    return this.#completed + this.#failed === 0
  }

  /** What the client gave up is neither completed nor failed. */
  record(outcome: Outcome, responseMs: number): void {
    if (outcome === 'aborted') return
    if (outcome === 'completed') {
      this.#completed += 1
      this.#response.record(responseMs)
    } else this.#failed += 1
  }

  take(): Outcomes {
    const taken = {
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

/** The busiest first. */
export function byTraffic(a: Outcomes, b: Outcomes): number {
  return b.completed + b.failed - a.completed - a.failed
}
