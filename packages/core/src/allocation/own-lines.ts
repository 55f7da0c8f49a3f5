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
import { addMasses, cumulated, GRID, massesOf, POINTS } from './masses.ts'
import { capacityOf, type LoadedPart, type Stations } from './stations.ts'

/** P(wait > (i + ½) steps) for each point of the grid, the last one at the grid's end. */
export type WaitTails = Float64Array

/** A part at one rate with one number of instances. */
export interface Lines {
  readonly part: LoadedPart
  readonly arrivalRate: number
  /** One line for all instances. */
  readonly common: WaitDistribution
}

/** For so long an operation is in flight after its service here. */
export interface TimeAfter {
  readonly meanSeconds: number
  readonly variance: number
}

export const NOTHING_AFTER: TimeAfter = { meanSeconds: 0, variance: 0 }

/** What does not depend on how blindly instances are chosen. */
export interface LineTails {
  readonly own: WaitTails
  /** The logarithms of these, and of those of instances that take turns blindly; made when they are asked for. */
  readonly blended: () => { readonly own: Float64Array; readonly apart: Float64Array }
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

/** Logarithms of shares that are nothing. */
const LEAST_SHARE = 1e-300

export const linesOf = (part: LoadedPart, arrivalRate: number): Lines => ({
  part,
  arrivalRate,
  common: lineOf(part, part.instances, arrivalRate),
})

/** `ahead` as `waitBehind` has it for the part's stations and the same steps. */
export function lineTails(
  lines: Lines,
  stepSeconds: number,
  ahead: () => readonly Float64Array[],
): LineTails {
  const { part, arrivalRate, common } = lines
  const isInOneLine = isAlone(lines) || part.stations.occupancyVariation === 0
  const own = isInOneLine ? tailsOf(common, stepSeconds) : ownLines(lines, stepSeconds, ahead())
  let blended: ReturnType<LineTails['blended']> | null = null
  return {
    own,
    blended: () =>
      (blended ??= {
        own: logarithms(own),
        apart: logarithms(tailsOf(lineOf(part, 1, arrivalRate / part.instances), stepSeconds)),
      }),
  }
}

/** One line for all is all there is. */
const isAlone = ({ part, common }: Lines): boolean => part.instances === 1 || common.probability === 0

export function waitTails(lines: Lines, { own, blended }: LineTails, after: TimeAfter): WaitTails {
  const blind = isAlone(lines) ? 0 : blindness(lines, after)
  if (blind < NEGLIGIBLE) return own
  const { own: logOwn, apart: logApart } = blended()
  const tails = new Float64Array(POINTS)
  for (let i = 0; i < POINTS; i++)
    tails[i] = Math.exp((1 - blind) * (logOwn[i] ?? 0) + blind * (logApart[i] ?? 0))
  return tails
}

/**
 * For each number of operations that stand before one, itself included: the share that has waited no longer than
 * each point. First the instance must end one of its operations, then one for each that stands before.
 */
export function waitBehind(stations: Stations, stepSeconds: number): readonly Float64Array[] {
  const { perInstance, occupancySeconds, occupancyVariation } = stations
  const sigma = Math.sqrt(Math.log1p(occupancyVariation))
  const times = (i: number): number => (at(i) * stepSeconds) / occupancySeconds
  const next = massesOf((i) =>
    perInstance === 1 ? 1 - occupancyTail(times(i), sigma) : -Math.expm1(-perInstance * times(i)),
  )
  let ended = massesOf((i) => 1 - residualTail(times(i), sigma) ** perInstance)
  const all = [cumulated(ended)]
  while (all.length < MAX_AHEAD) {
    ended = addMasses(ended, next)
    // All that is left ends beyond the grid.
    if (ended.every((mass) => mass < NEGLIGIBLE / POINTS)) break
    all.push(cumulated(ended))
  }
  return all
}

/** In steps: the middle between two points, and the grid's end. */
const at = (point: number): number => Math.min(point + 0.5, GRID)

function tailsOf({ probabilityOver }: WaitDistribution, stepSeconds: number): WaitTails {
  const tails = new Float64Array(POINTS)
  for (let i = 0; i < POINTS; i++) tails[i] = probabilityOver(at(i) * stepSeconds)
  return tails
}

function logarithms(shares: Float64Array): Float64Array {
  const logs = new Float64Array(POINTS)
  for (let i = 0; i < POINTS; i++) logs[i] = Math.log(Math.max(LEAST_SHARE, shares[i] ?? 0))
  return logs
}

function lineOf(part: LoadedPart, instances: number, arrivalRate: number): WaitDistribution {
  const { perInstance, occupancySeconds } = part.stations
  return waitDistribution({
    servers: instances * perInstance,
    arrivalRate,
    occupancy: occupancySeconds,
    arrivalVariation: 1,
    occupancyVariation: variationFelt(part),
  })
}

/**
 * An operation that comes again and again shares the part with others as if they took turns, and then the wait
 * depends on the mean alone: it is that of exponential times.
 */
const variationFelt = ({ stations, visits }: LoadedPart): number =>
  1 + (stations.occupancyVariation - 1) / Math.max(1, visits)

function ownLines(lines: Lines, stepSeconds: number, ahead: readonly Float64Array[]): WaitTails {
  const { part, common } = lines
  const variation = Math.sqrt(part.stations.occupancyVariation)
  const log = Math.log(part.instances)
  const spared = (SPARED_BY_LOG * log + SPARED_BY_SQUARE * log * log) * Math.min(1, Math.sqrt(variation))
  const waits = common.probability * (1 - (1 - common.probability) * Math.min(1, spared))
  // With hardly any variation the order in which instances become free is nearly kept.
  const mixedUp = Math.min(1, variation * part.instances)
  const tails = waitOfWhoWaits(lines, ahead)
  for (let i = 0; i < POINTS; i++) {
    const inCommon = mixedUp === 1 ? 0 : common.probabilityOver(at(i) * stepSeconds) / common.probability
    tails[i] = waits * (mixedUp * (tails[i] ?? 0) + (1 - mixedUp) * inCommon)
  }
  return tails
}

function waitOfWhoWaits({ part, arrivalRate, common }: Lines, behind: readonly Float64Array[]): WaitTails {
  const { perInstance, occupancySeconds } = part.stations
  const utilisation = arrivalRate / (part.instances * capacityOf(part.stations))
  // So many stand in the common line with a probability of utilisation to their power: M/M/c, from its P(wait > t).
  const stretch = -Math.log(utilisation) / (1 - utilisation) / perInstance
  const tails = new Float64Array(POINTS).fill(1)
  let reached = 1
  for (const [before, within] of behind.entries()) {
    const ahead = before + 1
    if (reached <= NEGLIGIBLE) break
    const inLine = ahead * stretch * occupancySeconds
    const more = ahead === MAX_AHEAD ? 0 : common.probabilityOver(inLine) / common.probability
    const share = reached - more
    for (let i = 0; i < POINTS; i++) tails[i] = (tails[i] ?? 0) - share * (within[i] ?? 0)
    reached = more
  }
  // Rounding must not make what nobody waits less than impossible.
  for (let i = 0; i < POINTS; i++) tails[i] = Math.max(0, tails[i] ?? 0)
  return tails
}

function blindness({ part, arrivalRate }: Lines, after: TimeAfter): number {
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
