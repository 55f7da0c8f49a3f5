/**
 * Finds the cheapest instances of all parts together that keep the goals (A3.12): starting from what
 * capacity alone demands, an instance goes each time to the part where it gains most for its price; in the
 * end those that turned out not to be needed are taken back.
 */
import type { PartName } from '../units/index.ts'
import { bestWithin, predictWithin } from './response-model.ts'
import { capacityOf, type LoadedPart, type Stations } from './stations.ts'

/** A share of operations that must end within a limit. */
export interface Goal {
  readonly limitMs: number
  readonly ratio: number
}

export interface SizedPart {
  readonly part: PartName
  readonly visits: number
  readonly callers: readonly { readonly part: PartName; readonly times: number }[]
  readonly stations: Stations
  /** Of one instance for an hour; only the proportions matter. */
  readonly price: number
  readonly atLeast: number
  readonly atMost: number
}

export interface SizingProblem {
  readonly parts: readonly SizedPart[]
  /** Operations a second that enter the service. */
  readonly rate: number
  readonly goals: readonly Goal[]
  /** Time that is spent outside the parts: gateway, network. */
  readonly overheadMs: number
  /** All instances together; null where nothing limits them. */
  readonly atMost: number | null
}

export type InstanceCounts = Readonly<Record<PartName, number>>

export interface Sizing {
  readonly counts: InstanceCounts
  readonly total: number
  /** Predicted share within the limit of each goal, in the goals' order. */
  readonly predicted: readonly number[]
  readonly reachable: boolean
  /** True when more instances would have been added but for `atMost`. */
  readonly heldByCap: boolean
}

/** Parts without a goal to meet are kept below this utilisation. */
const UTILISATION_WITHOUT_GOAL = 0.75

/** Gains below this are noise of the grid: then the busiest part gets the instance. */
const SMALLEST_GAIN = 1e-6

export function sizeParts(problem: SizingProblem): Sizing {
  const start = startCounts(problem)
  const grown = grow(problem, start)
  const counts = grown.kept ? prune(problem, grown.counts) : grown.counts
  return {
    counts: toRecord(problem, counts),
    total: sum(counts),
    predicted: predictGoals(problem, counts),
    reachable: grown.kept,
    heldByCap: grown.heldByCap,
  }
}

/** What the parts would need if nothing ever waited: the load divided by the capacity of one instance. */
export function byCapacityAlone(problem: Pick<SizingProblem, 'parts' | 'rate'>): {
  readonly counts: InstanceCounts
  readonly total: number
} {
  const counts = problem.parts.map((part) =>
    Math.max(1, Math.ceil((problem.rate * part.visits) / capacityOf(part.stations) - 1e-9)),
  )
  return { counts: toRecord(problem, counts), total: sum(counts) }
}

export function predictCounts(problem: SizingProblem, counts: InstanceCounts): readonly number[] {
  return predictGoals(
    problem,
    problem.parts.map(({ part }) => counts[part] ?? 0),
  )
}

function startCounts({ parts, rate, goals }: SizingProblem): number[] {
  return parts.map((part) => {
    const busy = (rate * part.visits) / capacityOf(part.stations)
    const least = goals.length === 0 ? Math.ceil(busy / UTILISATION_WITHOUT_GOAL) : Math.floor(busy) + 1
    return Math.min(part.atMost, Math.max(part.atLeast, least))
  })
}

/** Where the service times alone are over a limit, no number of instances helps. */
const reachable = ({ parts, goals, overheadMs }: SizingProblem): boolean =>
  goals.every((goal) => bestWithin(parts, goal.limitMs, overheadMs) >= goal.ratio)

function grow(
  problem: SizingProblem,
  start: readonly number[],
): { counts: number[]; kept: boolean; heldByCap: boolean } {
  const counts = fitUnderCap(problem, start)
  if (!reachable(problem)) return { counts, kept: false, heldByCap: false }
  let now = distance(problem, counts)
  while (now > 0) {
    if (problem.atMost !== null && sum(counts) >= problem.atMost)
      return { counts, kept: false, heldByCap: true }
    const best = bestAddition(problem, counts, now)
    if (best === null) return { counts, kept: false, heldByCap: false }
    counts[best] = (counts[best] ?? 0) + 1
    now = distance(problem, counts)
  }
  return { counts, kept: true, heldByCap: problem.atMost !== null && sum(start) > problem.atMost }
}

/** Index of the part where one more instance brings the goals nearest for its price; null when none may grow. */
function bestAddition(problem: SizingProblem, counts: readonly number[], now: number): number | null {
  let best: { index: number; gain: number; busy: number } | null = null
  for (const [index, part] of problem.parts.entries()) {
    const count = counts[index] ?? 0
    if (count >= part.atMost) continue
    const after = distance(problem, counts.with(index, count + 1))
    const gain = gainOf(now, after) / part.price
    const busy = (problem.rate * part.visits) / (Math.max(1, count) * capacityOf(part.stations))
    const better =
      best === null ||
      gain > best.gain + SMALLEST_GAIN ||
      (Math.abs(gain - best.gain) <= SMALLEST_GAIN && busy > best.busy)
    if (better) best = { index, gain, busy }
  }
  return best?.index ?? null
}

function gainOf(before: number, after: number): number {
  if (before === Infinity) return after === Infinity ? 0 : Number.MAX_SAFE_INTEGER - after
  return before - after
}

/** 0 when all goals are kept, else how far off the worst is: the logarithm of misses over allowed misses. */
function distance(problem: SizingProblem, counts: readonly number[]): number {
  const predicted = predictGoals(problem, counts)
  return problem.goals.reduce((worst, goal, i) => {
    const within = predicted[i] ?? 0
    if (within >= goal.ratio) return worst
    if (within <= 0) return Infinity
    return Math.max(worst, Math.log((1 - within) / Math.max(1 - goal.ratio, 1e-9)))
  }, 0)
}

/** Takes instances back, dearest first, as long as the goals are kept without them. */
function prune(problem: SizingProblem, grown: readonly number[]): number[] {
  const dearestFirst = [...problem.parts.keys()].toSorted(
    (a, b) => (problem.parts[b]?.price ?? 0) - (problem.parts[a]?.price ?? 0),
  )
  let counts = [...grown]
  for (const index of dearestFirst) {
    const least = Math.max(problem.parts[index]?.atLeast ?? 0, 1)
    while ((counts[index] ?? 0) > least) {
      const fewer = counts.with(index, (counts[index] ?? 0) - 1)
      if (problem.goals.length === 0 || distance(problem, fewer) > 0) break
      counts = fewer
    }
  }
  return counts
}

/** When capacity alone passes the cap, the parts with the most instances go without first. */
function fitUnderCap({ parts, atMost }: SizingProblem, start: readonly number[]): number[] {
  const counts = [...start]
  for (let excess = atMost === null ? 0 : sum(counts) - atMost; excess > 0; excess--) {
    let largest: number | null = null
    for (const [index, count] of counts.entries()) {
      const spare = count > Math.max(1, parts[index]?.atLeast ?? 1)
      if (spare && (largest === null || count > (counts[largest] ?? 0))) largest = index
    }
    if (largest === null) return counts
    counts[largest] = (counts[largest] ?? 0) - 1
  }
  return counts
}

function predictGoals(problem: SizingProblem, counts: readonly number[]): number[] {
  const loaded: LoadedPart[] = problem.parts.map((part, i) => ({ ...part, instances: counts[i] ?? 0 }))
  return problem.goals.map((goal) => predictWithin(loaded, problem.rate, goal.limitMs, problem.overheadMs))
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

function toRecord(problem: Pick<SizingProblem, 'parts'>, counts: readonly number[]): InstanceCounts {
  return Object.fromEntries(problem.parts.map(({ part }, i) => [part, counts[i] ?? 0]))
}
