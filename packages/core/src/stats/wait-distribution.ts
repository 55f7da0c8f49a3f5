/**
 * Holds the distribution of the wait in a station, for sizing: P(wait > t) that can be asked thousands of times.
 *
 * With Poisson arrivals it is exact at both ends, M/D/c and M/M/c, and between them mixes the percentiles of the two by
 * the occupancy's variation (H. C. Tijms, "A First Course in Stochastic Models", 2003, section 9.6). Above a variation of
 * one, the wait of those who wait is hyperexponential with the two moments of Whitt's approximation. Arrivals that are
 * not Poisson scale probability and mean (`arrivalCorrection`).
 */
import { deterministicWait } from './deterministic-wait.ts'
import { arrivalCorrection, erlangC, NO_WAIT, UNSTABLE, waitInQueue, waitTail } from './queueing.ts'
import type { Queue, QueueWait } from './queueing.ts'

export type WaitDistribution = QueueWait & {
  /** P(wait > seconds). */
  readonly probabilityOver: (seconds: number) => number
}

/** P(wait > t) as straight lines between logarithms, exponential after the last time. Made for those who wait. */
type Tail = { readonly times: readonly number[]; readonly logs: readonly number[]; readonly decay: number }

/** With more servers the wait is nearly exponential, and the exact form takes long. */
const MAX_EXACT_SERVERS = 200

/** Nearer to saturation the wait is exponential in the limit, and the exact form loses its digits. */
const MAX_EXACT_UTILISATION = 0.9999

/** Straight lines over so many steps are within 0.05 percentage points of the curve. */
const STEPS_PER_OCCUPANCY = 32

/** Below this, what is left after subtracting from one is mostly rounding. */
const LEAST_PROBABILITY = 1e-9

export function waitDistribution(queue: Queue): WaitDistribution {
  const wait = waitInQueue(queue)
  if (!wait.stable) return { ...UNSTABLE, probabilityOver: () => 1 }
  const negligible = wait.meanSeconds < LEAST_PROBABILITY * queue.occupancy
  if (negligible || wait.probability < LEAST_PROBABILITY) return { ...NO_WAIT, probabilityOver: () => 0 }
  if (queue.occupancyVariation > 1) return hyperexponentialWait(queue, wait)
  if (queue.occupancyVariation === 1 || isBeyondExact(queue)) {
    return { ...wait, probabilityOver: (seconds) => waitTail(wait, Math.max(0, seconds)) }
  }
  return mixedWait(queue)
}

function isBeyondExact({ servers, arrivalRate, occupancy }: Queue): boolean {
  return servers > MAX_EXACT_SERVERS || arrivalRate * occupancy > servers * MAX_EXACT_UTILISATION
}

function mixedWait(queue: Queue): WaitDistribution {
  const { servers, arrivalRate, occupancy, occupancyVariation: share } = queue
  const load = arrivalRate * occupancy
  const fixed = deterministicWait(servers, load)
  const fixedProbability = fixed.probabilityOver(0)
  const base = (1 - share) * fixedProbability + share * erlangC(servers, load)
  const correction = arrivalCorrection(queue)
  const probability = Math.min(1, base * correction.probability)

  // The mean is corrected over all; those who wait make up for what the probability has taken of it.
  const stretch = (occupancy * correction.mean * base) / probability
  const mixedTime = (fixedTime: number, log: number): number =>
    stretch * ((1 - share) * fixedTime - (share * log) / (servers - load))
  const times = [0]
  const logs = [0]
  for (let step = 1; step <= STEPS_PER_OCCUPANCY * fixed.exactUntil; step += 1) {
    const fixedTime = step / STEPS_PER_OCCUPANCY
    const tail = fixed.probabilityOver(fixedTime)
    if (tail < LEAST_PROBABILITY) break
    const log = Math.log(tail / fixedProbability)
    times.push(mixedTime(fixedTime, log))
    logs.push(log)
  }
  const tail = { times, logs, decay: 1 / mixedTime(1 / fixed.decay, -1) }
  return {
    probability,
    // Only some ask for it, and it takes as long as the rest.
    get meanSeconds() {
      return probability * tailMean(tail)
    },
    stable: true,
    probabilityOver: (seconds) => probability * tailAt(tail, seconds),
  }
}

/**
 * Two exponentials with balanced means, fitted to the mean and the variation of the wait of those who wait
 * (Whitt 1983, equations 52–54).
 */
function hyperexponentialWait(queue: Queue, wait: QueueWait): WaitDistribution {
  const utilisation = (queue.arrivalRate * queue.occupancy) / queue.servers
  const thirdMoment = thirdMomentOf(queue.occupancyVariation)
  const residual = (4 * thirdMoment) / (3 * (1 + queue.occupancyVariation) ** 2)
  const variation = Math.max(1, 2 * utilisation - 1 + (1 - utilisation) * residual)
  const quick = (1 + Math.sqrt((variation - 1) / (variation + 1))) / 2
  const rate = (2 * wait.probability) / wait.meanSeconds
  const conditional = (seconds: number): number =>
    quick * Math.exp(-quick * rate * seconds) + (1 - quick) * Math.exp(-(1 - quick) * rate * seconds)
  return { ...wait, probabilityOver: (seconds) => wait.probability * conditional(Math.max(0, seconds)) }
}

/**
 * The third moment of the occupancy, in cubes of its mean. From a variation of two on it is that of a lognormal, the
 * usual shape of times; below it passes over to that of the exponential, so that the wait changes steadily.
 */
function thirdMomentOf(variation: number): number {
  const lognormal = (1 + variation) ** 3
  const hyperexponential = 3 * variation * (1 + variation)
  const share = Math.min(1, variation - 1)
  return share * lognormal + (1 - share) * hyperexponential
}

function tailAt(tail: Tail, time: number): number {
  const { times, logs, decay } = tail
  if (time <= 0) return 1
  const last = times.length - 1
  const end = times[last] ?? 0
  if (time >= end) return Math.exp((logs[last] ?? 0) - decay * (time - end))
  let low = 0
  let high = last
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) <= time) low = middle
    else high = middle
  }
  const start = times[low] ?? 0
  const share = (time - start) / ((times[high] ?? 0) - start)
  return Math.exp((logs[low] ?? 0) * (1 - share) + (logs[high] ?? 0) * share)
}

/** The area under the tail. */
function tailMean({ times, logs, decay }: Tail): number {
  let area = Math.exp(logs.at(-1) ?? 0) / decay
  for (let index = 1; index < times.length; index += 1) {
    const width = (times[index] ?? 0) - (times[index - 1] ?? 0)
    const [before, after] = [logs[index - 1] ?? 0, logs[index] ?? 0]
    const fall = before - after
    // For a flat step the logarithmic mean of its ends is 0/0, and their plain mean will do.
    const height =
      fall < 1e-6 ? (Math.exp(before) + Math.exp(after)) / 2 : (Math.exp(before) - Math.exp(after)) / fall
    area += height * width
  }
  return area
}
