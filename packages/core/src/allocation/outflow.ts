/**
 * How much of its waiting a part is spared because the parts before it let operations through no faster than
 * they can. Where all occupancies are fixed and one server follows another, an operation waits as long in
 * all of them together as it would at the slowest alone (H. D. Friedman, "Reduction methods for tandem
 * queueing systems", Operations Research 13, 1965): a later part is spared what was waited before it. With
 * random occupancies what leaves is as random as what comes (Burke 1956), and nothing is spared. Between these
 * what leaves is the more regular the busier the part is (W. Whitt, "The queueing network analyzer", Bell System
 * Technical Journal 62, 1983). How quickly the first rule gives way to that one is fitted to simulations.
 */
import type { QueueWait } from '../stats/index.ts'
import type { PartName } from '../units/index.ts'
import { capacityOf, type LoadedPart, type Stations } from './stations.ts'

export interface Outflow {
  /** Operations of the service that can leave in a second at most, however many have come at once. */
  readonly atMost: number
  /** At the part up to here where operations would wait longest, if it were alone. */
  readonly waited: QueueWait
  /** 1 where occupancies are fixed, falling to 0 with their variation. */
  readonly inStep: number
  /** One less the squared variation of the times between what leaves. */
  readonly evenness: number
}

/** How much the squared variation of occupancies mixes up the order in which operations leave. */
const OUT_OF_STEP = 12

/** How much less a part is spared where it passes less than those before it and is seldom full. */
const SLOWER = 6

export function outflowOf(
  part: LoadedPart,
  rate: number,
  alone: QueueWait,
  leaving: ReadonlyMap<PartName, Outflow>,
): Outflow {
  const before = part.callers.flatMap((caller) => leaving.get(caller.part) ?? [])
  const { stations } = part
  const even = 1 - Math.min(1, stations.occupancyVariation)
  return {
    atMost: Math.min(passing(part), ...before.map(({ atMost }) => atMost)),
    waited: before.reduce(
      (longest, { waited }) => (waited.meanSeconds > longest.meanSeconds ? waited : longest),
      alone,
    ),
    inStep: inStepWith(stations),
    evenness: ((rate / passing(part)) ** 2 * even) / Math.sqrt(serversOf(part)),
  }
}

/** 1 where all occupancies are the same, so that operations leave in the order in which they came. */
export const inStepWith = ({ occupancyVariation }: Stations): number =>
  Math.exp(-OUT_OF_STEP * occupancyVariation)

/** The share of the part's waiting that is left, compared with operations that come independently of each other. */
export function stillWaiting(
  part: LoadedPart,
  rate: number,
  alone: QueueWait,
  leaving: ReadonlyMap<PartName, Outflow>,
): number {
  if (alone.meanSeconds === 0) return 1
  // Many servers that are seldom all busy let through together what comes together.
  const sideBySide = (1 - rate / passing(part)) ** 2 * (1 - 1 / serversOf(part))
  const calls = part.callers.reduce((sum, { times }) => sum + times, 0)
  return part.callers.reduce((left, caller) => {
    const outflow = leaving.get(caller.part)
    if (outflow === undefined) return left
    const inStep = outflow.inStep * inStepWith(part.stations)
    const slower = Math.min(1, passing(part) / outflow.atMost)
    const waitedBefore = inCommon(outflow.waited, alone) * slower ** (SLOWER * sideBySide)
    const spared = inStep * waitedBefore + (1 - inStep) * outflow.evenness
    // Calls that only some operations make are the more random the fewer they are; several calls of one come close.
    return left - (caller.times / calls) * Math.min(caller.times, 1 / caller.times) * spared
  }, 1)
}

/**
 * The share of `wait` that was waited before, where both fall on the same operations: the area under both tails,
 * each taken as exponential.
 */
function inCommon(before: QueueWait, wait: QueueWait): number {
  if (before.meanSeconds === 0) return 0
  const [often, seldom] = before.probability > wait.probability ? [before, wait] : [wait, before]
  const [short, long] = [often.meanSeconds / often.probability, seldom.meanSeconds / seldom.probability]
  if (short >= long) return seldom.meanSeconds / wait.meanSeconds
  const crossing = Math.log(often.probability / seldom.probability) / (1 / short - 1 / long)
  const upToThere = -seldom.meanSeconds * Math.expm1(-crossing / long)
  return (upToThere + often.meanSeconds * Math.exp(-crossing / short)) / wait.meanSeconds
}

/** Operations of the service a second that the part can take in. */
const passing = ({ instances, stations, visits }: LoadedPart): number =>
  (instances * capacityOf(stations)) / visits

const serversOf = ({ instances, stations }: LoadedPart): number => instances * stations.perInstance
