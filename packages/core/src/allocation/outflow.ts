/**
 * How much of its waiting a part is spared because the parts before it let operations through no faster than
 * they can. Where all occupancies are fixed and one server follows another, an operation waits as long in
 * all of them together as it would at the slowest alone (H. D. Friedman, "Reduction methods for tandem
 * queueing systems", Operations Research 13, 1965): a later part that is as quick as an earlier one never
 * makes anything wait. With random occupancies what leaves is as random as what comes (Burke 1956), and
 * nothing is spared. Between these the figures below are fitted to simulations.
 */
import type { PartName } from '../units/index.ts'
import { capacityOf, type LoadedPart } from './stations.ts'

export interface Outflow {
  /** Operations of the service that can leave in a second at most, however many have come at once. */
  readonly atMost: number
  /** 1 where occupancies are fixed, 0 where they are exponential or vary even more. */
  readonly regularity: number
}

/** For one server the mean wait grows with the square of the occupancy; each further server adds to the power. */
const POWER_OF_ONE_SERVER = 2
const POWER_OF_FURTHER_SERVERS = 0.7

export function outflowOf(part: LoadedPart, leaving: ReadonlyMap<PartName, Outflow>): Outflow {
  const before = part.callers.map((caller) => leaving.get(caller.part)?.atMost ?? Infinity)
  return {
    atMost: Math.min(passing(part), ...before),
    // Squared: what varies but little already mixes up the order in which operations leave.
    regularity: (1 - Math.min(1, part.stations.occupancyVariation)) ** 2,
  }
}

/** The share of the part's waiting that is left, compared with operations that come independently of each other. */
export function stillWaiting(part: LoadedPart, leaving: ReadonlyMap<PartName, Outflow>): number {
  const calls = part.callers.reduce((sum, { times }) => sum + times, 0)
  const servers = part.instances * part.stations.perInstance
  const power = POWER_OF_ONE_SERVER + POWER_OF_FURTHER_SERVERS * (servers - 1)
  return part.callers.reduce((left, caller) => {
    const outflow = leaving.get(caller.part)
    if (outflow === undefined) return left
    // Calls that only some operations make are the more random the fewer they are.
    const regularity = outflow.regularity * Math.min(1, caller.times)
    const spared = regularity * Math.min(1, passing(part) / outflow.atMost) ** power
    return left - (caller.times / calls) * spared
  }, 1)
}

/** Operations of the service a second that the part can take in. */
const passing = ({ instances, stations, visits }: LoadedPart): number =>
  (instances * capacityOf(stations)) / visits
