/**
 * Predicts which share of operations ends within a limit: each part adds its service time and the waiting
 * that comes from its utilisation and the variation of service (A3.12). The distributions of the parts are
 * added on a grid; what waited at one part comes to the next one spread out, and waits less there.
 */
import { standardNormalCdf, waitDistribution } from '../stats/index.ts'
import { outflowOf, stillWaiting, type Outflow } from './outflow.ts'
import type { PartName } from '../units/index.ts'
import { capacityOf, type LoadedPart, type ServiceShape } from './stations.ts'

/** Fine enough that the rounding of each part's delay is far below what timers and networks add. */
const GRID = 128

/** The share within the limit if nothing ever waited: what no number of instances can pass. */
export function bestWithin(
  parts: readonly Omit<LoadedPart, 'instances'>[],
  limitMs: number,
  overheadMs: number,
): number {
  const stepMs = slackOf(parts, limitMs, overheadMs) / GRID
  if (stepMs <= 0) return 0
  const neverWaits = (): number => 0
  const total = parts.reduce<Float64Array | null>(
    (sum, part) => visitedTimes(delayMasses(part.stations.service, neverWaits, stepMs), part.visits, sum),
    null,
  )
  return total === null ? 1 : massOf(total)
}

/** Share of operations that the parts, with these instances, end within `limitMs` at `rate` operations a second. */
export function predictWithin(
  parts: readonly LoadedPart[],
  rate: number,
  limitMs: number,
  overheadMs: number,
): number {
  const stepMs = slackOf(parts, limitMs, overheadMs) / GRID
  if (stepMs <= 0) return 0
  const leaving = new Map<PartName, Outflow>()
  let total: Float64Array | null = null
  for (const part of parts) {
    const arrivalRate = rate * part.visits
    if (arrivalRate <= 0) continue
    if (arrivalRate >= part.instances * capacityOf(part.stations)) return 0
    const remaining = stillWaiting(part, leaving)
    leaving.set(part.part, outflowOf(part, leaving))
    const wait = waitDistribution({
      servers: part.instances * part.stations.perInstance,
      arrivalRate,
      occupancy: part.stations.occupancySeconds,
      arrivalVariation: 1,
      occupancyVariation: part.stations.occupancyVariation,
    })
    const waitsOver = (ms: number): number => remaining * wait.probabilityOver(ms / 1_000)
    total = visitedTimes(delayMasses(part.stations.service, waitsOver, stepMs), part.visits, total)
  }
  return total === null ? 1 : massOf(total)
}

const massOf = (masses: Float64Array): number =>
  Math.min(
    1,
    masses.reduce((sum, mass) => sum + mass, 0),
  )

/** What the constant service times leave of the limit for everything that varies. */
function slackOf(
  parts: readonly Omit<LoadedPart, 'instances'>[],
  limitMs: number,
  overheadMs: number,
): number {
  return parts.reduce(
    (slack, { stations, visits }) => slack - constantPart(stations.service) * visits,
    limitMs - overheadMs,
  )
}

const constantPart = (service: ServiceShape): number => (service.sigma === 0 ? service.meanMs : 0)

/** Probability masses of one visit's variable delay, each at the grid point it is nearest to. */
function delayMasses(service: ServiceShape, waitsOver: (ms: number) => number, stepMs: number): Float64Array {
  const waiting = massesOf((ms) => 1 - waitsOver(ms), stepMs)
  if (service.sigma === 0) return waiting
  const mu = Math.log(service.meanMs) - service.sigma ** 2 / 2
  const serving = massesOf(
    (ms) => (ms <= 0 ? 0 : standardNormalCdf((Math.log(ms) - mu) / service.sigma)),
    stepMs,
  )
  return addDelays(waiting, serving)
}

function massesOf(cdf: (ms: number) => number, stepMs: number): Float64Array {
  const masses = new Float64Array(GRID + 1)
  let below = 0
  for (let i = 0; i <= GRID; i++) {
    const upTo = cdf(Math.min(i + 0.5, GRID) * stepMs)
    masses[i] = upTo - below
    below = upTo
  }
  return masses
}

/** Adds `visits` independent delays to the total; a fraction of a visit happens with that probability. */
function visitedTimes(delay: Float64Array, visits: number, total: Float64Array | null): Float64Array {
  let sum = total ?? pointMass()
  for (let whole = Math.floor(visits); whole > 0; whole--) sum = addDelays(sum, delay)
  const fraction = visits - Math.floor(visits)
  if (fraction === 0) return sum
  const once = addDelays(sum, delay)
  return sum.map((mass, i) => mass * (1 - fraction) + (once[i] ?? 0) * fraction)
}

function pointMass(): Float64Array {
  const masses = new Float64Array(GRID + 1)
  masses[0] = 1
  return masses
}

/** The distribution of a sum; what passes the limit is left out, for it can't come back. */
function addDelays(a: Float64Array, b: Float64Array): Float64Array {
  const sum = new Float64Array(GRID + 1)
  for (let i = 0; i <= GRID; i++) {
    const mass = a[i] ?? 0
    if (mass === 0) continue
    for (let j = 0; j <= GRID - i; j++) sum[i + j] = (sum[i + j] ?? 0) + mass * (b[j] ?? 0)
  }
  return sum
}
