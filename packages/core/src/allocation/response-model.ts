/**
 * Predicts which share of operations ends within a limit: each part adds its service time and the waiting
 * that comes from its utilisation and the variation of service (A3.12). The distributions of the parts are
 * added on a grid; what waited at one part comes to the next one spread out, and waits less there.
 */
import { standardNormalCdf, waitInQueue, type QueueWait } from '../stats/index.ts'
import { inStepWith, outflowOf, stillWaiting, type Outflow } from './outflow.ts'
import { addMasses, NOTHING_AFTER, waitTails, type TimeAfter, type WaitTails } from './own-lines.ts'
import type { PartName } from '../units/index.ts'
import { capacityOf, type LoadedPart, type ServiceShape } from './stations.ts'

/** Fine enough that the rounding of each part's delay is far below what timers and networks add. */
const GRID = 128

/** How much of a repeated wait is the first one again; fitted to simulations. */
const ALIKE = 0.8

/** The share within the limit if nothing ever waited: what no number of instances can pass. */
export function bestWithin(
  parts: readonly Omit<LoadedPart, 'instances'>[],
  limitMs: number,
  overheadMs: number,
): number {
  const stepMs = slackOf(parts, limitMs, overheadMs) / GRID
  if (stepMs <= 0) return 0
  const neverWaits = new Float64Array(GRID + 1)
  const total = parts.reduce<Float64Array | null>(
    (sum, { stations, visits }) =>
      visitedTimes({ ...delayOf(stations.service, neverWaits, stepMs), visits }, sum),
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
  if (parts.some((part) => rate * part.visits >= part.instances * capacityOf(part.stations))) return 0
  const leaving = new Map<PartName, Outflow>()
  const alone = new Map(parts.map((part) => [part.part, waitAlone(part, rate)]))
  const after = timesAfter(parts, alone)
  const grid = { stepSeconds: stepMs / 1_000, points: GRID + 1 }
  let total: Float64Array | null = null
  for (const part of parts) {
    const arrivalRate = rate * part.visits
    const wait = alone.get(part.part)
    if (arrivalRate <= 0 || wait === undefined) continue
    const remaining = stillWaiting(part, rate, wait, leaving)
    leaving.set(part.part, outflowOf(part, rate, wait, leaving))
    const lines = { part, arrivalRate, after: after.get(part.part) ?? NOTHING_AFTER }
    const tails = waitTails(lines, grid).map((tail) => remaining * tail)
    total = visitedTimes({ ...delayOf(part.stations.service, tails, stepMs), visits: part.visits }, total)
  }
  return total === null ? 1 : massOf(total)
}

/** In one line for all instances, of operations that come independently of each other. */
function waitAlone(part: LoadedPart, rate: number): QueueWait {
  const { stations, instances, visits } = part
  return waitInQueue({
    servers: instances * stations.perInstance,
    arrivalRate: rate * visits,
    occupancy: stations.occupancySeconds,
    arrivalVariation: 1,
    occupancyVariation: stations.occupancyVariation,
  })
}

/** For how long an operation of each part is in flight after its service there: until the parts it calls answered. */
function timesAfter(
  parts: readonly LoadedPart[],
  alone: ReadonlyMap<PartName, QueueWait>,
): ReadonlyMap<PartName, TimeAfter> {
  const after = new Map<PartName, TimeAfter>()
  for (const { part, callers, stations } of parts.toReversed()) {
    const { meanMs, sigma } = stations.service
    // What comes in step has waited before.
    const wait = (alone.get(part)?.meanSeconds ?? 0) * (1 - inStepWith(stations))
    const later = after.get(part) ?? NOTHING_AFTER
    const mean = wait + meanMs / 1_000 + later.meanSeconds
    const variance = Math.expm1(sigma ** 2) * (meanMs / 1_000) ** 2 + later.variance
    for (const caller of callers) {
      const sum = after.get(caller.part) ?? NOTHING_AFTER
      const { times } = caller
      after.set(caller.part, {
        meanSeconds: sum.meanSeconds + times * mean,
        variance: sum.variance + times * variance,
      })
    }
  }
  return after
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

/** What varies of one visit, as probability masses, each at the grid point it is nearest to. */
interface Delay {
  readonly waiting: Float64Array
  /** Null where service takes the same time always. */
  readonly serving: Float64Array | null
}

function delayOf(service: ServiceShape, waitsOver: WaitTails, stepMs: number): Delay {
  const waiting = massesOf((i) => 1 - (waitsOver[i] ?? 0))
  if (service.sigma === 0) return { waiting, serving: null }
  const mu = Math.log(service.meanMs) - service.sigma ** 2 / 2
  const within = (ms: number): number => standardNormalCdf((Math.log(ms) - mu) / service.sigma)
  return { waiting, serving: massesOf((i) => within(Math.min(i + 0.5, GRID) * stepMs)) }
}

/** From the share up to half a step beyond each grid point. */
function massesOf(upTo: (point: number) => number): Float64Array {
  const masses = new Float64Array(GRID + 1)
  let below = 0
  for (let i = 0; i <= GRID; i++) {
    const share = upTo(i)
    masses[i] = share - below
    below = share
  }
  return masses
}

/** Adds the delays of all visits to the total; a fraction of a visit happens with that probability. */
function visitedTimes(delay: Delay & { readonly visits: number }, total: Float64Array | null): Float64Array {
  const { waiting, serving, visits } = delay
  const before = total ?? pointMass()
  const times = (count: number): Float64Array => {
    if (count === 0) return before
    let sum = addMasses(before, repeatedWaits(waiting, count))
    if (serving === null) return sum
    for (let i = 0; i < count; i++) sum = addMasses(sum, serving)
    return sum
  }
  const whole = Math.floor(visits)
  const fraction = visits - whole
  const fewer = times(whole)
  if (fraction === 0) return fewer
  const more = times(whole + 1)
  return fewer.map((mass, i) => mass * (1 - fraction) + (more[i] ?? 0) * fraction)
}

/**
 * One operation that comes again finds the part nearly as busy as before, so that it waits alike each time:
 * partly the same wait over and over, partly another one.
 */
function repeatedWaits(waiting: Float64Array, count: number): Float64Array {
  let apart = waiting
  for (let i = 1; i < count; i++) apart = addMasses(apart, waiting)
  if (count === 1) return apart
  const alike = new Float64Array(waiting.length)
  for (let i = 0; i * count < alike.length; i++) alike[i * count] = waiting[i] ?? 0
  return apart.map((mass, i) => ALIKE * (alike[i] ?? 0) + (1 - ALIKE) * mass)
}

function pointMass(): Float64Array {
  const masses = new Float64Array(GRID + 1)
  masses[0] = 1
  return masses
}
