/**
 * Predicts which share of operations ends within a limit: each part adds its service time and the waiting
 * that comes from its utilisation and the variation of service (A3.12). The distributions of the parts are
 * added on a grid; what waited at one part comes to the next one spread out, and waits less there.
 *
 * Much of that is the same for many counts and rates, and is worked out once: service times and what stands
 * in lines for a limit, the waiting of one part for its count and the rate.
 */
import { standardNormalCdf, waitInQueue, type QueueWait } from '../stats/index.ts'
import { addMasses, cumulated, GRID, massesOf, massOf, pointMass, POINTS } from './masses.ts'
import { inStepWith, outflowOf, stillWaiting, type Outflow } from './outflow.ts'
import {
  lineTails,
  linesOf,
  NOTHING_AFTER,
  waitBehind,
  waitTails,
  type Lines,
  type LineTails,
  type TimeAfter,
} from './own-lines.ts'
import type { PartName } from '../units/index.ts'
import { capacityOf, type LoadedPart, type ServiceShape } from './stations.ts'

/** A part as operations come to it, whatever its instances. */
export type ModelledPart = Omit<LoadedPart, 'instances'>

/** What can be said of parts for one limit, whatever the load. */
export interface LimitModel {
  readonly stepMs: number
  /** The share within the limit if nothing ever waited: what no number of instances can pass. */
  readonly best: number
  /** All service times that every operation takes, as masses. */
  readonly serving: Float64Array
  readonly parts: readonly PartModel[]
}

interface PartModel {
  /** Of one visit; null where it takes the same time always. */
  readonly serving: Float64Array | null
  /** In each line, by how many stand there; made when it is first asked for. */
  readonly behind: () => readonly Float64Array[]
}

/** What can be said of parts at one rate, by their counts; made as it is asked for. */
export interface RateModel {
  readonly parts: readonly ModelledPart[]
  readonly rate: number
  readonly waiting: readonly Map<number, PartWaiting>[]
}

interface PartWaiting {
  readonly part: LoadedPart
  /** In one line for all instances, of operations that come independently of each other. */
  readonly alone: QueueWait
  readonly lines: Lines
  readonly tails: Map<LimitModel, LineTails>
}

/** How much of a repeated wait is the first one again; fitted to simulations. */
const ALIKE = 0.8

export function limitModel(parts: readonly ModelledPart[], limitMs: number, overheadMs: number): LimitModel {
  const stepMs = slackOf(parts, limitMs, overheadMs) / GRID
  if (stepMs <= 0) return { stepMs, best: 0, serving: pointMass(), parts: [] }
  const models = parts.map(({ stations }): PartModel => {
    let behind: readonly Float64Array[] | null = null
    return {
      serving: servingOf(stations.service, stepMs),
      behind: () => (behind ??= waitBehind(stations, stepMs / 1_000)),
    }
  })
  const whole = (visits: number): number => (Number.isInteger(visits) ? visits : 0)
  const serving = parts.reduce(
    (sum, { visits }, i) => served(sum, models[i]?.serving ?? null, whole(visits)),
    pointMass(),
  )
  const best = parts.reduce(
    (sum, { visits }, i) =>
      Number.isInteger(visits) ? sum : visited(sum, NO_WAIT, { serving: models[i]?.serving ?? null, visits }),
    serving,
  )
  return { stepMs, best: massOf(best), serving, parts: models }
}

export const rateModel = (parts: readonly ModelledPart[], rate: number): RateModel => ({
  parts,
  rate,
  waiting: parts.map(() => new Map()),
})

/** The share within the limit if nothing ever waited: what no number of instances can pass. */
export const bestWithin = (parts: readonly ModelledPart[], limitMs: number, overheadMs: number): number =>
  limitModel(parts, limitMs, overheadMs).best

/** Share of operations that the parts, with these instances, end within `limitMs` at `rate` operations a second. */
export const predictWithin = (
  parts: readonly LoadedPart[],
  rate: number,
  limitMs: number,
  overheadMs: number,
): number =>
  shareWithin(
    limitModel(parts, limitMs, overheadMs),
    rateModel(parts, rate),
    parts.map(({ instances }) => instances),
  )

/** Share of operations that end within the limit at this rate, with so many instances of each part. */
export function shareWithin(
  limit: LimitModel,
  { parts, rate, waiting }: RateModel,
  counts: readonly number[],
): number {
  if (limit.stepMs <= 0) return 0
  const isOverrun = parts.some(
    ({ visits, stations }, i) => rate * visits >= (counts[i] ?? 0) * capacityOf(stations),
  )
  if (isOverrun) return 0
  const visitedParts = parts.flatMap((part, i) =>
    rate * part.visits <= 0 ? [] : [waitingOf(part, waiting[i], counts[i] ?? 0, rate)],
  )
  const after = timesAfter(visitedParts)
  const leaving = new Map<PartName, Outflow>()
  let total = limit.serving
  let last: Float64Array | null = null
  let at = 0
  for (const [i, part] of parts.entries()) {
    if (rate * part.visits <= 0) continue
    const one = visitedParts[at++]
    const model = limit.parts[i]
    if (one === undefined || model === undefined) continue
    const remaining = stillWaiting(one.part, rate, one.alone, leaving)
    leaving.set(one.part.part, outflowOf(one.part, rate, one.alone, leaving))
    const tails = waitTails(one.lines, tailsFor(limit, model, one), after.get(part.part) ?? NOTHING_AFTER)
    const waits = massesOf((point) => 1 - remaining * (tails[point] ?? 0))
    if (!Number.isInteger(part.visits)) {
      total = visited(total, waits, { serving: model.serving, visits: part.visits })
      continue
    }
    // The last sum is not needed point by point.
    if (last !== null) total = addMasses(total, last)
    last = repeatedWaits(waits, part.visits)
  }
  return last === null ? massOf(total) : massOfSum(total, last)
}

function waitingOf(
  part: ModelledPart,
  known: Map<number, PartWaiting> | undefined,
  instances: number,
  rate: number,
): PartWaiting {
  const found = known?.get(instances)
  if (found !== undefined) return found
  const loaded: LoadedPart = { ...part, instances }
  const made: PartWaiting = {
    part: loaded,
    alone: waitAlone(loaded, rate),
    lines: linesOf(loaded, rate * part.visits),
    tails: new Map(),
  }
  known?.set(instances, made)
  return made
}

function tailsFor(limit: LimitModel, model: PartModel, { lines, tails }: PartWaiting): LineTails {
  const known = tails.get(limit)
  if (known !== undefined) return known
  const made = lineTails(lines, limit.stepMs / 1_000, model.behind)
  tails.set(limit, made)
  return made
}

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
function timesAfter(all: readonly PartWaiting[]): ReadonlyMap<PartName, TimeAfter> {
  const after = new Map<PartName, TimeAfter>()
  for (let i = all.length - 1; i >= 0; i--) {
    const one = all[i]
    if (one === undefined) continue
    const { part, callers, stations } = one.part
    const { meanMs, sigma } = stations.service
    // What comes in step has waited before.
    const wait = one.alone.meanSeconds * (1 - inStepWith(stations))
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

/** The mass of the sum of two times within the grid. */
function massOfSum(a: Float64Array, b: Float64Array): number {
  const within = cumulated(b)
  let sum = 0
  for (let i = 0; i < POINTS; i++) sum += (a[i] ?? 0) * (within[GRID - i] ?? 0)
  for (let i = 1; i < GRID; i++) sum -= 0.5 * (a[i] ?? 0) * (b[GRID - i] ?? 0)
  return Math.min(1, sum)
}

/** What the constant service times leave of the limit for everything that varies. */
function slackOf(parts: readonly ModelledPart[], limitMs: number, overheadMs: number): number {
  return parts.reduce(
    (slack, { stations, visits }) => slack - constantPart(stations.service) * visits,
    limitMs - overheadMs,
  )
}

const constantPart = (service: ServiceShape): number => (service.sigma === 0 ? service.meanMs : 0)

/** One service time as probability masses, each at the grid point it is nearest to. */
function servingOf(service: ServiceShape, stepMs: number): Float64Array | null {
  if (service.sigma === 0) return null
  const mu = Math.log(service.meanMs) - service.sigma ** 2 / 2
  const within = (ms: number): number => standardNormalCdf((Math.log(ms) - mu) / service.sigma)
  return massesOf((i) => within(Math.min(i + 0.5, GRID) * stepMs))
}

function served(before: Float64Array, serving: Float64Array | null, count: number): Float64Array {
  let sum = before
  if (serving !== null) for (let i = 0; i < count; i++) sum = addMasses(sum, serving)
  return sum
}

const NO_WAIT = pointMass()

/** Adds the delays of all visits to the total; a fraction of a visit happens with that probability. */
function visited(
  before: Float64Array,
  waiting: Float64Array,
  { serving, visits }: Pick<PartModel, 'serving'> & { readonly visits: number },
): Float64Array {
  const times = (count: number): Float64Array =>
    count === 0 ? before : served(addMasses(before, repeatedWaits(waiting, count)), serving, count)
  const whole = Math.floor(visits)
  const fraction = visits - whole
  const fewer = times(whole)
  const more = times(whole + 1)
  return fewer.map((mass, i) => mass * (1 - fraction) + (more[i] ?? 0) * fraction)
}

/**
 * One operation that comes again finds the part nearly as busy as before, so that it waits alike each time:
 * partly the same wait over and over, partly another one.
 */
function repeatedWaits(waiting: Float64Array, count: number): Float64Array {
  if (count === 1) return waiting
  let apart = waiting
  for (let i = 1; i < count; i++) apart = addMasses(apart, waiting)
  const alike = new Float64Array(POINTS)
  for (let i = 0; i * count < POINTS; i++) alike[i * count] = waiting[i] ?? 0
  return apart.map((mass, i) => ALIKE * (alike[i] ?? 0) + (1 - ALIKE) * mass)
}
