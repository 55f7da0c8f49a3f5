/**
 * Holds how many operations are inside something, integrated over time, so that the mean over a span is
 * exact however often it changes. Like a gauge of core, but changed in place: it changes four times with
 * every operation.
 */

export class Occupancy {
  #inside = 0
  #integral = 0
  #sinceMs: number
  #spanFromMs: number

  constructor(nowMs: number) {
    this.#sinceMs = nowMs
    this.#spanFromMs = nowMs
  }

  get inside(): number {
    return this.#inside
  }

  change(by: 1 | -1, nowMs: number): void {
    this.#advance(nowMs)
    this.#inside += by
  }

  /** The mean since the last call, from when on the next span begins. */
  takeMean(nowMs: number): number {
    this.#advance(nowMs)
    const spanMs = nowMs - this.#spanFromMs
    const mean = spanMs > 0 ? this.#integral / spanMs : this.#inside
    this.#integral = 0
    this.#spanFromMs = nowMs
    return mean
  }

  #advance(nowMs: number): void {
    if (nowMs <= this.#sinceMs) return
    this.#integral += this.#inside * (nowMs - this.#sinceMs)
    this.#sinceMs = nowMs
  }
}
