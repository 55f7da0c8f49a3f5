/**
 * The sizings of one service from small to large: for each load on a fine grid the cheapest instances that keep
 * the goals there, and for any instances the share that they keep at any load. All of it follows from the
 * problem alone, so it is worked out once and remembered beside it; what is remembered changes no answer, only
 * the work.
 */
import type { Service } from '../agreement/index.ts'
import { goalModels, type GoalModels } from './goal-models.ts'
import { capacityOf } from './stations.ts'
import { bestWithin } from './response-model.ts'
import {
  isReached,
  predictCounts,
  sizeParts,
  type InstanceCounts,
  type Sizing,
  type SizingProblem,
} from './sizing.ts'

/** A sizing problem at any load. */
export type LadderProblem = Omit<SizingProblem, 'rate'>

export interface Ladder {
  readonly problem: LadderProblem
  /** Of each goal the share that no number of instances can pass, and whether that keeps it. */
  readonly best: readonly number[]
  readonly inReach: readonly boolean[]
  readonly text: string
  readonly rungs: Map<number, Sizing>
  /** By the numbers of all parts. */
  readonly holdings: Map<string, Holding>
}

/** What is known of some counts. */
interface Holding {
  /** Of the problem's parts and no others. */
  readonly counts: InstanceCounts
  /** What comes in at most before some part is overrun. */
  readonly most: number
  readonly shares: Map<number, readonly number[]>
}

/** One rung is for so much more load than the one below: about one instance in twenty-five. */
const RUNG_STEP = 1.04
/** Far below what the counts take in nothing waits: there the share is taken for that at this utilisation. */
const CALM = 0.02
/** Steps of the odds of the utilisation, which lie the closer the fuller the parts are. */
const ODDS_STEP = 0.3
/** Where the grid ends; so full that the share is next to nothing. */
const FULL_STEP = 20
/** Odds are not looked at beyond this. */
const SURE = 1e-6
/** A rate of nothing is taken for one operation in a thousand seconds. */
const LEAST_RATE = 0.001
/** Beyond so many counts a ladder is begun anew; a day of a bursty service needs less. */
const MAX_REMEMBERED = 1_000
/** The terms of day and night, each before and after a service time has moved. */
const LADDERS_OF_A_SERVICE = 4
/** Services are worked on one after the other: models of those before are not needed again soon. */
const MODELS_KEPT = 8

const remembered = new WeakMap<Service, Ladder[]>()
const ofProblems = new WeakMap<LadderProblem, Ladder>()

/** Newest last. They are much larger than what they are asked for, so only a few are kept. */
const models = new Map<Ladder, GoalModels>()

/** The ladder of the service under this problem; the same one as long as the problem is the same. */
export function ladderOf(service: Service, problem: LadderProblem): Ladder {
  const same = ofProblems.get(problem)
  if (same !== undefined) return same
  const ladder = sameLadder(service, problem)
  ofProblems.set(problem, ladder)
  return ladder
}

/** Also where the problem is stated anew in the same words. */
function sameLadder(service: Service, problem: LadderProblem): Ladder {
  const text = textOf(problem)
  const known = remembered.get(service) ?? []
  const found = known.find((ladder) => ladder.text === text)
  if (found !== undefined) return found
  const { parts, overheadMs, goals } = problem
  const best = goals.map(({ limitMs }) => bestWithin(parts, limitMs, overheadMs))
  const inReach = goals.map(({ ratio }, goal) => isReached(best[goal] ?? 0, ratio))
  const ladder: Ladder = { problem, best, inReach, text, rungs: new Map(), holdings: new Map() }
  remembered.set(service, [ladder, ...known.slice(0, LADDERS_OF_A_SERVICE - 1)])
  return ladder
}

function modelsOf(ladder: Ladder): GoalModels {
  const known = models.get(ladder)
  if (known !== undefined) return known
  const [oldest] = models.keys()
  if (oldest !== undefined && models.size >= MODELS_KEPT) models.delete(oldest)
  const made = goalModels(ladder.problem)
  models.set(ladder, made)
  return made
}

/** The lowest rung that is for this load. */
export const rungFor = (rate: number): number =>
  Math.ceil(Math.log(Math.max(LEAST_RATE, rate)) / Math.log(RUNG_STEP) - 1e-9)

export const rateOfRung = (index: number): number => RUNG_STEP ** index

export function rungAt(ladder: Ladder, index: number): Sizing {
  const known = ladder.rungs.get(index)
  if (known !== undefined) return known
  const sized = sizeParts({ ...ladder.problem, rate: rateOfRung(index) }, modelsOf(ladder))
  // Neighbours mostly have the same counts: as one object, what is known of the one is known of all.
  const sizing = { ...sized, counts: holdingOf(ladder, sized.counts).counts }
  ladder.rungs.set(index, sizing)
  return sizing
}

/**
 * The share within each goal's limit that the counts keep at this rate, in the goals' order. Worked out on a grid;
 * between its points the logarithms of the odds lie on straight lines.
 */
export function sharesAt(ladder: Ladder, counts: InstanceCounts, rate: number): readonly number[] {
  const holding = holdingOf(ladder, counts)
  if (rate >= holding.most) return ladder.problem.goals.map(() => 0)
  const utilisation = rate / holding.most
  if (utilisation >= FULL) {
    // Up to what is taken in the share falls to nothing.
    const left = (1 - utilisation) / (1 - FULL)
    return sharesOnGrid(ladder, holding, FULL_STEP).map((share) => share * left)
  }
  const place = placeOf(Math.max(utilisation, CALM))
  const below = Math.floor(place)
  const calm = MOSTLY_CALM.find((step) => below < step && isCalm(ladder, holding, step))
  const low = sharesOnGrid(ladder, holding, calm ?? below)
  const part = place - below
  if (part < 1e-6 || calm !== undefined) return low
  const high = sharesOnGrid(ladder, holding, below + 1)
  return low.map((share, i) => between(share, high[i] ?? share, part))
}

function between(low: number, high: number, part: number): number {
  const odds = logOdds(low) + (logOdds(high) - logOdds(low)) * part
  return 1 / (1 + Math.exp(-odds))
}

const logOdds = (share: number): number => {
  const sure = Math.min(1 - SURE, Math.max(SURE, share))
  return Math.log(sure / (1 - sure))
}

/** What comes in at most before some part is overrun. */
export const capacityRate = (ladder: Ladder, counts: InstanceCounts): number => holdingOf(ladder, counts).most

function holdingOf({ problem, holdings }: Ladder, counts: InstanceCounts): Holding {
  let name = ''
  for (const { part } of problem.parts) name += `${counts[part] ?? 0} `
  const known = holdings.get(name)
  if (known !== undefined) return known
  if (holdings.size >= MAX_REMEMBERED) holdings.clear()
  const own: Record<string, number> = {}
  let most = Infinity
  for (const { part, visits, stations } of problem.parts) {
    own[part] = counts[part] ?? 0
    most = Math.min(most, (own[part] * capacityOf(stations)) / visits)
  }
  const made: Holding = { counts: own, most, shares: new Map() }
  holdings.set(name, made)
  return made
}

const placeOf = (utilisation: number): number => Math.log(utilisation / (1 - utilisation)) / ODDS_STEP

const utilisationAt = (step: number): number => 1 / (1 + Math.exp(-step * ODDS_STEP))

const FULL = utilisationAt(FULL_STEP)

/** Where it is calm already for many: looked at before lower rates. */
const MOSTLY_CALM: readonly number[] = [0.4, 0.2, 0.1].map((utilisation) => Math.floor(placeOf(utilisation)))

/** So near to what no number of instances can pass, the share does not rise any more with less load. */
const CALM_SHARE = 1e-6

const isCalm = (ladder: Ladder, holding: Holding, step: number): boolean =>
  sharesOnGrid(ladder, holding, step).every((share, goal) => share > (ladder.best[goal] ?? 0) - CALM_SHARE)

function sharesOnGrid(ladder: Ladder, holding: Holding, step: number): readonly number[] {
  const known = holding.shares.get(step)
  if (known !== undefined) return known
  const rate = holding.most * utilisationAt(step)
  const shares = predictCounts({ ...ladder.problem, rate }, holding.counts, modelsOf(ladder))
  holding.shares.set(step, shares)
  return shares
}

/** What the counts cost, in micro-units an hour. */
export const hourlyCost = ({ parts }: Pick<LadderProblem, 'parts'>, counts: InstanceCounts): number =>
  parts.reduce((sum, { part, price }) => sum + price * (counts[part] ?? 0), 0)

/** All that a sizing depends on beside the load. */
function textOf({ parts, goals, overheadMs, atMost }: LadderProblem): string {
  const ofParts = parts.flatMap(({ part, visits, callers, stations, price, atLeast, atMost }) => [
    part,
    visits,
    ...callers.flatMap(({ part: caller, times }) => [caller, times]),
    stations.perInstance,
    stations.occupancySeconds,
    stations.occupancyVariation,
    stations.service.meanMs,
    stations.service.sigma,
    price,
    atLeast,
    atMost,
  ])
  return [overheadMs, atMost, ...goals.flatMap(({ limitMs, ratio }) => [limitMs, ratio]), ...ofParts].join(
    ' ',
  )
}
