/**
 * Counters of OpenMetrics, held until it is known since when they count: that is told behind them, once for all
 * counters of one family with the same labels.
 */
import type { SeriesHandle, SeriesSink } from '@holdfast/core/health'

export interface HeldCounters {
  /** The number of what has this name, opened when it is asked for first. */
  group(name: string): number
  join(handle: SeriesHandle, group: number): void
  hold(handle: SeriesHandle, value: number, at: number): void
  /** Since when, in epoch milliseconds, counters of the group count. */
  tell(group: number, since: number): void
  /** What is held goes to the sink; names of groups mean others from now on. */
  release(): void
  /** Drops all that is held or known. */
  forget(): void
  /** Only what began after this instant is counted from its beginning on. */
  watchFrom(instant: number): void
}

/** Families are as large as they like. */
const MOST_HELD = 4_096
/** Counters of those beyond count from when they were seen first. */
const MOST_GROUPS = 100_000
const NO_GROUP = 0
/** When something of a group is told, all of it has come. */
const RELEASED_AT = 256

export const createHeldCounters = (sink: SeriesSink): HeldCounters => new Held(sink)

class Held implements HeldCounters {
  readonly #sink: SeriesSink
  readonly #names = new Map<string, number>()
  /** Of each that is held: its handle, its value, its instant. Targets that tell of no beginnings need none. */
  #rows = new Float64Array(0)
  #held = 0
  /** By handle. */
  #groups = new Int32Array(0)
  /** By group. */
  #since = new Float64Array(16)
  #count = 0
  #from = Infinity

  constructor(sink: SeriesSink) {
    this.#sink = sink
  }

  group(name: string): number {
    const known = this.#names.get(name)
    if (known !== undefined) return known
    if (this.#count >= MOST_GROUPS) return NO_GROUP
    this.#count += 1
    if (this.#count >= this.#since.length) {
      const since = new Float64Array(this.#since.length * 2)
      since.set(this.#since)
      this.#since = since
    }
    this.#names.set(name, this.#count)
    return this.#count
  }

  join(handle: SeriesHandle, group: number): void {
    if (handle >= this.#groups.length) {
      const groups = new Int32Array(Math.max(64, handle * 2))
      groups.set(this.#groups)
      this.#groups = groups
    }
    this.#groups[handle] = group
  }

  hold(handle: SeriesHandle, value: number, at: number): void {
    if (this.#held === MOST_HELD) this.#flush()
    if (this.#rows.length === 0) this.#rows = new Float64Array(MOST_HELD * 3)
    const row = this.#held * 3
    this.#rows[row] = handle
    this.#rows[row + 1] = value
    this.#rows[row + 2] = at
    this.#held += 1
  }

  tell(group: number, since: number): void {
    if (group !== NO_GROUP) this.#since[group] = since
    if (this.#held >= RELEASED_AT) this.#flush()
  }

  release(): void {
    this.#flush()
    this.#names.clear()
  }

  forget(): void {
    this.#held = 0
    this.#names.clear()
    this.#groups.fill(NO_GROUP)
    this.#since.fill(0)
    this.#count = 0
  }

  watchFrom(instant: number): void {
    this.#from = instant
  }

  #flush(): void {
    for (let row = 0; row < this.#held * 3; row += 3) {
      const handle = this.#rows[row] ?? 0
      const value = this.#rows[row + 1] ?? 0
      const at = this.#rows[row + 2] ?? 0
      const since = this.#since[this.#groups[handle] ?? NO_GROUP] ?? 0
      if (since > this.#from && since <= at) this.#sink.counter(handle, value, at, since)
      else this.#sink.counter(handle, value, at)
    }
    this.#held = 0
  }
}
