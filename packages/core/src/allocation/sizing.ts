/**
 * Finds the cheapest instances of all parts together that keep the goals (A3.12): starting from what
 * capacity alone demands, an instance goes each time to the part where it gains most for its price; in the
 * end those that turned out not to be needed are taken back.
 */
import type { PartName } from '../units/index.ts'
import { goalModels, NOISE, shareOf, type GoalModels } from './goal-models.ts'
import { capacityOf, type Stations } from './stations.ts'

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

/** Instances of all parts together. */
export const totalOf = (counts: InstanceCounts): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

export interface Sizing {
  readonly counts: InstanceCounts
  readonly total: number
  /** Predicted share within the limit of each goal, in the goals' order. */
  readonly predicted: readonly number[]
  /** What stands in the way of keeping all goals. */
  readonly limitedBy: Limitation
}

/** `cap`: of all instances; `part-limits`: of single parts; `service-time`: no number of instances would do. */
export type Limitation = 'nothing' | 'cap' | 'part-limits' | 'service-time'

/** Parts without a goal to meet are kept below this utilisation. */
const UTILISATION_WITHOUT_GOAL = 0.75

/** Beyond what capacity demands; even 100,000 instances need fewer for their waiting. */
const MAX_ADDITIONS = 1_000

/** A problem with its models, and which of its goals are sized for. */
interface Task extends SizingProblem {
  readonly models: GoalModels
  readonly open: readonly number[]
}

/** `models` are those of the same parts and goals. */
export function sizeParts(problem: SizingProblem, models: GoalModels = goalModels(problem)): Sizing {
  // A goal that nothing can keep must not cost the others, nor fill parts up to their limits.
  const open = [...problem.goals.keys()].filter((goal) =>
    isReached(models.limits[goal]?.best ?? 0, problem.goals[goal]?.ratio ?? 1),
  )
  const task: Task = { ...problem, models, open }
  const { counts, limitedBy } = grow(task)
  const kept = limitedBy === 'nothing' ? prune(task, counts) : counts
  return {
    counts: toRecord(problem, kept),
    total: sum(kept),
    predicted: problem.goals.map((_, goal) => shareOf(models, goal, problem.rate, kept)),
    limitedBy: limitedBy === 'nothing' && open.length < problem.goals.length ? 'service-time' : limitedBy,
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

export function predictCounts(
  problem: SizingProblem,
  counts: InstanceCounts,
  models: GoalModels = goalModels(problem),
): readonly number[] {
  const numbers = problem.parts.map(({ part }) => counts[part] ?? 0)
  return problem.goals.map((_, goal) => shareOf(models, goal, problem.rate, numbers))
}

/** The counts brought within each part's limits, and all together under the cap. */
export function withinLimits(
  problem: Pick<SizingProblem, 'parts' | 'atMost'>,
  counts: InstanceCounts,
): InstanceCounts {
  const limited = problem.parts.map(({ part, atLeast, atMost }) =>
    Math.min(atMost, Math.max(atLeast, counts[part] ?? 0)),
  )
  return toRecord(problem, fitUnderCap(problem, limited))
}

function startCounts({ parts, rate, open }: Task): number[] {
  return parts.map((part) => {
    const busy = (rate * part.visits) / capacityOf(part.stations)
    const least = open.length === 0 ? Math.ceil(busy / UTILISATION_WITHOUT_GOAL) : Math.floor(busy) + 1
    return Math.min(part.atMost, Math.max(part.atLeast, least, 1))
  })
}

export const isReached = (share: number, ratio: number): boolean => share >= ratio - NOISE

function grow(problem: Task): { counts: number[]; limitedBy: Limitation } {
  const start = startCounts(problem)
  const counts = fitUnderCap(problem, start)
  let off = distance(problem, counts)
  for (let added = 0; off > 0 && added < MAX_ADDITIONS; added++) {
    if (sum(counts) >= (problem.atMost ?? Infinity)) return { counts, limitedBy: 'cap' }
    const best = bestAddition(problem, counts, off)
    if (best === null) return { counts, limitedBy: 'part-limits' }
    counts[best.index] = (counts[best.index] ?? 0) + 1
    off = best.off
  }
  return { counts, limitedBy: sum(start) > sum(counts) ? 'cap' : off > 0 ? 'part-limits' : 'nothing' }
}

interface Addition {
  readonly index: number
  readonly off: number
}

/** The part where one more instance brings the goals nearest for its price; null when none would. */
function bestAddition(problem: Task, counts: readonly number[], now: number): Addition | null {
  let best: (Addition & { readonly worth: number }) | null = null
  for (const [index, part] of problem.parts.entries()) {
    const count = counts[index] ?? 0
    if (count >= part.atMost) continue
    const off = distance(problem, counts.with(index, count + 1))
    // A part that is over its limit stays so whatever the others get.
    if (off === Infinity || now - off <= NOISE) continue
    const worth = (now - off) / part.price
    if (best === null || worth > best.worth) best = { index, off, worth }
  }
  return best ?? busiestAddition(problem, counts)
}

/**
 * Where two parts hold operations up alike, one more instance of either alone gains nothing: what it lets
 * through waits at the other. Then the busiest is first; while it may not grow, the others gain nothing.
 */
function busiestAddition(problem: Task, counts: readonly number[]): Addition | null {
  const busy = problem.parts.map(
    ({ visits, stations }, i) => (problem.rate * visits) / ((counts[i] ?? 0) * capacityOf(stations)),
  )
  const index = busy.indexOf(Math.max(...busy))
  const count = counts[index] ?? 0
  const most = problem.parts[index]?.atMost ?? 0
  return count >= most ? null : { index, off: distance(problem, counts.with(index, count + 1)) }
}

/** 0 when all goals are kept, else how far off the worst is: between the logarithms of the odds. */
function distance({ models, goals, open, rate }: Task, counts: readonly number[]): number {
  let worst = 0
  for (const goal of open) {
    const within = shareOf(models, goal, rate, counts)
    const ratio = goals[goal]?.ratio ?? 0
    if (!isReached(within, ratio)) worst = Math.max(worst, logOdds(ratio) - logOdds(within))
  }
  return worst
}

const logOdds = (share: number): number => Math.log(share / Math.max(1 - share, NOISE))

/** Takes instances back, dearest first, as long as the goals are kept without them. */
function prune(problem: Task, grown: readonly number[]): number[] {
  const dearestFirst = [...problem.parts.keys()].toSorted(
    (a, b) => (problem.parts[b]?.price ?? 0) - (problem.parts[a]?.price ?? 0),
  )
  let counts = [...grown]
  for (const index of dearestFirst) {
    const least = Math.max(problem.parts[index]?.atLeast ?? 0, 1)
    while ((counts[index] ?? 0) > least) {
      const fewer = counts.with(index, (counts[index] ?? 0) - 1)
      if (problem.open.length === 0 || distance(problem, fewer) > 0) break
      counts = fewer
    }
  }
  return counts
}

/** Where all together pass the cap, the parts with the most instances go without first. */
function fitUnderCap(
  { parts, atMost }: Pick<SizingProblem, 'parts' | 'atMost'>,
  start: readonly number[],
): number[] {
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

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

function toRecord(problem: Pick<SizingProblem, 'parts'>, counts: readonly number[]): InstanceCounts {
  const record: Record<PartName, number> = {}
  for (const [i, { part }] of problem.parts.entries()) record[part] = counts[i] ?? 0
  return record
}
