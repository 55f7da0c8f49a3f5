/**
 * When to ask next, for every age, at least cost: the renewal problem "an update costs κ mean dwell times of wrongness" is
 * solved for one hazard by dynamic programming over ages (R. E. Barlow, L. Hunter and F. Proschan 1963 for inspections; the
 * ratio by W. Dinkelbach 1967). A schedule at equal κ bounds each client's wrongness alike, at equal price the sum of all.
 */
import { AGE_BUCKETS, AGE_EDGES, agePosition } from './age-grid.ts'
import { lookAhead, type Hazard } from './survival.ts'

/** κ from 2^-14 (wrong for 0.5 % of the time) on, an octave a row. */
const COST_ROWS = 18
const LEAST_COST_OCTAVE = -14
const costOf = (row: number): number => 2 ** (row + LEAST_COST_OCTAVE)

const CHOICES_PER_OCTAVE = 4
const CHOICES = 17 * CHOICES_PER_OCTAVE
const LENGTHS = Float64Array.from({ length: CHOICES }, (_, i) => 2 ** (i / CHOICES_PER_OCTAVE - 11))

export interface Schedules {
  readonly hazard: Hazard
  /** The logarithm (base 2) of the interval in mean dwell times, for each row of costs and each edge of ages. */
  readonly intervals: Float64Array
  /** For each row the share of time for which the copy is wrong. */
  readonly stale: Float64Array
}

/** At what age the next cycle begins: as old as the change is, or at 0 where ages count from the update that told of it. */
export type CycleBegins = 'at change' | 'at update'

export function solveSchedules(hazard: Hazard, begins: CycleBegins = 'at change'): Schedules {
  const world = tabulate(hazard)
  const intervals = new Float64Array(COST_ROWS * AGE_BUCKETS)
  const stale = new Float64Array(COST_ROWS)
  for (let row = 0; row < COST_ROWS; row += 1) {
    const own = intervals.subarray(row * AGE_BUCKETS, (row + 1) * AGE_BUCKETS)
    // Where a hazard has several peaks a dearer schedule may happen to be fresher; it is not relied upon.
    stale[row] = Math.max(stale[row - 1] ?? 0, solveRow(world, { cost: costOf(row), begins }, own))
  }
  return { hazard, intervals, stale }
}

/** What each choice at each age leads to; the same for all costs. */
interface World {
  readonly chance: Float64Array
  readonly wrong: Float64Array
  readonly next: Float64Array
}

function tabulate(hazard: Hazard): World {
  const size = AGE_BUCKETS * CHOICES
  const world = {
    chance: new Float64Array(size),
    wrong: new Float64Array(size),
    next: new Float64Array(size),
  }
  for (let age = 0; age < AGE_BUCKETS; age += 1)
    for (let choice = 0; choice < CHOICES; choice += 1) {
      const from = AGE_EDGES[age] ?? 0
      const length = LENGTHS[choice] ?? 0
      const ahead = lookAhead(hazard, from, length)
      const at = age * CHOICES + choice
      world.chance[at] = ahead.chance
      world.wrong[at] = ahead.stale
      world.next[at] = agePosition(from + length)
    }
  return world
}

const MOST_ROUNDS = 12
const CLOSE = 1e-4

/** Fills the row's intervals and returns the share of time that is wrong. */
function solveRow(
  world: World,
  { cost, begins }: { readonly cost: number; readonly begins: CycleBegins },
  row: Float64Array,
): number {
  const cycle = {
    value: new Float64Array(AGE_BUCKETS),
    wrong: new Float64Array(AGE_BUCKETS),
    updates: new Float64Array(AGE_BUCKETS),
    length: new Float64Array(AGE_BUCKETS),
  }
  let rate = Math.min(1, Math.sqrt(2 * cost))
  let began = 0
  let stale = 1
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    for (let age = AGE_BUCKETS - 1; age >= 0; age -= 1) row[age] = chooseAt(world, { cost, rate, age }, cycle)
    const wrong = between(cycle.wrong, began)
    const length = between(cycle.length, began)
    const better = (cost * between(cycle.updates, began) + wrong) / length
    stale = wrong / length
    // A change is found late by this on average, and so old it is when the next cycle begins.
    if (begins === 'at change') began = agePosition(Math.min(1, wrong))
    if (Math.abs(better - rate) < CLOSE * rate) break
    rate = better
  }
  return stale
}

type Cycle = Readonly<Record<'value' | 'wrong' | 'updates' | 'length', Float64Array>>

interface At {
  readonly cost: number
  readonly rate: number
  readonly age: number
}

/** The best choice at an age, given what follows at greater ages; its logarithm is returned. */
function chooseAt(world: World, { cost, rate, age }: At, cycle: Cycle): number {
  let best = Infinity
  let chosen = 0
  for (let choice = 0; choice < CHOICES; choice += 1) {
    const at = age * CHOICES + choice
    const paid = cost + (world.wrong[at] ?? 0) - rate * (LENGTHS[choice] ?? 0)
    const value = onwards(world, at, age, cycle.value, paid)
    if (value < best) {
      best = value
      chosen = choice
    }
  }
  const at = age * CHOICES + chosen
  const length = LENGTHS[chosen] ?? 0
  cycle.value[age] = best
  cycle.wrong[age] = onwards(world, at, age, cycle.wrong, world.wrong[at] ?? 0)
  cycle.updates[age] = onwards(world, at, age, cycle.updates, 1)
  cycle.length[age] = onwards(world, at, age, cycle.length, length)
  return Math.log2(length)
}

/** Paid now, and what follows if nothing changed; where that lies partly at the same age, the equation is solved. */
function onwards(world: World, at: number, age: number, figures: Float64Array, paid: number): number {
  const stays = 1 - (world.chance[at] ?? 0)
  const next = world.next[at] ?? 0
  const low = Math.floor(next)
  const share = next - low
  const above = (figures[Math.min(AGE_BUCKETS - 1, low + 1)] ?? 0) * share
  if (low > age) return paid + stays * ((figures[low] ?? 0) * (1 - share) + above)
  const self = low >= AGE_BUCKETS - 1 ? 1 : 1 - share
  const rest = low >= AGE_BUCKETS - 1 ? 0 : above
  return (paid + stays * rest) / Math.max(1e-9, 1 - stays * self)
}

function between(figures: Float64Array, position: number, from = 0): number {
  const low = Math.floor(position)
  const share = position - low
  const above = from + Math.min(AGE_BUCKETS - 1, low + 1)
  return (figures[from + low] ?? 0) * (1 - share) + (figures[above] ?? 0) * share
}

/** In mean dwell times. Between rows and ages it is even in the logarithm. */
export function intervalAt({ intervals }: Schedules, cost: number, age: number): number {
  const row = Math.min(COST_ROWS - 1, Math.max(0, Math.log2(cost) - LEAST_COST_OCTAVE))
  const low = Math.min(COST_ROWS - 2, Math.floor(row))
  const position = agePosition(age)
  const below = between(intervals, position, low * AGE_BUCKETS)
  const above = between(intervals, position, (low + 1) * AGE_BUCKETS)
  return 2 ** (below + (row - low) * (above - below))
}

/** The share of time that is wrong at a cost. */
export function staleAt({ stale }: Schedules, cost: number): number {
  const row = Math.min(COST_ROWS - 1, Math.max(0, Math.log2(cost) - LEAST_COST_OCTAVE))
  const low = Math.min(COST_ROWS - 2, Math.floor(row))
  const from = stale[low] ?? 0
  return from + (row - low) * ((stale[low + 1] ?? 0) - from)
}

/** The greatest cost at which the mean share over the factors on the rate stays within the wanted one. */
export function costFor(schedules: Schedules, wanted: number, factors: readonly number[]): number {
  let low = LEAST_COST_OCTAVE
  let high = LEAST_COST_OCTAVE + COST_ROWS - 1
  for (let step = 0; step < 24; step += 1) {
    const middle = (low + high) / 2
    const mean =
      factors.reduce((sum, factor) => sum + staleAt(schedules, factor * 2 ** middle), 0) / factors.length
    if (mean > wanted) high = middle
    else low = middle
  }
  return 2 ** low
}
