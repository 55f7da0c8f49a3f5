/**
 * How long operations of one kind took: a distribution that a value is added to without making an object, and how many
 * values were over each limit, counted exactly. What is no measurement (negative, not finite) is left out.
 */
import { bucketIndex, LEAST_INDEX } from './bucket-index.ts'

/** As it is sent; `buckets` is dense from the index `offset`. */
export interface Recorded {
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
  readonly zeroCount: number
  readonly offset: number
  readonly buckets: readonly number[]
  /** How many were over each of the batch's limits. */
  readonly over: readonly number[]
}

/** An octave to each side of the first value, before the first growth. */
const FIRST_BUCKETS = 128

const [COUNT, SUM, MIN, MAX, ZEROS] = [0, 1, 2, 3, 4] as const

export class Recorder {
  readonly #limits: readonly number[]
  readonly #over: Float64Array
  // In a typed array, as fields that are no small integers would be boxed on every change.
  readonly #totals = new Float64Array([0, 0, Infinity, 0, 0])
  #buckets = new Float64Array(0)
  #offset = 0

  constructor(limits: readonly number[]) {
    this.#limits = limits
    this.#over = new Float64Array(limits.length)
  }

  record(value: number): void {
    if (!(value >= 0 && value < Infinity)) return
    const totals = this.#totals
    totals[COUNT] = (totals[COUNT] ?? 0) + 1
    totals[SUM] = (totals[SUM] ?? 0) + value
    if (value < (totals[MIN] ?? 0)) totals[MIN] = value
    if (value > (totals[MAX] ?? 0)) totals[MAX] = value
    for (let i = 0; i < this.#limits.length; i++)
      if (value > (this.#limits[i] ?? 0)) this.#over[i] = (this.#over[i] ?? 0) + 1
    const index = bucketIndex(value)
    if (index < LEAST_INDEX) totals[ZEROS] = (totals[ZEROS] ?? 0) + 1
    else this.#add(index, 1)
  }

  /** Takes over what another saw, as if all of it had come here. */
  absorb(other: Recorder): void {
    const [mine, theirs] = [this.#totals, other.#totals]
    for (const total of [COUNT, SUM, ZEROS]) mine[total] = (mine[total] ?? 0) + (theirs[total] ?? 0)
    mine[MIN] = Math.min(mine[MIN] ?? 0, theirs[MIN] ?? 0)
    mine[MAX] = Math.max(mine[MAX] ?? 0, theirs[MAX] ?? 0)
    for (const [i, limit] of this.#limits.entries())
      this.#over[i] = (this.#over[i] ?? 0) + (other.#over[other.#limits.indexOf(limit)] ?? 0)
    for (const [position, count] of other.#buckets.entries())
      if (count > 0) this.#add(other.#offset + position, count)
  }

  recorded(): Recorded {
    const [count = 0, sum = 0, min = 0, max = 0, zeroCount = 0] = this.#totals
    const first = this.#buckets.findIndex((count) => count > 0)
    const last = this.#buckets.findLastIndex((count) => count > 0)
    return {
      count,
      sum,
      min: count === 0 ? 0 : min,
      max,
      zeroCount,
      offset: first === -1 ? 0 : this.#offset + first,
      buckets: first === -1 ? [] : Array.from(this.#buckets.subarray(first, last + 1)),
      over: [...this.#over],
    }
  }

  /** The same with those limits alone that `limits` has as well. */
  against(limits: readonly number[]): Recorder {
    const narrowed = new Recorder(this.#limits.filter((limit) => limits.includes(limit)))
    narrowed.absorb(this)
    return narrowed
  }

  #add(index: number, count: number): void {
    let position = index - this.#offset
    if (position < 0 || position >= this.#buckets.length) {
      this.#grow(index)
      position = index - this.#offset
    }
    this.#buckets[position] = (this.#buckets[position] ?? 0) + count
  }

  /** Doubles until the index fits, so that growing costs little over many values. */
  #grow(index: number): void {
    const { length } = this.#buckets
    if (length === 0) {
      this.#buckets = new Float64Array(FIRST_BUCKETS)
      this.#offset = index - FIRST_BUCKETS / 2
      return
    }
    const start = index < this.#offset ? Math.min(index, this.#offset - length) : this.#offset
    const end = index < this.#offset ? this.#offset + length : Math.max(index + 1, this.#offset + 2 * length)
    const larger = new Float64Array(end - start)
    larger.set(this.#buckets, this.#offset - start)
    this.#buckets = larger
    this.#offset = start
  }
}
