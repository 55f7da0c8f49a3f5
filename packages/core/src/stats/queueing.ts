/**
 * Holds closed formulas for stations of equal servers with one queue: how likely and how long an operation waits.
 * Variations are squared coefficients of variation: 0 for a fixed time, 1 for an exponential one.
 * For the distribution of the wait prefer `waitDistribution`, which is more exact for low variation.
 */
import { standardNormalTail } from './normal.ts'

/** One station. A station with no finite wait is `stable: false`, never an error. */
export type Queue = {
  readonly servers: number
  /** Operations per second. */
  readonly arrivalRate: number
  /** The mean number of seconds for which an operation keeps a server busy. */
  readonly occupancy: number
  readonly arrivalVariation: number
  readonly occupancyVariation: number
}

export type QueueWait = {
  /** P(wait > 0). */
  readonly probability: number
  /** The mean over all operations, those that do not wait included; Infinity when not stable. */
  readonly meanSeconds: number
  readonly stable: boolean
}

export const UNSTABLE: QueueWait = { probability: 1, meanSeconds: Infinity, stable: false }
export const NO_WAIT: QueueWait = { probability: 0, meanSeconds: 0, stable: true }

/** P(wait > 0) in M/M/c, by the recursion of Erlang's B formula, in which nothing overflows or cancels. */
export function erlangC(servers: number, offeredLoad: number): number {
  if (!(offeredLoad < servers)) return 1
  let blocked = 1
  for (let server = 1; server <= servers; server += 1) {
    blocked = (offeredLoad * blocked) / (server + offeredLoad * blocked)
  }
  return blocked / (1 - (offeredLoad / servers) * (1 - blocked))
}

/** Mean and probability of waiting in G/G/c, by Allen and Cunneen with the corrections below. */
export function waitInQueue(queue: Queue): QueueWait {
  const { servers, arrivalRate, occupancy, arrivalVariation, occupancyVariation } = queue
  const load = arrivalRate * occupancy
  if (!(load < servers)) return UNSTABLE
  if (load === 0 || arrivalVariation + occupancyVariation === 0) return NO_WAIT
  const busy = erlangC(servers, load)
  const meanOfExponential = (busy * occupancy) / (servers - load)
  const share = Math.min(1, occupancyVariation)
  const base =
    (1 - share) * deterministicFactor(servers, load) + share * Math.max(1, (1 + occupancyVariation) / 2)
  const correction = arrivalCorrection(queue)
  return {
    probability: Math.min(1, busy * correction.probability),
    meanSeconds: meanOfExponential * base * correction.mean,
    stable: true,
  }
}

/** P(wait > seconds) when the wait of those who wait is exponential. */
export function waitTail(wait: QueueWait, seconds: number): number {
  if (!wait.stable) return 1
  if (wait.probability === 0) return 0
  return wait.probability * Math.exp((-seconds * wait.probability) / wait.meanSeconds)
}

/**
 * What arrivals that are not Poisson change, as factors: the probability of waiting by Whitt ("Approximations for the
 * GI/G/m queue", Production and Operations Management 2, 1993), the mean by Allen and Cunneen, for smooth
 * arrivals with the correction of Kraemer and Langenbach-Belz.
 */
export function arrivalCorrection(queue: Queue): { readonly probability: number; readonly mean: number } {
  const { servers, arrivalRate, occupancy, arrivalVariation, occupancyVariation } = queue
  if (arrivalVariation === 1) return { probability: 1, mean: 1 }
  const utilisation = (arrivalRate * occupancy) / servers
  const variation = arrivalVariation + occupancyVariation
  const slack = (1 - utilisation) * Math.sqrt(servers)
  const normal = standardNormalTail(slack)
  const heavy = standardNormalTail(((1 + occupancyVariation) * slack) / variation) / normal
  const light = standardNormalTail((2 * slack) / (1 + arrivalVariation)) / normal
  const square = utilisation ** 2
  const smoothness = Math.max(0, 1 - arrivalVariation) ** 2
  const smooth = Math.exp((-2 * (1 - utilisation) * smoothness) / (3 * utilisation * variation))
  return {
    probability: square * heavy + (1 - square) * light,
    mean: (smooth * variation) / (1 + occupancyVariation),
  }
}

/**
 * The mean wait of M/D/c in relation to that of M/M/c, by Cosmetatos (1976). Its limit for light traffic is
 * servers / (servers + 1), which the formula would exceed.
 */
function deterministicFactor(servers: number, load: number): number {
  const growth = ((servers - load) * (servers - 1) * (Math.sqrt(4 + 5 * servers) - 2)) / (16 * servers * load)
  return Math.min(0.5 * (1 + growth), servers / (servers + 1))
}
