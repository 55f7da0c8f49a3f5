/**
 * How likely a change is by the time since the last one, pooled over all clients of a group: for each kind of behaviour
 * and each bucket of rates, changes and exposure by age. Tables of several servers add up. Learned from bits alone: a
 * change within an interval is spread over the ages where it may have been. It must not keep anything of one client.
 */
import { AGE_BUCKETS, ageBucket, RATE_BUCKETS } from './age-grid.ts'
import { kindHazard, KINDS, type Kind } from './behaviour.ts'
import { bucketEnd, meanStay, type Hazard } from './survival.ts'

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
const PRIOR_EXPOSURE = 4
/** So that no change is thought impossible. */
const LEAST_HAZARD = 1e-3
export const CELLS: number = KINDS.length * RATE_BUCKETS

export function emptyHazardTable(): HazardTable {
  const size = CELLS * AGE_BUCKETS
  return { changes: new Float64Array(size), exposure: new Float64Array(size) }
}

export const cellIndex = ({ kind, rate }: Cell): number => kind * RATE_BUCKETS + rate

/** What was believed of a cell till now: its hazard, and by it the chance of a change in the interval. */
export interface Believed {
  readonly hazard: Hazard
  readonly chance: number
}

/** Adds what one interval says, in place. */
export function addInterval(
  table: HazardTable,
  cell: Cell,
  { hazard, chance }: Believed,
  seen: Interval,
): void {
  const { changes, exposure } = table
  const end = seen.age + seen.interval
  // Of an interval so short that no digit is left of its chance nothing is learned.
  if (seen.changed && !(chance > 0)) return
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
    const upTo = alive * meanStay(rate, length, staysFor) - length * (1 - chance)
    changes[at] = (changes[at] ?? 0) - (alive * Math.expm1(-rate * length)) / chance
    exposure[at] = (exposure[at] ?? 0) + Math.max(0, upTo / chance)
    alive *= staysFor
  }
}

/** Adds a change whose time is known: just at the end of the interval. */
export function addChange(table: HazardTable, cell: Cell, age: number, interval: number): void {
  addInterval(table, cell, { hazard: NONE, chance: 0 }, { age, interval, changed: false })
  const at = cellIndex(cell) * AGE_BUCKETS + ageBucket(age + interval)
  table.changes[at] = (table.changes[at] ?? 0) + 1
}

const NONE: Hazard = new Float64Array(AGE_BUCKETS)

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

/**
 * Lets what was learned of a cell count for less, in place: the first changes were placed by a hazard that was hardly known,
 * and clients' nature may change.
 */
export function fadeCell({ changes, exposure }: HazardTable, cell: Cell, kept: number): void {
  const base = cellIndex(cell) * AGE_BUCKETS
  for (let at = base; at < base + AGE_BUCKETS; at += 1) {
    changes[at] = (changes[at] ?? 0) * kept
    exposure[at] = (exposure[at] ?? 0) * kept
  }
}
