/**
 * Waiting where every instance has a line of its own: an operation goes to the instance with the fewest in
 * flight and waits there, though another may be free before. Compared with one line for all, fewer have to
 * wait, but those who do wait for their instance: until it has ended what it works on (the residual of an
 * occupancy), and what stands before them there. How many stand there follows from the common line.
 *
 * Operations that wait for the answers of other parts are in flight too, so that the fewest in flight says
 * less about who is free: the more of them, the more the part behaves like instances that take turns blindly.
 *
 * Where an occupancy is constant, whoever was given an operation longest ago is free first, and own lines
 * are as good as one. The figures below are fitted to simulations.
 */
import { standardNormalCdf, waitDistribution, type WaitDistribution } from '../stats/index.ts'
import { capacityOf, type LoadedPart } from './stations.ts'

/** P(wait > (i + ½) steps) for i = 0 … points-1, the last one at the grid's end. */
export type WaitTails = Float64Array

export interface Lines {
  readonly part: LoadedPart
  readonly arrivalRate: number
  readonly after: TimeAfter
}

/** For so long an operation is in flight after its service here. */
export interface TimeAfter {
  readonly meanSeconds: number
  readonly variance: number
}

export const NOTHING_AFTER: TimeAfter = { meanSeconds: 0, variance: 0 }

export interface TimeGrid {
  readonly stepSeconds: number
  readonly points: number
}

/** How many fewer wait than with one line, by the logarithm of the instances. */
const SPARED_BY_LOG = 0.087
const SPARED_BY_SQUARE = 0.033

/** How blind the choice is, by the operations in flight elsewhere and by the instances to choose from. */
const BLIND = 0.215
const BLIND_BY_ELSEWHERE = 0.72
const BLIND_BY_INSTANCES = 0.75

/** From this squared variation on a wrong choice costs as much as it can. */
const FULLY_VARYING = 0.8

/** What stands in a line beyond so many is not told apart from one line for all. */
const MAX_AHEAD = 24

/** Below it a share changes nothing that anyone could measure. */
const NEGLIGIBLE = 1e-4

export function waitTails(lines: Lines, grid: TimeGrid): WaitTails {
  const { part, arrivalRate } = lines
  const common = commonLine(lines, part.instances, arrivalRate)
  const at = (i: number): number => Math.min(i + 0.5, grid.points - 1) * grid.stepSeconds
  const tailsOf = (over: (seconds: number) => number): WaitTails =>
    Float64Array.from({ length: grid.points }, (_, i) => over(at(i)))
  if (part.instances === 1 || common.probability === 0) return tailsOf(common.probabilityOver)
  const own = ownLines(lines, common, grid, tailsOf)
  const blind = blindness(lines)
  if (blind < NEGLIGIBLE) return own
  const apart = commonLine(lines, 1, arrivalRate / part.instances)
  return own.map((tail, i) => tail ** (1 - blind) * apart.probabilityOver(at(i)) ** blind)
}

function commonLine({ part }: Lines, instances: number, arrivalRate: number): WaitDistribution {
  const { perInstance, occupancySeconds } = part.stations
  const occupancyVariation = variationFelt(part)
  return waitDistribution({
    servers: instances * perInstance,
    arrivalRate,
    occupancy: occupancySeconds,
    arrivalVariation: 1,
    occupancyVariation,
  })
}

/**
 * An operation that comes again and again shares the part with others as if they took turns, and then the wait
 * depends on the mean alone: it is that of exponential times.
 */
const variationFelt = ({ stations, visits }: LoadedPart): number =>
  1 + (stations.occupancyVariation - 1) / Math.max(1, visits)

function ownLines(
  lines: Lines,
  common: WaitDistribution,
  grid: TimeGrid,
  tailsOf: (over: (seconds: number) => number) => WaitTails,
): WaitTails {
  const { instances, stations } = lines.part
  const variation = Math.sqrt(stations.occupancyVariation)
  if (variation === 0) return tailsOf(common.probabilityOver)
  const log = Math.log(instances)
  const spared = (SPARED_BY_LOG * log + SPARED_BY_SQUARE * log * log) * Math.min(1, Math.sqrt(variation))
  const waits = common.probability * (1 - (1 - common.probability) * Math.min(1, spared))
  // With hardly any variation the order in which instances become free is nearly kept.
  const mixedUp = Math.min(1, variation * instances)
  const conditional = waitOfWhoWaits(lines, common, grid, tailsOf)
  const inCommon = tailsOf((seconds) => common.probabilityOver(seconds) / common.probability)
  return conditional.map((tail, i) => waits * (mixedUp * tail + (1 - mixedUp) * (inCommon[i] ?? 0)))
}

/** First the instance must end one of its operations, then one for each that stands before. */
function waitOfWhoWaits(
  { part, arrivalRate }: Lines,
  common: WaitDistribution,
  grid: TimeGrid,
  tailsOf: (over: (seconds: number) => number) => WaitTails,
): WaitTails {
  const { perInstance, occupancySeconds, occupancyVariation } = part.stations
  const utilisation = arrivalRate / (part.instances * capacityOf(part.stations))
  const sigma = Math.sqrt(Math.log1p(occupancyVariation))
  const inOccupancies = (tail: (times: number, sigma: number) => number) => (seconds: number) =>
    tail(seconds / occupancySeconds, sigma)
  const first = massesOf(tailsOf((seconds) => inOccupancies(residualTail)(seconds) ** perInstance))
  const next = massesOf(
    perInstance === 1
      ? tailsOf(inOccupancies(occupancyTail))
      : tailsOf((seconds) => Math.exp((-perInstance * seconds) / occupancySeconds)),
  )
  const sum = new Float64Array(grid.points)
  // So many stand in the common line with a probability of utilisation to their power: M/M/c, from its P(wait > t).
  const stretch = -Math.log(utilisation) / (1 - utilisation) / perInstance
  let reached = 1
  let ended = first
  for (let ahead = 1; ahead <= MAX_AHEAD && reached > NEGLIGIBLE; ahead++) {
    const inLine = ahead * stretch * occupancySeconds
    const more = ahead === MAX_AHEAD ? 0 : common.probabilityOver(inLine) / common.probability
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (reached - more) * (ended[i] ?? 0)
    reached = more
    ended = addMasses(ended, next)
    // All that is left ends beyond the grid.
    if (ended.every((mass) => mass < NEGLIGIBLE / grid.points)) break
  }
  let within = 0
  return sum.map((mass) => {
    within += mass
    // Rounding must not make what nobody waits less than impossible.
    return Math.max(0, 1 - within)
  })
}

function blindness({ part, arrivalRate, after }: Lines): number {
  const { instances, stations } = part
  if (after.meanSeconds === 0) return 0
  // Where an instance admits by rate it is seldom asked while anything is in flight there.
  const seen = Math.min(1, stations.service.meanMs / (stations.occupancySeconds * 1_000))
  const elsewhere = (arrivalRate / instances) * after.meanSeconds * seen
  // Where everything takes the same time always, whoever was asked longest ago is free first.
  const here = Math.min(1, stations.occupancyVariation / FULLY_VARYING)
  const there = Math.min(1, after.variance / after.meanSeconds ** 2 / FULLY_VARYING) / 2
  const mixedUp = Math.max(here, there)
  const odds = BLIND * elsewhere ** BLIND_BY_ELSEWHERE * instances ** BLIND_BY_INSTANCES * mixedUp
  return odds / (1 + odds)
}

/** P(what is left of a log-normal time that is under way > `times` its mean). */
function residualTail(times: number, sigma: number): number {
  if (times <= 0) return 1
  const z = -Math.log(times) / sigma
  return standardNormalCdf(z + sigma / 2) - times * standardNormalCdf(z - sigma / 2)
}

const occupancyTail = (times: number, sigma: number): number =>
  times <= 0 ? 1 : standardNormalCdf(-Math.log(times) / sigma - sigma / 2)

function massesOf(tails: WaitTails): Float64Array {
  let before = 1
  return tails.map((tail) => {
    const mass = before - tail
    before = tail
    return mass
  })
}

/** The distribution of a sum; what passes the grid's end is left out, for it can't come back. */
export function addMasses(a: Float64Array, b: Float64Array): Float64Array {
  const sum = new Float64Array(a.length)
  for (let i = 0; i < a.length; i++) {
    const mass = a[i] ?? 0
    if (mass === 0) continue
    for (let j = 0; j < a.length - i; j++) sum[i + j] = (sum[i + j] ?? 0) + mass * (b[j] ?? 0)
  }
  return sum
}
