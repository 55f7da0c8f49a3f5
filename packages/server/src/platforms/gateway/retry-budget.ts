/**
 * Bounds how many operations are tried again, so that retries cannot multiply the load of a part that is
 * already in trouble: a share of all operations, and a few in reserve for when there is little traffic.
 */

/** At most this share of the operations is tried again. */
const RETRY_SHARE = 0.1
const RESERVE = 10

export class RetryBudget {
  #left = RESERVE

  /** To be called for every operation that arrives. */
  earn(): void {
    if (this.#left < RESERVE) this.#left += RETRY_SHARE
  }

  /** True, and one retry is spent, when the budget allows it. */
  spend(): boolean {
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }
}
