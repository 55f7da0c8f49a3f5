/** How far percentiles over any interval are from those of all its values, and what others' ways would have given. */
import { quantile, seededRandom } from '@holdfast/core/stats'
import { epochMs } from '@holdfast/core/units'
import { BEGIN, CELL_MS, HOUR_MS, hourOfOperations } from './hour.ts'

export interface PercentileErrors {
  readonly intervals: number
  /** The largest, in per cent. */
  readonly ours: number
  readonly defaultBuckets: number
  readonly averaged: number
  readonly miscounted: number
}

const PERCENTILES = [0.5, 0.9, 0.99, 0.999] as const
const SHORTEST_MS = 7_000
const LONGEST_MS = 300_000
const SEED = 3

/** Upper bounds in milliseconds, as the specification of OpenTelemetry's metrics SDK has them. */
const DEFAULT_BOUNDS = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000] as const

export function percentileErrors(intervals: number): PercentileErrors {
  const { timeline, cells } = hourOfOperations()
  const random = seededRandom(SEED)
  let [ours, defaultBuckets, averaged, miscounted] = [0, 0, 0, 0]
  const read = (from: number, to: number) => timeline.read(epochMs(BEGIN + from), epochMs(BEGIN + to))
  for (let i = 0; i < intervals; i++) {
    const length = SHORTEST_MS + random.next() * (LONGEST_MS - SHORTEST_MS)
    const from = Math.floor(random.next() * (HOUR_MS - length))
    const to = Math.floor(from + length)
    const within = cells.slice(Math.ceil(from / CELL_MS), Math.ceil(to / CELL_MS))
    const sorted = within.flat().toSorted((a, b) => a - b)
    const { service } = read(from, to)
    for (const p of PERCENTILES) {
      const truth = nearestRank(sorted, p)
      const off = (value: number): number => (100 * Math.abs(value - truth)) / truth
      ours = Math.max(ours, off(quantile(service, p)))
      defaultBuckets = Math.max(defaultBuckets, off(interpolated(sorted, p)))
      averaged = Math.max(
        averaged,
        off(
          meanOf(
            within.map((cell) =>
              nearestRank(
                cell.toSorted((a, b) => a - b),
                p,
              ),
            ),
          ),
        ),
      )
    }
    const cut = Math.floor(from + random.next() * (to - from))
    const parts = read(from, cut).completed + read(cut, to).completed
    miscounted = Math.max(miscounted, Math.abs(parts - sorted.length))
  }
  return { intervals, ours, defaultBuckets, averaged, miscounted }
}

const nearestRank = (sorted: readonly number[], p: number): number =>
  sorted[Math.max(1, Math.ceil(p * sorted.length)) - 1] ?? 0

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** As from a histogram of these buckets, straight within one. */
function interpolated(sorted: readonly number[], p: number): number {
  const rank = p * sorted.length
  let below = 0
  for (const [i, upper] of DEFAULT_BOUNDS.entries()) {
    const upTo = sorted.findLastIndex((value) => value <= upper) + 1
    const lower = DEFAULT_BOUNDS[i - 1] ?? 0
    if (upTo >= rank) return lower + ((upper - lower) * (rank - below)) / Math.max(1, upTo - below)
    below = upTo
  }
  return DEFAULT_BOUNDS.at(-1) ?? 0
}
