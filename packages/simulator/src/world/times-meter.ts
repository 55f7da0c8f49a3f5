/**
 * Summarises times from one look to the next, cheaply enough for every visit of a run: the same buckets and
 * ranks as a distribution of core, counted in place, and mean and variation from exact sums.
 */
import type { TimeSummary } from '@holdfast/core/health'
import { bucketUpperBound, createBucketIndexer, LAST_INDEX, LEAST_INDEX } from '@holdfast/core/stats'

/** The first bucket is for what counts as no time. */
const BUCKETS = LAST_INDEX - LEAST_INDEX + 2

export class TimesMeter {
  readonly #bucketIndex = createBucketIndexer()
  readonly #counts = new Uint32Array(BUCKETS)
  /** First value, sums of the differences from it and of their squares, least and greatest value. */
  readonly #sums = new Float64Array(5)
  #count = 0
  #lowest = BUCKETS
  #highest = 0

  record(ms: number): void {
    const sums = this.#sums
    if (this.#count === 0) {
      sums[0] = ms
      sums[3] = ms
      sums[4] = ms
    }
    this.#count += 1
    // Sums of differences stay exact where all values are alike.
    const off = ms - (sums[0] ?? 0)
    sums[1] = (sums[1] ?? 0) + off
    sums[2] = (sums[2] ?? 0) + off * off
    if (ms < (sums[3] ?? 0)) sums[3] = ms
    if (ms > (sums[4] ?? 0)) sums[4] = ms
    const bucket = this.#bucketIndex(ms) - LEAST_INDEX + 1
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    if (bucket < this.#lowest) this.#lowest = bucket
    if (bucket > this.#highest) this.#highest = bucket
  }

  /** Everything since the last look. */
  take(): TimeSummary {
    const count = this.#count
    if (count === 0) return nothing
    const [first = 0, off = 0, squares = 0, , maxMs = 0] = this.#sums
    const meanMs = first + off / count
    const variance = Math.max(0, squares / count - (off / count) ** 2)
    const summary = {
      count,
      meanMs,
      squaredVariation: variance === 0 ? 0 : variance / meanMs ** 2,
      p50Ms: this.#quantile(0.5),
      p90Ms: this.#quantile(0.9),
      p99Ms: this.#quantile(0.99),
      maxMs,
    }
    this.#counts.fill(0, this.#lowest, this.#highest + 1)
    this.#sums.fill(0)
    this.#count = 0
    this.#lowest = BUCKETS
    this.#highest = 0
    return summary
  }

  /** By the nearest rank, in the geometric middle of its bucket. */
  #quantile(share: number): number {
    const least = this.#sums[3] ?? 0
    const greatest = this.#sums[4] ?? 0
    const rank = Math.max(1, Math.ceil(share * this.#count))
    if (rank >= this.#count) return greatest
    if (rank === 1) return least
    let seen = 0
    for (let bucket = this.#lowest; bucket <= this.#highest; bucket++) {
      seen += this.#counts[bucket] ?? 0
      if (seen >= rank) return Math.min(greatest, Math.max(least, middleOf(bucket)))
    }
    return greatest
  }
}

function middleOf(bucket: number): number {
  if (bucket === 0) return 0
  const index = bucket - 1 + LEAST_INDEX
  return Math.sqrt(bucketUpperBound(index - 1) * bucketUpperBound(index))
}

const nothing: TimeSummary = {
  count: 0,
  meanMs: 0,
  squaredVariation: 0,
  p50Ms: 0,
  p90Ms: 0,
  p99Ms: 0,
  maxMs: 0,
}
