/**
 * What is learned of a group of clients, and when each of them should report next by it. Changes in place as updates come
 * in, as there may be millions; holds nothing of single clients. It has no clock: every instant is passed in.
 */
import { rateBucket } from './age-grid.ts'
import { KINDS, kindOf, unknownBehaviour, updateBehaviour, type Behaviour } from './behaviour.ts'
import { driftOf, noDrift, updateDrift, type Drift } from './drift.ts'
import {
  addInterval,
  cellIndex,
  CELLS,
  emptyHazardTable,
  hazardOf,
  type Cell,
  type HazardTable,
} from './hazard-table.ts'
import { dwellOf, hasChanged, priorRate, updateRate, type RateEstimate, type Seen } from './rate-estimate.ts'
import { learnedHazards, type LearnedHazard } from './learned-hazards.ts'
import { costFor, intervalAt, solveSchedules, type Schedules } from './schedule.ts'
import { lookAhead } from './survival.ts'
import {
  addHours,
  dayClock,
  emptyHourCounts,
  hourOf,
  instantOf,
  shownAt,
  type DayClock,
} from './time-of-day.ts'
import { intervalOfChance, type Limits, type NextUpdate, type Wanted, withinLimits } from './next-update.ts'

/** What is kept of one client. */
export interface ClientModel {
  readonly rate: RateEstimate
  readonly behaviour: Behaviour
  readonly drift: Drift
  readonly updatedAt: number
  /** An estimate, between two updates. */
  readonly changedAt: number
}

/** Solved anew when so much more was seen. */
const GROWTH = 1.2
const LEAST_GROWTH = 12
const FIRST_CLOCK_CHANGES = 50
/** A client whose nature turned out another keeps no more than this of its new rate. */
const CHANGES_AFTER_DRIFT = 2
/** How fast the group's prior forgets. */
const PRIOR_FADES = 0.001

export interface Expected {
  /** P(significant change). */
  readonly chance: number
  /** For how long the copy would be wrong. */
  readonly staleMs: number
  /** Significant changes: after the first one they come at the client's mean rate. */
  readonly changes: number
}

export interface LearnedModel {
  readonly changes: number
  readonly priorDwellMs: number
  readonly hazards: readonly LearnedHazard[]
}

interface Solved {
  readonly schedules: Schedules
  readonly changes: number
  /** By the share of time that may be wrong. */
  readonly costs: Map<number, number>
}

interface Moment {
  readonly cell: Cell
  readonly solved: Solved
  readonly age: number
  readonly dwellMs: number
  readonly shown: number
}

export class GroupModel {
  readonly hazards: HazardTable = emptyHazardTable()
  readonly #hours = emptyHourCounts()
  readonly #solved: (Solved | undefined)[] = Array.from({ length: CELLS })
  readonly #counted = new Float64Array(CELLS)
  #clock: DayClock = dayClock(this.#hours)
  #clockAfter = FIRST_CLOCK_CHANGES
  #changes = 0
  #logDwell: number
  #dwells = 2

  /** The first clients are thought to change once in this time. */
  constructor(dwellMs: number) {
    this.#logDwell = this.#dwells * Math.log(dwellMs)
  }

  first(at: number): ClientModel {
    return { rate: this.#prior(), behaviour: unknownBehaviour, drift: noDrift, updatedAt: at, changedAt: at }
  }

  observe(client: ClientModel, seen: Seen, at: number): ClientModel {
    const { cell, solved, age, dwellMs, shown } = this.#moment(client)
    const { hazard } = solved.schedules
    const lasted = at - client.updatedAt
    if (lasted <= 0) return client
    const ran = shownAt(this.#clock, at) - shown
    const interval = ran / dwellMs
    const changed = hasChanged(seen)
    const ahead = lookAhead(hazard, age, interval)
    addInterval(this.hazards, cell, hazard, { age, interval, changed })
    const changedAt = changed ? changeOf(seen, at, lasted, ahead, interval) : client.changedAt
    addHours(this.#hours, client.updatedAt, changed ? changedAt : at, changed)
    const learned = updateRate(client.rate, this.#prior(), seen, ran)
    const drift = updateDrift(client.drift, ahead.chance, changed)
    const times = driftOf(drift, cell.kind)
    if (changed) this.#count(cell, client, dwellOf(learned))
    return {
      rate: times === null ? learned : anew(learned, times),
      behaviour: updateBehaviour(client.behaviour, { age, interval, changed }),
      drift: times === null ? drift : noDrift,
      updatedAt: at,
      changedAt,
    }
  }

  next(client: ClientModel, wanted: Wanted, limits: Limits): NextUpdate {
    const { cell, solved, age, dwellMs, shown } = this.#moment(client)
    const { schedules } = solved
    const factor = this.#clock.factors[hourOf(client.updatedAt)] ?? 1
    const wish =
      wanted.kind === 'chance'
        ? intervalOfChance(schedules.hazard, age, wanted.chance)
        : intervalAt(schedules, this.#cost(solved, wanted, factor, dwellMs), age)
    const wishedMs = instantOf(this.#clock, shown + wish * dwellMs) - client.updatedAt
    const { intervalMs, boundBy } = withinLimits(wishedMs, limits)
    const interval = (shownAt(this.#clock, client.updatedAt + intervalMs) - shown) / dwellMs
    const { chance, stale } = lookAhead(schedules.hazard, age, interval)
    return {
      intervalMs,
      boundBy,
      kind: KINDS[cell.kind],
      rate: client.rate,
      dwellMs,
      hourFactor: factor,
      ageMs: client.updatedAt - client.changedAt,
      chance,
      staleShare: interval > 0 ? stale / interval : 0,
    }
  }

  /** What is expected of a time from the client's last update on. */
  ahead(client: ClientModel, spanMs: number): Expected {
    const { solved, age, dwellMs, shown } = this.#moment(client)
    const ran = shownAt(this.#clock, client.updatedAt + spanMs) - shown
    const { chance, stale } = lookAhead(solved.schedules.hazard, age, ran / dwellMs)
    return { chance, staleMs: ran > 0 ? (stale * dwellMs * spanMs) / ran : 0, changes: chance + stale }
  }

  /** Relative to the mean, by hour of the day (UTC). */
  get hourFactors(): readonly number[] {
    return [...this.#clock.factors]
  }

  /** What there is to see of it. */
  get learned(): LearnedModel {
    return {
      changes: this.#changes,
      priorDwellMs: Math.exp(this.#logDwell / this.#dwells),
      hazards: learnedHazards(this.hazards),
    }
  }

  #cost(
    solved: Solved,
    wanted: Exclude<Wanted, { kind: 'chance' }>,
    factor: number,
    dwellMs: number,
  ): number {
    if (wanted.kind === 'price') return (wanted.costMs * factor) / dwellMs
    let cost = solved.costs.get(wanted.share)
    if (cost === undefined) {
      cost = costFor(solved.schedules, wanted.share, this.hourFactors)
      solved.costs.set(wanted.share, cost)
    }
    return cost * factor
  }

  #moment(client: ClientModel): Moment {
    const dwellMs = dwellOf(client.rate)
    const cell: Cell = { kind: kindOf(client.behaviour), rate: rateBucket(dwellMs) }
    const shown = shownAt(this.#clock, client.updatedAt)
    const age = Math.max(0, shown - shownAt(this.#clock, client.changedAt)) / dwellMs
    return { cell, solved: this.#solvedFor(cell), age, dwellMs, shown }
  }

  #solvedFor(cell: Cell): Solved {
    const index = cellIndex(cell)
    const before = this.#solved[index]
    const changes = this.#counted[index] ?? 0
    if (before !== undefined && changes < before.changes * GROWTH + LEAST_GROWTH) return before
    const now = { schedules: solveSchedules(hazardOf(this.hazards, cell)), changes, costs: new Map() }
    this.#solved[index] = now
    return now
  }

  #prior(): RateEstimate {
    return priorRate(Math.exp(this.#logDwell / this.#dwells))
  }

  /** The prior is the geometric mean over changes: those of clients that are little known count most. */
  #count(cell: Cell, { rate }: ClientModel, dwellMs: number): void {
    const index = cellIndex(cell)
    this.#counted[index] = (this.#counted[index] ?? 0) + 1
    const weight = 1 / rate.changes
    this.#logDwell = this.#logDwell * (1 - PRIOR_FADES * weight) + weight * Math.log(dwellMs)
    this.#dwells = this.#dwells * (1 - PRIOR_FADES * weight) + weight
    this.#changes += 1
    if (this.#changes <= this.#clockAfter) return
    this.#clock = dayClock(this.#hours)
    this.#clockAfter = this.#changes * GROWTH
    for (const one of this.#solved) one?.costs.clear()
  }
}

const anew = (rate: RateEstimate, times: number): RateEstimate => ({
  changes: CHANGES_AFTER_DRIFT,
  exposureMs: (CHANGES_AFTER_DRIFT * dwellOf(rate)) / times,
})

/** When it changed last: as the client said, else as late as is expected of the first change in this interval. */
function changeOf(
  seen: Seen,
  at: number,
  lasted: number,
  { chance, stale }: { readonly chance: number; readonly stale: number },
  interval: number,
): number {
  if (seen.kind === 'times') return at - Math.min(lasted, Math.max(0, seen.lastAgoMs))
  return at - lasted * (chance < 1e-6 ? 0.5 : Math.min(1, stale / chance / interval))
}
