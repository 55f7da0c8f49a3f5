/**
 * Waiting where every instance has a line of its own: an operation goes to the instance with the fewest in
 * flight and waits there, though another may be free before. Compared with one line for all, fewer have to
 * wait, but those who do wait for their instance: until it has ended what it works on (the residual of an
 * occupancy), and what stands before them there. How many stand there follows from the common line.
 *
 * Where an occupancy is constant, whoever was given an operation longest ago is free first, and own lines
 * are as good as one. The figures below are fitted to simulations.
 */
import { standardNormalCdf, waitDistribution, type WaitDistribution } from '../stats/index.ts'
import { blindTails, type TimeAfter, type Waiting } from './blind-lines.ts'
import { addMasses, cumulated, GRID, massesOf, POINTS, stretched, nothing, type Points } from './masses.ts'
import { capacityOf, type LoadedPart, type Stations } from './stations.ts'

/** P(wait > (i + ½) steps) for each point of the grid, the last one at the grid's end. */
export type WaitTails = Points

/** A part at one rate with one number of instances. */
export interface Lines {
  readonly part: LoadedPart
  readonly arrivalRate: number
  /** One line for all instances. */
  readonly common: WaitDistribution
}

/** What does not depend on what is in flight elsewhere. */
export interface LineTails {
  readonly own: WaitTails
  readonly stepSeconds: number
}

/** How many fewer wait than with one line, by the logarithm of the instances. */
const SPARED_BY_LOG = 0.087
const SPARED_BY_SQUARE = 0.033

/** How much longer those wait who do, by the logarithm of the instances; and from which variation on less long; where they are busy. */
const LONGER_BY_LOG = 0.05
const LONGER_UP_TO = 0.7

/** What stands in a line beyond so many is not told apart from one line for all. */
const MAX_AHEAD = 24

/** With fewer steps to an occupancy a sum of many loses too much by rounding. */
const COARSE = 4

/** Below it a share changes nothing that anyone could measure. */
const NEGLIGIBLE = 1e-4

export const linesOf = (part: LoadedPart, arrivalRate: number): Lines => ({
  part,
  arrivalRate,
  common: lineOf(part, part.instances, arrivalRate),
})

/** `ahead` as `waitBehind` has it for the part's stations and the same steps. */
export function lineTails(lines: Lines, stepSeconds: number, ahead: () => readonly Points[]): LineTails {
  const { part, common } = lines
  const isInOneLine = isAlone(lines) || part.stations.occupancyVariation === 0
  const own = isInOneLine ? inOneLine(part, common, stepSeconds) : ownLines(lines, stepSeconds, ahead())
  return { own, stepSeconds }
}

function inOneLine(part: LoadedPart, common: WaitDistribution, stepSeconds: number): WaitTails {
  const servers = part.instances * part.stations.perInstance
  const variation = variationFelt(part)
  const isCoarse = COARSE * stepSeconds > part.stations.occupancySeconds
  if (servers > 1 || common.probability === 0 || variation === 0 || variation === 1 || isCoarse)
    return tailsOf(common, stepSeconds)
  return oneServer(part, { use: common.probability, variation, stepSeconds })
}

/**
 * One server, by the formula of Pollaczek and Khinchine: the wait is a sum of what is left of occupancies, of a
 * geometric number. Its masses on the grid follow one from the other.
 */
function oneServer(
  { stations }: LoadedPart,
  {
    use,
    variation,
    stepSeconds,
  }: { readonly use: number; readonly variation: number; readonly stepSeconds: number },
): WaitTails {
  const sigma = Math.sqrt(Math.log1p(variation))
  const left = massesOf((i) => 1 - residualTail((at(i) * stepSeconds) / stations.occupancySeconds, sigma))
  const stays = 1 - use * (left[0] ?? 0)
  const waits = nothing()
  const tails = nothing()
  let within = 0
  for (let i = 0; i < POINTS; i++) {
    let mass = i === 0 ? 1 - use : 0
    for (let j = 1; j <= i; j++) mass += use * (left[j] ?? 0) * (waits[i - j] ?? 0)
    waits[i] = mass / stays
    within += mass / stays
    tails[i] = Math.max(0, 1 - within)
  }
  return tails
}

/** One line for all is all there is. */
const isAlone = ({ part, common }: Lines): boolean => part.instances === 1 || common.probability === 0

export const waitTails = (lines: Lines, { own, stepSeconds }: LineTails, after: TimeAfter): WaitTails =>
  isAlone(lines) || after.meanSeconds === 0
    ? own
    : blindTails(lines, { own, stepSeconds, waiting: () => waitingIn(lines) }, after)

/**
 * For each number of operations that stand before one, itself included: the share that has waited no longer than
 * each point. First the instance must end one of its operations, then one for each that stands before.
 */
export function waitBehind(stations: Stations, stepSeconds: number): readonly Points[] {
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
  const tails = nothing()
  for (let i = 0; i < POINTS; i++) tails[i] = probabilityOver(at(i) * stepSeconds)
  return tails
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

function ownLines(lines: Lines, stepSeconds: number, ahead: readonly Points[]): WaitTails {
  const { part, common } = lines
  const waits = probabilityOf(lines)
  const mixedUp = mixedUpIn(part)
  const tails = stretched(waitOfWhoWaits(lines, ahead), longerIn(lines))
  for (let i = 0; i < POINTS; i++) {
    const inCommon = mixedUp === 1 ? 0 : common.probabilityOver(at(i) * stepSeconds) / common.probability
    tails[i] = waits * (mixedUp * (tails[i] ?? 0) + (1 - mixedUp) * inCommon)
  }
  return tails
}

/** With hardly any variation the order in which instances become free is nearly kept. */
const mixedUpIn = ({ instances, stations }: LoadedPart): number =>
  Math.min(1, Math.sqrt(stations.occupancyVariation) * instances) * seenIn(stations)

/** While an instance pauses, as it admits by rate, nothing is seen in flight there: then they take turns. */
const seenIn = ({ service, occupancySeconds }: Stations): number =>
  Math.min(1, service.meanMs / (occupancySeconds * 1_000))

function longerIn({ part, arrivalRate }: Pick<Lines, 'part' | 'arrivalRate'>): number {
  const { instances, stations } = part
  const use = arrivalRate / (instances * capacityOf(stations))
  const varying = stations.occupancyVariation / LONGER_UP_TO
  return Math.max(0.5, 1 + LONGER_BY_LOG * use ** 4 * Math.log(instances) * (1 - varying))
}

function probabilityOf({ part, common }: Lines): number {
  const { instances, stations } = part
  const { occupancyVariation } = stations
  if (instances === 1 || occupancyVariation === 0) return common.probability
  const log = Math.log(instances)
  const most = (SPARED_BY_LOG * log + SPARED_BY_SQUARE * log * log) * seenIn(stations)
  return (
    common.probability *
    (1 - (1 - common.probability) * Math.min(1, most * Math.min(1, occupancyVariation ** 0.25)))
  )
}

/** How many wait in lines of their own, and how long these do. */
function waitingIn(line: Lines): Waiting {
  const { part, common } = line
  const { perInstance, occupancySeconds, occupancyVariation } = part.stations
  const inCommon = common.meanSeconds / common.probability
  if (occupancyVariation === 0) return { probability: common.probability, meanSeconds: inCommon }
  let behind = (1 + occupancyVariation) / 2
  for (let ahead = 1, more = 1; ahead <= MAX_AHEAD && more > NEGLIGIBLE; ahead++) {
    more = inLine(line, ahead)
    behind += more
  }
  const mixedUp = mixedUpIn(part)
  return {
    probability: probabilityOf(line),
    meanSeconds:
      (mixedUp * longerIn(line) * behind * occupancySeconds) / perInstance + (1 - mixedUp) * inCommon,
  }
}

/**
 * The share of those who wait that find more than `ahead` before them. So many stand in the common line with a
 * probability of utilisation to their power: M/M/c, from its P(wait > t).
 */
function inLine({ part, arrivalRate, common }: Lines, ahead: number): number {
  const { perInstance, occupancySeconds } = part.stations
  const utilisation = arrivalRate / (part.instances * capacityOf(part.stations))
  const stretch = -Math.log(utilisation) / (1 - utilisation) / perInstance
  return common.probabilityOver(ahead * stretch * occupancySeconds) / common.probability
}

function waitOfWhoWaits(line: Lines, behind: readonly Points[]): WaitTails {
  const tails = nothing().fill(1)
  let reached = 1
  for (const [before, within] of behind.entries()) {
    const ahead = before + 1
    if (reached <= NEGLIGIBLE) break
    const more = ahead === MAX_AHEAD ? 0 : inLine(line, ahead)
    const share = reached - more
    for (let i = 0; i < POINTS; i++) tails[i] = (tails[i] ?? 0) - share * (within[i] ?? 0)
    reached = more
  }
  // Rounding must not make what nobody waits less than impossible.
  for (let i = 0; i < POINTS; i++) tails[i] = Math.max(0, tails[i] ?? 0)
  return tails
}

/** P(what is left of a log-normal time that is under way > `times` its mean). */
function residualTail(times: number, sigma: number): number {
  if (times <= 0) return 1
  const z = -Math.log(times) / sigma
  return standardNormalCdf(z + sigma / 2) - times * standardNormalCdf(z - sigma / 2)
}

const occupancyTail = (times: number, sigma: number): number =>
  times <= 0 ? 1 : standardNormalCdf(-Math.log(times) / sigma - sigma / 2)
