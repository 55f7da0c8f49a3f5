/**
 * Decides on one update of one client: whether it says something new, what is learned of it, and when the client is to
 * report next. Where what is known of the client is kept is none of its business.
 */
import type { FleetBudget, Part } from '../budget/index.ts'
import {
  priorRate,
  type ClientModel,
  type GroupModel,
  type Limits,
  type Observed,
  type Seen as SeenOfClient,
  type Wanted,
} from '../model/index.ts'
import { isSignificant, needsDifference, renameTexts, type Significance } from '../significance/index.ts'
import { dueAtOf, SENDS_EARLY, storedSize, type ClientRecord } from './client-record.ts'
import { behaviourOf, type FeatureGroups } from './feature-groups.ts'
import {
  BYTES_PER_VALUE,
  isSame,
  packedText,
  packValues,
  unpackValues,
  type PackedAt,
} from './packed-values.ts'
import type { Lateness } from './lateness.ts'
import type { Explained, Outcome, Report, Taken, TooSoon } from './report.ts'
import type { WatchStatistics } from './statistics.ts'
import type { Watch } from './watch.ts'

/** Who comes sooner than by this share of its interval, and has nothing new, does not keep to what it was told. */
const SOONER = 0.1
const SOONER_LEAST_MS = 1_000
/** From so many in a row on it is refused. */
const MOST_TOO_SOON = 8
/** Nothing was asked for but a budget: then the price alone decides. */
const FREE: Wanted = { kind: 'price', costMs: 1 }

/** What is learned of all clients, and how they are steered together. */
export interface Fleet {
  readonly model: GroupModel
  readonly features: FeatureGroups
  readonly budget: FleetBudget
  readonly statistics: WatchStatistics
  readonly lateness: Lateness
}

export interface Before {
  readonly record: ClientRecord
  readonly values: PackedAt
}

export interface Paced {
  readonly outcome: Outcome
  readonly record: ClientRecord
  /** Where the values are that belong to the record, until the next update. */
  readonly values: PackedAt
}

interface Terms {
  readonly wanted: Wanted
  readonly limits: Limits
  /** What bounds the interval where the limits do not; null for what is wanted. */
  readonly boundBy: 'budget' | 'heartbeat' | null
}

export class Pacer {
  readonly #watch: Watch
  readonly #fleet: Fleet
  readonly #rule: Significance
  readonly #needsDifference: boolean
  readonly #reported: PackedAt
  /** It reports what changes by itself: all that is needed is a sign that it is there. */
  readonly #heartbeat: Terms

  constructor(watch: Watch, fleet: Fleet) {
    this.#watch = watch
    this.#fleet = fleet
    this.#rule = renameTexts(watch.significant, packedText)
    this.#needsDifference = needsDifference(watch.significant)
    const { mostMs } = watch.limits
    this.#heartbeat = { wanted: FREE, limits: { leastMs: mostMs, mostMs }, boundBy: 'heartbeat' }
    const bytes = watch.parameters.length * BYTES_PER_VALUE
    this.#reported = { view: new DataView(new ArrayBuffer(bytes)), offset: 0 }
  }

  take(before: Before | null, given: Report, now: number, chance: number): Paced {
    const report = this.#counts(given) ? given : { ...given, changes: undefined, lastChangeAgoMs: undefined }
    const present = packValues(this.#watch.parameters, report.parameters, this.#reported)
    const at = before === null ? now : Math.max(now, before.record.model.updatedAt)
    const hasChanged = before !== null && this.#hasChanged(before, present, report)
    if (before !== null && this.#isTooSoon(before.record, at, hasChanged)) return this.#tooSoon(before, at)
    const known = before?.record ?? null
    const observed = known === null ? null : this.#observed(known, report, at, hasChanged)
    const model = observed?.client ?? this.#first(report, at)
    const record = this.#recordOf(known, model, report, present)
    const { intervalMs, size } = this.#intervalOf(record)
    const dueAt = this.#dueAt(known, intervalMs, at, chance)
    const outcome: Taken = { kind: 'taken', dueAt, isNew: known === null, hasChanged }
    this.#note(known, observed, report, at, hasChanged)
    return { outcome, record: { ...record, intervalMs: dueAt - at, size }, values: this.#reported }
  }

  /** When a client should come by what is known of it, before its time is put into a second with room, and why. */
  next({ model, classPlace, flags }: ClientRecord): Explained {
    const { model: group } = this.#fleet
    const { wanted, limits, boundBy } = this.#terms(model, classPlace, flags)
    const found = group.next(model, wanted, limits)
    const isOthers = boundBy === 'heartbeat' || (boundBy === 'budget' && found.boundBy !== 'least')
    return isOthers ? { ...found, boundBy } : found
  }

  /** What counts for a client now: what is wanted, or what the budget buys where that is less. */
  #terms(model: ClientModel, classPlace: number, flags: number): Terms {
    const { wanted, limits, earlyIsAll } = this.#watch
    if ((flags & SENDS_EARLY) !== 0 && earlyIsAll) return this.#heartbeat
    const bought = this.#bought(classPlace)
    if (bought === null) return { wanted: wanted ?? FREE, limits, boundBy: null }
    const { model: group } = this.#fleet
    const intervalMs = (one: Wanted, within: Limits): number =>
      group.intervalOf(model, one, within).intervalMs
    const isBought = wanted === null || intervalMs(bought.wanted, bought.limits) > intervalMs(wanted, limits)
    return isBought ? bought : { wanted, limits, boundBy: null }
  }

  #bought(classPlace: number): Terms | null {
    const { classes, limits } = this.#watch
    const { priceMs, mostMs } = this.#fleet.budget
    if (priceMs === null) return null
    const costMs = priceMs / (classes[classPlace - 1]?.weight ?? 1)
    const { leastMs } = limits
    return {
      wanted: { kind: 'price', costMs, forAll: true },
      limits: { leastMs, mostMs: Math.max(leastMs, Math.min(limits.mostMs, mostMs)) },
      boundBy: 'budget',
    }
  }

  /** With the client's part of the budget. */
  #intervalOf({ model, classPlace, flags }: ClientRecord): Part {
    const { model: group, budget } = this.#fleet
    const { wanted, limits, boundBy } = this.#terms(model, classPlace, flags)
    const { intervalMs } = group.intervalOf(model, wanted, limits)
    const bought = boundBy === 'budget' ? null : this.#bought(classPlace)
    const boughtMs =
      bought === null ? intervalMs : group.intervalOf(model, bought.wanted, bought.limits).intervalMs
    return { intervalMs, size: storedSize(budget.sizeOf(boughtMs)) }
  }

  /** Who judges early rules counts by these, which says nothing where other changes are significant too. */
  #counts({ sendsEarly, changes }: Report): boolean {
    return changes === undefined || sendsEarly !== true || this.#watch.earlyIsAll
  }

  #hasChanged({ record, values }: Before, present: number, { changes }: Report): boolean {
    if (changes !== undefined && changes > 0) return true
    const { parameters } = this.#watch
    const isAsBefore = present === record.present && isSame(values, this.#reported, parameters.length)
    if (isAsBefore && this.#needsDifference) return false
    const old = unpackValues(parameters, record.present, values)
    return isSignificant(this.#rule, old, unpackValues(parameters, present, this.#reported))
  }

  #isTooSoon(record: ClientRecord, at: number, hasChanged: boolean): boolean {
    const since = at - record.model.updatedAt
    if (since < this.#watch.limits.leastMs) return true
    const tolerance = Math.max(SOONER_LEAST_MS, SOONER * record.intervalMs)
    return !hasChanged && at + tolerance < dueAtOf(record)
  }

  #tooSoon({ record, values }: Before, at: number): Paced {
    const tooSoon = record.tooSoon + 1
    const isRefused = tooSoon >= MOST_TOO_SOON
    this.#fleet.statistics.add(isRefused ? 'refused' : 'tooSoon', at)
    const outcome: TooSoon = { kind: 'too-soon', dueAt: Math.max(at + 1, dueAtOf(record)), isRefused }
    return { outcome, record: { ...record, tooSoon }, values }
  }

  #observed(before: ClientRecord, report: Report, at: number, hasChanged: boolean): Observed {
    return this.#fleet.model.observed(before.model, seenIn(report, hasChanged), at)
  }

  #recordOf(before: ClientRecord | null, model: ClientModel, report: Report, present: number): ClientRecord {
    return {
      model,
      intervalMs: 0,
      present,
      classPlace: this.#classPlace(report.class) ?? before?.classPlace ?? 0,
      tooSoon: 0,
      countedAs: this.#countedAs(report, model, before?.countedAs ?? null),
      size: 0,
      flags: report.sendsEarly === true ? SENDS_EARLY : 0,
    }
  }

  #countedAs({ features }: Report, model: ClientModel, before: number | null): number | null {
    if (features === undefined) return before
    const usual = this.#fleet.model.first(model.updatedAt).rate
    return this.#fleet.features.learn(features, model, usual, before)
  }

  #first({ features }: Report, at: number): ClientModel {
    const first = this.#fleet.model.first(at)
    const guess = features === undefined ? null : this.#fleet.features.guess(features)
    if (guess === null) return first
    return { ...first, rate: priorRate(guess.dwellMs), behaviour: behaviourOf(guess) }
  }

  #dueAt(before: ClientRecord | null, intervalMs: number, at: number, chance: number): number {
    const { limits, jitter } = this.#watch
    const { budget } = this.#fleet
    budget.came(at, before === null)
    if (before !== null) budget.withdraw(dueAtOf(before))
    return budget.issue({ now: at, intervalMs, leastMs: limits.leastMs, jitter, chance })
  }

  #note(
    before: ClientRecord | null,
    observed: Observed | null,
    { lastChangeAgoMs }: Report,
    at: number,
    hasChanged: boolean,
  ): void {
    const { statistics, lateness } = this.#fleet
    statistics.add('updates', at)
    if (before === null || observed === null) {
      statistics.add('newcomers', at)
      return
    }
    const lateMs = at - dueAtOf(before)
    if (lateMs < -SOONER_LEAST_MS) statistics.add('early', at)
    else lateness.came(lateMs)
    const lasted = at - before.model.updatedAt
    const { chance, staleMs } = observed
    statistics.add('observedMs', at, lasted)
    statistics.add('promisedMs', at, staleMs)
    if (!hasChanged) return
    statistics.add('changed', at)
    const wrongMs = lastChangeAgoMs ?? (chance > 0 ? staleMs / chance : 0)
    statistics.add('wrongMs', at, Math.min(lasted, wrongMs))
  }

  #classPlace(name: string | undefined): number | null {
    if (name === undefined) return null
    return this.#watch.classes.findIndex((one) => one.name === name) + 1
  }
}

function seenIn({ changes, lastChangeAgoMs }: Report, hasChanged: boolean): SeenOfClient {
  if (changes === undefined) return { kind: 'bit', changed: hasChanged }
  if (lastChangeAgoMs === undefined || changes === 0) return { kind: 'count', changes }
  return { kind: 'times', changes, lastAgoMs: lastChangeAgoMs }
}
