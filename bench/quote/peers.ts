/**
 * What people work a response time out with otherwise: every part an M/M/c queue whose waits are exponential, and
 * capacity alone, by which nothing ever waits as long as the load can be taken in.
 */
import { capacityOf, type LoadedPart } from '@holdfast/core/allocation'
import { erlangC } from '@holdfast/core/stats'

export interface Peer {
  readonly name: string
  predict(parts: readonly LoadedPart[], rate: number, limitMs: number): number
}

/** Steps that the time left for waiting is divided into. */
const STEPS = 400

export const tandemOfMmc: Peer = {
  name: 'M/M/c of each part, means of service',
  predict(parts, rate, limitMs) {
    const slackMs = limitMs - meanServiceMs(parts)
    if (slackMs < 0 || isFull(parts, rate)) return 0
    const stepMs = Math.max(slackMs, 1e-9) / STEPS
    let within = [1, ...Array.from({ length: STEPS }, () => 0)]
    for (const part of parts) {
      for (let visit = 0; visit < Math.round(part.visits); visit += 1)
        within = sumOf(within, waits(part, rate, stepMs))
    }
    return Math.min(
      1,
      within.reduce((sum, mass) => sum + mass, 0),
    )
  },
}

export const capacityAlone: Peer = {
  name: 'capacity alone',
  predict: (parts, rate, limitMs) => (isFull(parts, rate) || meanServiceMs(parts) > limitMs ? 0 : 1),
}

const meanServiceMs = (parts: readonly LoadedPart[]): number =>
  parts.reduce((sum, { stations, visits }) => sum + stations.service.meanMs * visits, 0)

const isFull = (parts: readonly LoadedPart[], rate: number): boolean =>
  parts.some(({ instances, stations, visits }) => rate * visits >= instances * capacityOf(stations))

/** P(wait > t) is Erlang C times an exponential. */
function waits({ instances, stations, visits }: LoadedPart, rate: number, stepMs: number): number[] {
  const servers = instances * stations.perInstance
  const load = rate * visits * stations.occupancySeconds
  const probability = erlangC(servers, load)
  const decayPerMs = (servers - load) / stations.occupancySeconds / 1_000
  const over = (ms: number): number => probability * Math.exp(-decayPerMs * ms)
  return Array.from({ length: STEPS + 1 }, (_, i) =>
    i === 0 ? 1 - over(stepMs / 2) : over((i - 0.5) * stepMs) - over((i + 0.5) * stepMs),
  )
}

function sumOf(a: readonly number[], b: readonly number[]): number[] {
  const sum = a.map(() => 0)
  for (const [i, mass] of a.entries()) {
    for (let j = 0; j < sum.length - i; j += 1) sum[i + j] = (sum[i + j] ?? 0) + mass * (b[j] ?? 0)
  }
  return sum
}
