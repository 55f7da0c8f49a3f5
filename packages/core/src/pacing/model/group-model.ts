/**
 * What is learned of a group of clients, and when each of them should report next by it. Changes in place as updates come
 * in, as there may be millions; holds nothing of single clients. It has no clock: every instant is passed in.
 */
import { rateBucket } from './age-grid.ts'
import {
  KINDS,
  kindOf,
  REGULAR_KIND,
  unknownBehaviour,
  updateBehaviour,
  type Behaviour,
} from './behaviour.ts'
import { driftOf, noDrift, updateDrift, type Drift } from './drift.ts'
import { copyOf, emptySnapshot, learnedBetween, type GroupSnapshot } from './group-snapshot.ts'
import {
  addChange,
  addInterval,
  cellIndex,
  CELLS,
  fadeCell,
  hazardOf,
  type Cell,
  type HazardTable,
} from './hazard-table.ts'
import { learnedHazards, type LearnedHazard } from './learned-hazards.ts'
import { intervalOfChance, type Limits, type NextUpdate, type Wanted, withinLimits } from './next-update.ts'
import { changesOf, dwellOf, priorRate, updateRate, type RateEstimate, type Seen } from './rate-estimate.ts'
import { costFor, intervalAt, solveSchedules, type Schedules } from './schedule.ts'
import { firstChange, lookAhead, timeSeen, type Ahead } from './survival.ts'
import {
  addHours,
  dayClock,
  emptyHourCounts,
  hourEnd,
  hourOf,
  instantOf,
  mergeHourCounts,
  shownAt,
  type DayClock,
  type HourCounts,
} from './time-of-day.ts'

/** What is kept of one client. */
export interface ClientModel {
  readonly rate: RateEstimate
  readonly behaviour: Behaviour
  readonly drift: Drift
  readonly updatedAt: number
  /** As the client says; else an estimate where it changes regularly, and the update that told of it where it does not. */
  readonly changedAt: number
}

/** A cell is solved anew, and what it knew before counts for less, when so much more was seen. */
const GROWTH = 1.2
const LEAST_GROWTH = 12
const MOST_GROWTH = 20_000
const KEPT = 0.8
/** A client whose nature turned out another keeps no more than this of its new rate. */
const CHANGES_AFTER_DRIFT = 2
/** In mean dwell times: an update that costs twice as much is never worth it to a client that changes by chance. */
const HOPELESS = 0.5
/** How fast the group's prior forgets. */
const PRIOR_FADES = 0.001
/** How much nearer to another server's prior one moves each time. */
const ALIKE = 0.1

export interface Expected {
  /** P(significant change). */
  readonly chance: number
  /** For how long the copy would be wrong. */
  readonly staleMs: number
  /** Significant changes: after the first one they come at the client's mean rate. */
  readonly changes: number
}

/** A client after an update, and what was expected of the time before it. */
export interface Observed {
  readonly client: ClientModel
  readonly chance: number
  readonly staleMs: number
}

export interface LearnedModel {
  readonly changes: number
  readonly priorDwellMs: number
  readonly hazards: readonly LearnedHazard[]
}

interface Solved {
  readonly schedules: Schedules
  /** By the share of time that may be wrong. */
  readonly costs: Map<number, number>
}

/** What one update says; places in mean dwell times. */
interface Learned {
  readonly seen: Seen
  readonly changed: boolean
  readonly interval: number
  readonly first: number
  readonly ahead: Ahead
}

interface Moment {
  readonly cell: Cell
  readonly solved: Solved
  readonly age: number
  readonly dwellMs: number
  readonly shown: number
}

export class GroupModel {
  readonly hazards: HazardTable
  readonly #counted: Float64Array
  readonly #dueAt: Float64Array
  readonly #solved: (Solved | undefined)[] = Array.from({ length: CELLS })
  #hours: HourCounts
  #thisHour: HourCounts
  #hourEnds: number
  #clock: DayClock
  #logDwell: number
  #dwells: number

  /** The first clients are thought to change once in this time. */
  constructor(dwellMs: number, learned: GroupSnapshot = emptySnapshot(dwellMs)) {
    this.hazards = learned.hazards
    this.#counted = learned.counted
    this.#dueAt = learned.dueAt
    this.#hours = learned.hours
    this.#thisHour = learned.thisHour
    this.#hourEnds = learned.hourEnds
    this.#clock = dayClock(learned.hours)
    this.#logDwell = learned.logDwell
    this.#dwells = learned.dwells
  }

  static restore(snapshot: GroupSnapshot): GroupModel {
    return new GroupModel(0, copyOf(snapshot))
  }

  /** From here on this group goes by all it has seen, as one does that is restored from what is returned. */
  save(): GroupSnapshot {
    this.#solved.fill(undefined)
    return this.snapshot()
  }

  /** As `save`, while this group goes on with what it has solved before. */
  snapshot(): GroupSnapshot {
    return copyOf({
      hazards: this.hazards,
      counted: this.#counted,
      dueAt: this.#dueAt,
      hours: this.#hours,
      thisHour: this.#thisHour,
      hourEnds: this.#hourEnds,
      logDwell: this.#logDwell,
      dwells: this.#dwells,
    })
  }

  /** Adds what another server learned of other clients of the group; of a client that nobody knows both think more alike. */
  absorb({ hazards, counted, hours, logDwell, dwells }: GroupSnapshot): void {
    addInPlace(this.hazards.changes, hazards.changes)
    addInPlace(this.hazards.exposure, hazards.exposure)
    addInPlace(this.#counted, counted)
    this.#hours = mergeHourCounts(this.#hours, hours)
    const apart = logDwell / dwells - this.#logDwell / this.#dwells
    this.#logDwell += ALIKE * apart * this.#dwells
  }

  /** What it learned since a snapshot of it. */
  learnedSince(before: GroupSnapshot): GroupSnapshot {
    return learnedBetween(before, this.snapshot(), KEPT)
  }

  first(at: number): ClientModel {
    return { rate: this.#prior(), behaviour: unknownBehaviour, drift: noDrift, updatedAt: at, changedAt: at }
  }

  observe(client: ClientModel, seen: Seen, at: number): ClientModel {
    return this.observed(client, seen, at).client
  }

  /** The same, with what was expected of the time that is over. */
  observed(client: ClientModel, seen: Seen, at: number): Observed {
    const lasted = at - client.updatedAt
    if (lasted <= 0) return { client, chance: 0, staleMs: 0 }
    if (at >= this.#hourEnds) this.#endHour(at)
    const moment = this.#moment(client)
    const { cell, solved, age, dwellMs, shown } = moment
    const { hazard } = solved.schedules
    const interval = (shownAt(this.#clock, at) - shown) / dwellMs
    const changes = changesOf(seen)
    const changed = changes > 0
    const ahead = lookAhead(hazard, age, interval)
    const first = changed ? placeOfFirst(seen, ahead, { lasted, interval }) : interval
    this.#learn(moment, { seen, changed, interval, first, ahead })
    addHours(this.#thisHour, client.updatedAt, at - lasted * (1 - first / interval), changed)
    const counted = changed && seen.kind === 'bit' ? timeSeen(hazard, first, interval - first) : interval
    const learned = updateRate(client.rate, this.#prior(), { changes, exposureMs: counted * dwellMs })
    const drift = updateDrift(client.drift, ahead.chance, changed)
    const times = driftOf(drift, cell.kind)
    if (changed) this.#count(cell, client, dwellOf(learned))
    const after: ClientModel = {
      rate: times === null ? learned : anew(learned, times),
      behaviour: updateBehaviour(client.behaviour, { age, interval, changed }),
      drift: times === null ? drift : noDrift,
      updatedAt: at,
      changedAt: changed
        ? at - ageAfter(seen, cell, lasted * (1 - first / interval), lasted)
        : client.changedAt,
    }
    return { client: after, chance: ahead.chance, staleMs: (ahead.stale * lasted) / interval }
  }

  /** What `next` says, without its reasons. */
  intervalOf(client: ClientModel, wanted: Wanted, limits: Limits): ReturnType<typeof withinLimits> {
    const { solved, age, dwellMs, shown } = this.#moment(client)
    const wish = this.#wish(client, wanted, solved, age, dwellMs)
    return withinLimits(instantOf(this.#clock, shown + wish * dwellMs) - client.updatedAt, limits)
  }

  next(client: ClientModel, wanted: Wanted, limits: Limits): NextUpdate {
    const { cell, solved, age, dwellMs, shown } = this.#moment(client)
    const { schedules } = solved
    const { intervalMs, boundBy } = this.intervalOf(client, wanted, limits)
    const interval = (shownAt(this.#clock, client.updatedAt + intervalMs) - shown) / dwellMs
    const { chance, stale } = lookAhead(schedules.hazard, age, interval)
    return {
      intervalMs,
      boundBy,
      kind: KINDS[cell.kind],
      rate: client.rate,
      dwellMs,
      hourFactor: this.#factorAt(client.updatedAt),
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
      changes: this.#counted.reduce((sum, one) => sum + one, 0),
      priorDwellMs: Math.exp(this.#logDwell / this.#dwells),
      hazards: learnedHazards(this.hazards),
    }
  }

  /** In mean dwell times of the hour's clock. */
  #wish({ updatedAt }: ClientModel, wanted: Wanted, solved: Solved, age: number, dwellMs: number): number {
    const { schedules } = solved
    if (wanted.kind === 'chance') return intervalOfChance(schedules.hazard, age, wanted.chance)
    const cost = this.#cost(solved, wanted, this.#factorAt(updatedAt), dwellMs)
    if (wanted.kind !== 'price' || wanted.forAll !== true) return intervalAt(schedules, cost, age)
    return intervalAt(schedules, Math.min(HOPELESS, cost), age) * Math.max(1, cost / HOPELESS)
  }

  #factorAt(at: number): number {
    return this.#clock.factors[hourOf(at)] ?? 1
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

  #learn({ cell, solved, age }: Moment, { seen, changed, interval, first, ahead }: Learned): void {
    if (seen.kind === 'times' && seen.changes === 1) {
      addChange(this.hazards, cell, age, first)
      return
    }
    const believed = { hazard: solved.schedules.hazard, chance: ahead.chance }
    addInterval(this.hazards, cell, believed, { age, interval, changed })
  }

  #solvedFor(cell: Cell): Solved {
    const index = cellIndex(cell)
    const before = this.#solved[index]
    const counted = this.#counted[index] ?? 0
    if (counted >= (this.#dueAt[index] ?? 0)) {
      if (counted > 0) fadeCell(this.hazards, cell, KEPT)
      this.#dueAt[index] = counted + LEAST_GROWTH + Math.min(MOST_GROWTH, counted * (GROWTH - 1))
    } else if (before !== undefined) return before
    const begins = cell.kind === REGULAR_KIND ? 'at change' : 'at update'
    const now = { schedules: solveSchedules(hazardOf(this.hazards, cell), begins), costs: new Map() }
    this.#solved[index] = now
    return now
  }

  #prior(): RateEstimate {
    return priorRate(Math.exp(this.#logDwell / this.#dwells))
  }

  #count(cell: Cell, { rate }: ClientModel, dwellMs: number): void {
    const index = cellIndex(cell)
    this.#counted[index] = (this.#counted[index] ?? 0) + 1
    const weight = 1 / rate.changes
    this.#logDwell = this.#logDwell * (1 - PRIOR_FADES * weight) + weight * Math.log(dwellMs)
    this.#dwells = this.#dwells * (1 - PRIOR_FADES * weight) + weight
  }

  /** The clock goes by hours that are over: of one that has just begun only those were heard who were asked soonest. */
  #endHour(at: number): void {
    this.#hours = mergeHourCounts(this.#hours, this.#thisHour)
    this.#thisHour = emptyHourCounts()
    this.#hourEnds = hourEnd(at)
    this.#clock = dayClock(this.#hours)
    for (const one of this.#solved) one?.costs.clear()
  }
}

function addInPlace(own: Float64Array, other: Float64Array): void {
  for (let i = 0; i < own.length; i += 1) own[i] = (own[i] ?? 0) + (other[i] ?? 0)
}

const anew = (rate: RateEstimate, times: number): RateEstimate => ({
  changes: CHANGES_AFTER_DRIFT,
  exposureMs: (CHANGES_AFTER_DRIFT * dwellOf(rate)) / times,
})

/** Where in the interval it changed first: as the client says, else where it is to be expected. */
function placeOfFirst(
  seen: Seen,
  ahead: Ahead,
  { lasted, interval }: { readonly lasted: number; readonly interval: number },
): number {
  if (seen.kind !== 'times' || seen.changes !== 1) return firstChange(interval, ahead)
  return interval * (1 - Math.min(lasted, Math.max(0, seen.lastAgoMs)) / lasted)
}

/**
 * How old the last change is: as the client says, or as is to be expected of one that changes regularly. Of others an update
 * that tells of a change says more than a guess of its time, as further ones may have followed it.
 */
function ageAfter(seen: Seen, { kind }: Cell, sinceFirstMs: number, lasted: number): number {
  if (seen.kind === 'times') return Math.min(lasted, Math.max(0, seen.lastAgoMs))
  return kind === REGULAR_KIND ? sinceFirstMs / Math.max(1, changesOf(seen)) : 0
}
