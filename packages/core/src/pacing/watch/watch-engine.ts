/**
 * Takes the updates of one watch's clients and tells each when to report next: what is known of them is kept here or carried
 * by them. Everything is passed in: the instant, and a chance from 0 to 1 for where in the jitter an update falls. It changes
 * in place, as there may be millions of clients.
 */
import type { Forecaster } from '../../stats/index.ts'
import { FleetBudget, type FleetState } from '../budget/index.ts'
import { GroupModel, type Expected, type GroupSnapshot } from '../model/index.ts'
import { dueAtOf, LAPSED, readRecord, RECORD_BYTES, writeRecord, type ClientRecord } from './client-record.ts'
import { ClientTable } from './client-table.ts'
import { FeatureGroups } from './feature-groups.ts'
import { hashId } from './id-hash.ts'
import { Lateness } from './lateness.ts'
import { Pacer, type Before } from './pacer.ts'
import { BYTES_PER_VALUE, type PackedAt } from './packed-values.ts'
import type { Explained, Outcome, Report } from './report.ts'
import { WatchStatistics } from './statistics.ts'
import { WatchLoad } from './watch-load.ts'
import type { Watch } from './watch.ts'

/** Of so many clients the one that is overdue most makes room for a new one. */
const LOOKED_AT = 16

interface Beginning {
  readonly now: number
  readonly seed: number
  readonly fleet?: FleetState
  /** What was learned of its clients before. */
  readonly group?: GroupSnapshot
  readonly forecaster?: Forecaster
}

export class WatchEngine {
  readonly watch: Watch
  readonly table: ClientTable
  readonly model: GroupModel
  readonly features: FeatureGroups
  readonly budget: FleetBudget
  readonly statistics: WatchStatistics = new WatchStatistics()
  readonly load: WatchLoad
  readonly lateness: Lateness = new Lateness()
  readonly #seed: number
  readonly #pacer: Pacer
  #swept = 0
  #came = 0
  #forecastAt = 0

  /** The seed is for the hashes of clients' names: with stored clients it must be the one they were stored under. */
  constructor(watch: Watch, { now, seed, fleet, group, forecaster }: Beginning) {
    this.watch = watch
    this.table = new ClientTable(watch.parameters.length)
    this.model = group === undefined ? new GroupModel(watch.firstGuessMs) : GroupModel.restore(group)
    this.features = new FeatureGroups(watch.features)
    const { budgetPerSecond: perSecond, wanted, firstGuessMs: dwellMs, keptBy } = watch
    const budget = { perSecond, isLimit: wanted !== null, dwellMs, knowsClients: keptBy === 'server' }
    this.budget = new FleetBudget(budget, now, fleet)
    this.load = new WatchLoad(now, forecaster)
    this.#seed = seed
    this.#pacer = new Pacer(watch, this)
  }

  /** An update of a client that is kept here. */
  update(client: string, report: Report, now: number, chance: number): Outcome {
    const id = hashId(client, this.#seed)
    const place = this.table.find(id)
    const before = place === null ? null : this.#before(place)
    const { outcome, record, values } = this.#pacer.take(before, report, now, chance)
    this.#came += 1
    const into = place ?? (this.#hasRoom(now, chance) ? this.table.add(id) : null)
    if (into === null) {
      this.statistics.add('notKept', now)
      return outcome
    }
    this.table.write(into, record)
    if (outcome.kind === 'too-soon') return outcome
    this.#copy(values, this.table.valuesAt(into))
    this.#replaced(before, record)
    return outcome
  }

  /** An update of a client that carries itself what is known of it; null where it carries nothing. */
  updateCarried(
    carried: Uint8Array | null,
    report: Report,
    now: number,
    chance: number,
  ): { readonly outcome: Outcome; readonly carries: Uint8Array } {
    const before = carried === null ? null : this.#carried(carried)
    const { outcome, record, values } = this.#pacer.take(before, report, now, chance)
    this.#came += 1
    const bytes = new Uint8Array(this.carriedBytes)
    const view = new DataView(bytes.buffer)
    writeRecord(record, { view, offset: 0 })
    this.#copy(values, { view, offset: RECORD_BYTES })
    if (outcome.kind === 'taken') this.#replaced(before, record)
    return { outcome, carries: bytes }
  }

  get carriedBytes(): number {
    return RECORD_BYTES + this.watch.parameters.length * BYTES_PER_VALUE
  }

  /** Null for a client that is not known. */
  record(client: string): ClientRecord | null {
    const place = this.table.find(hashId(client, this.#seed))
    return place === null ? null : this.table.read(place)
  }

  recordCarried(carried: Uint8Array): ClientRecord {
    return this.#carried(carried).record
  }

  /** Why a client is to report when it is. */
  explain(record: ClientRecord): Explained {
    return this.#pacer.next(record)
  }

  /** What is expected of a client from its last update on. */
  ahead({ model }: ClientRecord, spanMs: number): Expected {
    return this.model.ahead(model, spanMs)
  }

  /** To be called every few seconds: what time has come for besides updates. */
  tick(now: number): void {
    this.budget.pass(now)
    const { thisMinute } = this.budget
    if (thisMinute !== null && thisMinute.at > this.#forecastAt) {
      this.#forecastAt = thisMinute.at
      this.statistics.add('forecast', thisMinute.at, thisMinute.updates)
    }
    this.load.came(now, this.#came)
    this.#came = 0
  }

  /** Looks at so many places, all in turn: forgets who has not come for too long, and does not count on who is overdue. */
  forget(now: number, most: number): number {
    let forgotten = 0
    const looked = Math.min(most, this.table.places)
    for (let i = 0; i < looked; i += 1) {
      const place = this.#swept % this.table.places
      this.#swept = place + 1
      const record = this.table.read(place)
      if (record === null) continue
      if (now - record.model.updatedAt >= this.watch.forgetAfterMs) {
        this.#drop(place, record)
        forgotten += 1
      } else if (countedOn(record) !== null && hasLapsed(record, now)) {
        this.budget.replaced(record, null, 0)
        this.table.write(place, { ...record, flags: record.flags | LAPSED })
      }
    }
    return forgotten
  }

  /** After the table was restored: the clients that it holds are still to come. */
  expectAll(): void {
    for (let place = 0; place < this.table.places; place += 1) {
      const record = this.table.read(place)
      if (record === null) continue
      this.budget.expect(dueAtOf(record))
      this.budget.replaced(null, countedOn(record), 0)
    }
  }

  #before(place: number): Before | null {
    const record = this.table.read(place)
    return record === null ? null : { record, values: this.table.valuesAt(place) }
  }

  #carried(carried: Uint8Array): Before {
    const view = new DataView(carried.buffer, carried.byteOffset, carried.byteLength)
    return { record: readRecord({ view, offset: 0 }), values: { view, offset: RECORD_BYTES } }
  }

  #hasRoom(now: number, chance: number): boolean {
    if (this.table.size < this.watch.mostClients) return true
    let most: { readonly place: number; readonly record: ClientRecord; readonly overdue: number } | null =
      null
    const from = Math.floor(chance * this.table.places)
    for (let i = 0; i < LOOKED_AT; i += 1) {
      const place = (from + i) % this.table.places
      const record = this.table.read(place)
      if (record === null) continue
      const overdue = (now - dueAtOf(record)) / record.intervalMs
      if (overdue > (most?.overdue ?? 1)) most = { place, record, overdue }
    }
    if (most !== null) this.#drop(most.place, most.record)
    return most !== null
  }

  #drop(place: number, record: ClientRecord): void {
    this.table.remove(place)
    this.budget.withdraw(dueAtOf(record))
    this.budget.replaced(countedOn(record), null, 0)
  }

  #replaced(before: Before | null, after: ClientRecord): void {
    const lastedMs = before === null ? 0 : after.model.updatedAt - before.record.model.updatedAt
    this.budget.replaced(countedOn(before?.record ?? null), after, lastedMs)
  }

  #copy(from: PackedAt, to: PackedAt): void {
    for (let i = 0; i < this.watch.parameters.length; i += 1) {
      const at = i * BYTES_PER_VALUE
      to.view.setUint32(to.offset + at, from.view.getUint32(from.offset + at, true), true)
    }
  }
}

/** Of clients that are late by chance most come within so many intervals, or within a minute. */
const LAPSES_AFTER = 3
const LAPSES_AFTER_MS = 60_000

const hasLapsed = (record: ClientRecord, now: number): boolean =>
  now - dueAtOf(record) > Math.max(LAPSES_AFTER_MS, LAPSES_AFTER * record.intervalMs)

/** What its part of the load is; null where its next update is not counted on. */
const countedOn = (record: ClientRecord | null): ClientRecord | null =>
  record === null || (record.flags & LAPSED) !== 0 ? null : record
