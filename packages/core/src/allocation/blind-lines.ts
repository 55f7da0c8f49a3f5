/**
 * Waiting where instances are chosen by their operations in flight, of which many are elsewhere: they wait for the
 * answers of other parts. Then the count says little about who is free. The more there are, and the more the times
 * until they come back vary, the more an instance gets operations as if nobody had looked, and the wait is between
 * that of lines of their own and that of instances apart. It does not get as long as apart: an instance that holds
 * up many has many in flight, so that it is given no more, and as many as are elsewhere come to it at most.
 *
 * All figures are fitted to simulations of one part before a delay: 2 to 40 instances, 50 to 95 % busy.
 */
import { waitInQueue } from '../stats/index.ts'
import { GRID, POINTS, nothing, type Points } from './masses.ts'
import { capacityOf, type LoadedPart } from './stations.ts'

/** For so long an operation is in flight after its service here. */
export interface TimeAfter {
  readonly meanSeconds: number
  readonly variance: number
}

export const NOTHING_AFTER: TimeAfter = { meanSeconds: 0, variance: 0 }

/** How many wait, and how long these do on average. */
export interface Waiting {
  readonly probability: number
  readonly meanSeconds: number
}

/** How the order is mixed up by occupancies that vary, beside the times elsewhere; and half of what it takes. */
const MIXED_BY_OCCUPANCY = 1.9
const HALF_MIXED = 1.9

/** Below it nothing changes that anyone could measure. */
const NEGLIGIBLE = 1e-4

/** How much more often operations wait, and how much longer: odds, by what is elsewhere, the instances, and the room. */
const OFTEN = { odds: 1.1, elsewhere: 0.6, instances: 0.65, room: 0.69 }
const LONG = { odds: 1.13, elsewhere: 0.57, instances: 0.15, room: -0.08 }

/** At most so long: beside the wait in lines of their own, what chance brings back from elsewhere. */
const LONGEST_OF_OWN = 1.08
const LONGEST_OF_ELSEWHERE = 3.7

/** Who waits blindly seldom waits much longer than the mean: that part of them as far as a Gaussian goes. */
const BOUNDED = 0.59
const BOUNDED_LINEAR = 0.45
const BOUNDED_SQUARE = 0.37

interface Odds {
  readonly odds: number
  readonly elsewhere: number
  readonly instances: number
  readonly room: number
}

/**
 * Tails of the wait, made of `own`, those of lines of their own in steps of `stepSeconds`; how many wait in these
 * and how long is in `waiting`.
 */
export function blindTails(
  { part, arrivalRate }: { readonly part: LoadedPart; readonly arrivalRate: number },
  {
    own,
    stepSeconds,
    waiting: waitingOf,
  }: { readonly own: Points; readonly stepSeconds: number; readonly waiting: () => Waiting },
  after: TimeAfter,
): Points {
  const { perInstance, occupancySeconds, occupancyVariation } = part.stations
  const { instances } = part
  const use = arrivalRate / (instances * capacityOf(part.stations))
  const elsewhere = (arrivalRate / instances) * after.meanSeconds
  const jitter =
    Math.sqrt(MIXED_BY_OCCUPANCY ** 2 * occupancyVariation + after.variance / occupancySeconds ** 2) *
    perInstance *
    use
  // What keeps its order comes back in turn, and the count says who is free.
  if (jitter < NEGLIGIBLE) return own
  const mixed = jitter / (jitter + HALF_MIXED)
  const shareOf = (by: Odds): number => {
    const odds =
      by.odds * elsewhere ** by.elsewhere * instances ** by.instances * (1 - use) ** by.room * mixed
    return odds / (1 + odds)
  }
  const waiting = waitingOf()
  const apart = waitApart(part, arrivalRate)
  const variation = (1 / instances + (1 - 1 / instances) * mixed + occupancyVariation) / 2
  const brought =
    Math.sqrt((LONGEST_OF_ELSEWHERE * elsewhere * variation * instances) / (instances - 1)) *
    (occupancySeconds / perInstance)
  const longest = 1 / (1 / apart.meanSeconds + 1 / (LONGEST_OF_OWN * waiting.meanSeconds + brought))
  const [often, long] = [shareOf(OFTEN), shareOf(LONG)]
  const meanSeconds = waiting.meanSeconds ** (1 - long) * longest ** long
  const odds = oddsOf(waiting.probability) ** (1 - often) * oddsOf(apart.probability) ** often
  const probability = odds / (1 + odds)
  const ownLog = logarithms(own, waiting.probability)
  const tails = nothing()
  for (let i = 0; i < POINTS; i++) {
    const point = Math.min(i + 0.5, GRID)
    const ofOwn = readAt(ownLog, (point * waiting.meanSeconds) / meanSeconds)
    tails[i] =
      probability * Math.exp((1 - long) * ofOwn + long * logBlind((point * stepSeconds) / meanSeconds))
  }
  return tails
}

/** Each instance with as many operations as fall to it. */
function waitApart({ instances, stations }: LoadedPart, arrivalRate: number): Waiting {
  const { probability, meanSeconds } = waitInQueue({
    servers: stations.perInstance,
    arrivalRate: arrivalRate / instances,
    occupancy: stations.occupancySeconds,
    arrivalVariation: 1,
    occupancyVariation: stations.occupancyVariation,
  })
  return { probability, meanSeconds: meanSeconds / probability }
}

const logBlind = (means: number): number =>
  Math.log(
    (1 - BOUNDED) * Math.exp(-means) +
      BOUNDED * Math.exp(-BOUNDED_LINEAR * means - BOUNDED_SQUARE * means ** 2) +
      Number.MIN_VALUE,
  )

const oddsOf = (probability: number): number => probability / Math.max(1 - probability, Number.EPSILON)

/** Of those who wait, the logarithms of the shares that wait longer. */
function logarithms(tails: Points, probability: number): Points {
  const logs = nothing()
  for (let i = 0; i < POINTS; i++)
    logs[i] = Math.log(Math.min(1, Math.max(Number.MIN_VALUE, (tails[i] ?? 0) / probability)))
  return logs
}

/** On straight lines, in steps: nothing at none, each point's half a step after it. */
function readAt(logs: Points, steps: number): number {
  const at = steps - 0.5
  if (at <= 0) return (steps / 0.5) * (logs[0] ?? 0)
  const before = Math.min(GRID - 1, Math.floor(at))
  const share = at - before
  return (1 - share) * (logs[before] ?? 0) + share * (logs[before + 1] ?? 0)
}
