/**
 * The sizings of one service from small to large: for each load on a fine grid the cheapest instances that keep
 * the goals there, and for any instances the share that they keep at any load. All of it follows from the
 * problem alone, so it is worked out once and remembered beside it; what is remembered changes no answer, only
 * the work.
 */
import type { Service } from '../agreement/index.ts'
import { capacityOf } from './stations.ts'
import { predictCounts, sizeParts, type InstanceCounts, type Sizing, type SizingProblem } from './sizing.ts'

/** A sizing problem at any load. */
export type LadderProblem = Omit<SizingProblem, 'rate'>

export interface Ladder {
  readonly problem: LadderProblem
  readonly text: string
  readonly rungs: Map<number, Sizing>
  readonly shares: Map<string, readonly number[]>
}

/** One rung is for so much more load than the one below: about one instance in twenty-five. */
const RUNG_STEP = 1.04
/** Shares are worked out at loads that differ so little; between them the logarithms of their odds lie on straight lines. */
const SHARE_STEP = 1.05
/** Far below what the counts take in nothing waits: there the share is taken for that at this utilisation. */
const CALM = 0.02
/** Odds are not looked at beyond this. */
const SURE = 1e-6
/** A rate of nothing is taken for one operation in a thousand seconds. */
const LEAST_RATE = 0.001
/** Beyond this a ladder is begun anew; a day of a bursty service needs less. */
const MAX_REMEMBERED = 20_000
/** The terms of day and night, each before and after a service time has moved. */
const LADDERS_OF_A_SERVICE = 4

const remembered = new WeakMap<Service, Ladder[]>()

/** The ladder of the service under this problem; the same one as long as the problem is the same. */
export function ladderOf(service: Service, problem: LadderProblem): Ladder {
  const text = textOf(problem)
  const known = remembered.get(service) ?? []
  const found = known.find((ladder) => ladder.text === text)
  if (found !== undefined) return found
  const ladder: Ladder = { problem, text, rungs: new Map(), shares: new Map() }
  remembered.set(service, [ladder, ...known.slice(0, LADDERS_OF_A_SERVICE - 1)])
  return ladder
}

/** The lowest rung that is for this load. */
export const rungFor = (rate: number): number =>
  Math.ceil(Math.log(Math.max(LEAST_RATE, rate)) / Math.log(RUNG_STEP) - 1e-9)

export const rateOfRung = (index: number): number => RUNG_STEP ** index

export function rungAt(ladder: Ladder, index: number): Sizing {
  const known = ladder.rungs.get(index)
  if (known !== undefined) return known
  const sizing = sizeParts({ ...ladder.problem, rate: rateOfRung(index) })
  ladder.rungs.set(index, sizing)
  return sizing
}

/** The share within each goal's limit that the counts keep at this rate, in the goals' order. */
export function sharesAt(ladder: Ladder, counts: InstanceCounts, rate: number): readonly number[] {
  const most = capacityRate(ladder, counts)
  if (rate >= most) return ladder.problem.goals.map(() => 0)
  const place = Math.log(Math.max(LEAST_RATE, rate, most * CALM)) / Math.log(SHARE_STEP)
  const below = Math.floor(place)
  const name = nameOf(ladder, counts)
  const low = sharesOnGrid(ladder, { name, counts, step: below })
  const part = place - below
  if (part < 1e-6) return low
  // Nothing is in step above what is taken in; up to there the share falls to nothing.
  const above = SHARE_STEP ** (below + 1)
  if (above >= most) {
    const left = Math.log(most / Math.max(rate, LEAST_RATE)) / Math.log(most / SHARE_STEP ** below)
    return low.map((share) => share * left)
  }
  const high = sharesOnGrid(ladder, { name, counts, step: below + 1 })
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
export const capacityRate = ({ problem }: Ladder, counts: InstanceCounts): number =>
  Math.min(
    ...problem.parts.map(
      ({ part, visits, stations }) => ((counts[part] ?? 0) * capacityOf(stations)) / visits,
    ),
  )

function sharesOnGrid(
  ladder: Ladder,
  { name, counts, step }: { readonly name: string; readonly counts: InstanceCounts; readonly step: number },
): readonly number[] {
  const key = `${name}@${step}`
  const known = ladder.shares.get(key)
  if (known !== undefined) return known
  if (ladder.shares.size >= MAX_REMEMBERED) ladder.shares.clear()
  const shares = predictCounts({ ...ladder.problem, rate: SHARE_STEP ** step }, counts)
  ladder.shares.set(key, shares)
  return shares
}

const nameOf = ({ problem }: Ladder, counts: InstanceCounts): string =>
  problem.parts.map(({ part }) => counts[part] ?? 0).join(' ')

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
