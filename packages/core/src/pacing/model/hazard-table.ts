/**
 * How likely a change is by the time since the last one, pooled over all clients of a group: for each kind of behaviour
 * and each bucket of rates, changes and exposure by age. Tables of several servers add up. Learned from bits alone: a
 * change within an interval is spread over the ages where it may have been. It must not keep anything of one client.
 */
import { AGE_BUCKETS, ageBucket, RATE_BUCKETS } from './age-grid.ts'
import { kindHazard, KINDS, type Kind } from './behaviour.ts'
import { bucketEnd, lookAhead, meanStay, type Hazard } from './survival.ts'

export interface HazardTable {
  readonly changes: Float64Array
  readonly exposure: Float64Array
}

export interface Cell {
  readonly kind: Kind
  readonly rate: number
}

/** One observed interval, in mean dwell times of the client. */
export interface Interval {
  readonly age: number
  readonly interval: number
  readonly changed: boolean
}

/** In mean dwell times: so much exposure weighs as much as what the coarser level says. */
const PRIOR_EXPOSURE = 8
/** So that no change is thought impossible. */
const LEAST_HAZARD = 1e-3
export const CELLS: number = KINDS.length * RATE_BUCKETS

export function emptyHazardTable(): HazardTable {
  const size = CELLS * AGE_BUCKETS
  return { changes: new Float64Array(size), exposure: new Float64Array(size) }
}

export const cellIndex = ({ kind, rate }: Cell): number => kind * RATE_BUCKETS + rate

/** Adds what one interval says, in place; `hazard` is what was believed of the cell till now. */
export function addInterval(table: HazardTable, cell: Cell, hazard: Hazard, seen: Interval): void {
  const { changes, exposure } = table
  const end = seen.age + seen.interval
  // Of an interval so short that no digit is left of its chance nothing is learned.
  const total = seen.changed ? lookAhead(hazard, seen.age, seen.interval).chance : 0
  if (seen.changed && !(total > 0)) return
  const base = cellIndex(cell) * AGE_BUCKETS
  let alive = 1
  let from = seen.age
  for (let bucket = ageBucket(seen.age); from < end; bucket += 1) {
    const to = Math.min(end, bucketEnd(bucket))
    const length = Math.max(0, to - from)
    const at = base + bucket
    from = to
    if (!seen.changed) {
      exposure[at] = (exposure[at] ?? 0) + length
      continue
    }
    const rate = hazard[bucket] ?? 0
    const staysFor = Math.exp(-rate * length)
    // Exposure until the change, given that it is in the interval: what is survived less what never changes.
    const upTo = alive * meanStay(rate, length, staysFor) - length * (1 - total)
    changes[at] = (changes[at] ?? 0) - (alive * Math.expm1(-rate * length)) / total
    exposure[at] = (exposure[at] ?? 0) + Math.max(0, upTo / total)
    alive *= staysFor
  }
}

/** Of a cell, with what all rates of its kind say where it saw little, and the kind's own law where nobody did. */
export function hazardOf(table: HazardTable, { kind, rate }: Cell): Hazard {
  const hazard = new Float64Array(AGE_BUCKETS)
  const own = cellIndex({ kind, rate }) * AGE_BUCKETS
  for (let age = 0; age < AGE_BUCKETS; age += 1) {
    let changes = 0
    let exposure = 0
    for (let other = 0; other < RATE_BUCKETS; other += 1) {
      const at = cellIndex({ kind, rate: other }) * AGE_BUCKETS + age
      changes += table.changes[at] ?? 0
      exposure += table.exposure[at] ?? 0
    }
    const law = kindHazard(kind, age)
    const pooled = Math.max(LEAST_HAZARD, (changes + PRIOR_EXPOSURE * law) / (exposure + PRIOR_EXPOSURE))
    hazard[age] =
      ((table.changes[own + age] ?? 0) + PRIOR_EXPOSURE * pooled) /
      ((table.exposure[own + age] ?? 0) + PRIOR_EXPOSURE)
  }
  return hazard
}

export function mergeHazardTables(one: HazardTable, other: HazardTable): HazardTable {
  const sum = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value + (b[i] ?? 0))
  return { changes: sum(one.changes, other.changes), exposure: sum(one.exposure, other.exposure) }
}

/** Lets what was learned count for less, in place: `kept` of 0.5 halves it. */
export function fadeHazardTable({ changes, exposure }: HazardTable, kept: number): void {
  for (const figures of [changes, exposure])
    for (let i = 0; i < figures.length; i += 1) figures[i] = (figures[i] ?? 0) * kept
}
