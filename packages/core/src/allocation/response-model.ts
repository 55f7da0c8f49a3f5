/**
 * Predicts which share of operations ends within a limit: each part adds its service time and the waiting
 * that comes from its utilisation and the variation of service (A3.12). The distributions of the parts are
 * added on a grid; what waited at one part comes to the next one spread out, and waits less there.
 *
 * Much of that is the same for many counts and rates, and is worked out once: service times and what stands
 * in lines for a limit, the waiting of one part for its count and the rate.
 */
import { waitInQueue, type QueueWait } from '../stats/index.ts'
import { branchOf, sureVisits, withChances, type Branch, type ModelledPart } from './branches.ts'
import {
  addMasses,
  cumulated,
  GRID,
  massesOf,
  massOf,
  pointMass,
  POINTS,
  nothing,
  type Points,
} from './masses.ts'
import { evennessAfter, inStepWith, useOf, waitsAlong, type Link } from './chain.ts'
import { NOTHING_AFTER, type TimeAfter } from './blind-lines.ts'
import {
  lineTails,
  linesOf,
  waitBehind,
  waitTails,
  type Lines,
  type LineTails,
  type WaitTails,
} from './own-lines.ts'
import type { PartName } from '../units/index.ts'
import { capacityOf, type LoadedPart, type ServiceShape } from './stations.ts'

export type { ModelledPart } from './branches.ts'

/** What can be said of parts for one limit, whatever the load. */
export interface LimitModel {
  readonly stepMs: number
  /** The share within the limit if nothing ever waited: what no number of instances can pass. */
  readonly best: number
  readonly branch: Branch
  readonly parts: readonly PartModel[]
}

/** In each line, by how many stand there; made when it is first asked for. */
type PartModel = () => readonly Points[]

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
  readonly tails: Map<LimitModel, KnownTails>
}

interface KnownTails {
  readonly line: LineTails
  /** By what is in flight elsewhere, which the counts of other parts decide. */
  readonly after: { readonly time: TimeAfter; readonly tails: WaitTails }[]
}

/** How much of a repeated wait is the first one again; fitted to simulations. */
const ALIKE = 0.85

export function limitModel(parts: readonly ModelledPart[], limitMs: number, overheadMs: number): LimitModel {
  const stepMs = slackOf(parts, limitMs, overheadMs) / GRID
  if (stepMs <= 0) return { stepMs, best: 0, branch: NOTHING_CALLED, parts: [] }
  const branch = branchOf(parts, stepMs)
  return {
    stepMs,
    best: massOf(withChances(branch.serving, branch, () => NO_WAIT)),
    branch,
    parts: parts.map(({ stations }): PartModel => {
      let behind: readonly Points[] | null = null
      return () => (behind ??= waitBehind(stations, stepMs / 1_000))
    }),
  }
}

const NO_WAIT = pointMass()

const NOTHING_CALLED: Branch = { sure: [], chances: [], serving: NO_WAIT }

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
  // With nothing that comes nothing waits.
  const visitedParts =
    rate > 0 ? parts.map((part, i) => waitingOf(part, waiting[i], counts[i] ?? 0, rate)) : []
  const links = linksOf(limit, visitedParts, rate)
  const { sure, serving } = limit.branch
  const waits = waitsAlong(
    sure.flatMap(({ place, visits }) => {
      const link = links[place]
      if (link === undefined || visits === 1) return link ?? []
      const all = cumulated(repeated(links, place, visits))
      return [{ ...link, tails: all.map((within) => 1 - within), isRepeated: true }]
    }),
  )
  let total = serving
  for (const more of waits.slice(0, -1)) total = addMasses(total, more)
  total = withChances(total, limit.branch, (place, visits) => repeated(links, place, visits))
  const last = waits.at(-1)
  // The last sum is not needed point by point.
  return last === undefined ? massOf(total) : massOfSum(total, last)
}

const repeated = (links: readonly Link[], place: number, visits: number): Points => {
  const link = links[place]
  if (link === undefined) return NO_WAIT
  const left = 1 - evennessOfCalls(links, link)
  return repeatedWaits(
    massesOf((point) => 1 - left * (link.tails[point] ?? 0)),
    visits,
  )
}

/** Calls that only some operations make are the more random the fewer they are; several calls of one come close. */
function evennessOfCalls(links: readonly Link[], { part }: Link): number {
  const calls = part.callers.reduce((sum, { times }) => sum + times, 0)
  return part.callers.reduce((sum, { part: name, times }) => {
    const caller = links.find((link) => link.part.part === name)
    return caller === undefined
      ? sum
      : sum + (times / calls) * Math.min(times, 1 / times) * evennessAfter(caller, 0)
  }, 0)
}

function linksOf(limit: LimitModel, all: readonly PartWaiting[], rate: number): readonly Link[] {
  const after = timesAfter(all)
  return all.map((one, place): Link => {
    const { part, lines } = one
    const known = tailsFor(limit, limit.parts[place] ?? NONE_BEHIND, one)
    const tails = tailsAfter(lines, known, after.get(part.part) ?? NOTHING_AFTER)
    return { part, use: useOf(part, rate), meanSeconds: one.alone.meanSeconds, tails, isRepeated: false }
  })
}

const NONE_BEHIND: PartModel = () => []

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

function tailsFor(limit: LimitModel, model: PartModel, { lines, tails }: PartWaiting): KnownTails {
  const known = tails.get(limit)
  if (known !== undefined) return known
  const made: KnownTails = { line: lineTails(lines, limit.stepMs / 1_000, model), after: [] }
  tails.set(limit, made)
  return made
}

function tailsAfter(lines: Lines, { line, after }: KnownTails, time: TimeAfter): WaitTails {
  const { meanSeconds, variance } = time
  const known = after.find((one) => one.time.meanSeconds === meanSeconds && one.time.variance === variance)
  if (known !== undefined) return known.tails
  const tails = waitTails(lines, line, time)
  after.push({ time, tails })
  return tails
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
    const wait = one.alone.meanSeconds * (1 - inStepWith(one.part))
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
function massOfSum(a: Points, b: Points): number {
  const within = cumulated(b)
  let sum = 0
  for (let i = 0; i < POINTS; i++) sum += (a[i] ?? 0) * (within[GRID - i] ?? 0)
  for (let i = 1; i < GRID; i++) sum -= 0.5 * (a[i] ?? 0) * (b[GRID - i] ?? 0)
  return Math.min(1, sum)
}

/** What the constant service times leave of the limit for everything that varies. */
function slackOf(parts: readonly ModelledPart[], limitMs: number, overheadMs: number): number {
  const visits = sureVisits(parts, 0)
  return parts.reduce(
    (slack, { stations }, place) => slack - constantPart(stations.service) * (visits[place] ?? 0),
    limitMs - overheadMs,
  )
}

const constantPart = (service: ServiceShape): number => (service.sigma === 0 ? service.meanMs : 0)

/**
 * One operation that comes again finds the part nearly as busy as before, so that it waits alike each time:
 * partly the same wait over and over, partly another one.
 */
function repeatedWaits(waiting: Points, count: number): Points {
  if (count === 1) return waiting
  let apart = waiting
  for (let i = 1; i < count; i++) apart = addMasses(apart, waiting)
  const alike = nothing()
  for (let i = 0; i * count < POINTS; i++) alike[i * count] = waiting[i] ?? 0
  return apart.map((mass, i) => ALIKE * (alike[i] ?? 0) + (1 - ALIKE) * mass)
}
