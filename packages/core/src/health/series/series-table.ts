/**
 * The series of one source, by handle. Readings are added up in place, without an object for each; what they came to
 * is handed on with the next `drain`. What cannot be true is left out and counted: a number that is none, an instant
 * before the last one, a series more than there may be (H1.14).
 */
import { counterIncrease, emptyDistribution, type Distribution } from '../../stats/index.ts'
import { epochMs, type EpochMs } from '../../units/index.ts'
import {
  createDistributionState,
  type Budget,
  type DistributionState,
  type OverCounts,
} from './distribution-state.ts'
import { createSeriesIndex, type NewSeries, type SeriesHandle, type SeriesIndex } from './series-index.ts'
import { createSeriesPages } from './series-pages.ts'
import {
  NO_SERIES,
  type KnownSeries,
  type SeriesStanding,
  type SeriesTable,
  type Standings,
  type StandingsPage,
} from './series-sink.ts'
import { GREATEST_VALUE, type Series, type SeriesReading, type SourceFault } from './series.ts'

export interface TableOf {
  readonly source: string
  readonly maxSeries: number
  /** A reading that ends earlier than so long ago belongs to a time that is settled: it is counted and left out. */
  readonly latestMs: number
  /** What the distributions of the source may take in memory. */
  readonly maxDistributionBytes?: number
}

export const createSeriesTable = (of: TableOf): SeriesTable => new Table(of)

/** What is kept of each series, beside its name, is a row of numbers. */
const ROW = 8
const [LAST, LAST_AT, FROM, TO, SUM, LEAST, GREATEST, SAMPLES] = [0, 1, 2, 3, 4, 5, 6, 7] as const

const NEVER = -Infinity

/** Names and labels of a series, on the average; few take more than a quarter of it. */
const KEY_BYTES = 1_024

/** Some thousand distributions of times from a millisecond to ten seconds. */
const DISTRIBUTION_BYTES = 67_108_864

/** A series that was silent for so long is let go, and looked for so often. */
const SILENT_MS = 3_600_000
const SWEEP_MS = 600_000

/** Nothing is told of a longer time, whatever is said: a series that was silent for so long is gone. */
const LONGEST_MS = SILENT_MS + SWEEP_MS

/** Between readings further apart than this nobody knows what was. */
const GAP_MS = 300_000

class Table implements SeriesTable {
  readonly #of: TableOf
  readonly #index: SeriesIndex
  #rows = new Float64Array(64 * ROW)
  readonly #distributions = new Map<SeriesHandle, DistributionState>()
  readonly #budget: Budget
  readonly #touched: SeriesHandle[] = []
  readonly #counted = new Map<SourceFault, number>()
  #limits: readonly number[] = []
  readonly #pages = createSeriesPages()
  #epoch = 0
  #sweptAt = NEVER
  #drainedAt = NEVER

  constructor(of: TableOf) {
    this.#of = of
    this.#index = createSeriesIndex({ source: of.source, maxKeyBytes: of.maxSeries * KEY_BYTES })
    this.#budget = { held: 0, most: of.maxDistributionBytes ?? DISTRIBUTION_BYTES }
  }

  open(series: NewSeries): SeriesHandle {
    const known = this.#index.find(series)
    if (known !== null) {
      if (this.#index.kindOf(known) === series.kind) return known
      this.fault('kind-changed')
      return NO_SERIES
    }
    if (this.#index.size() >= this.#of.maxSeries) {
      this.fault('too-many-series')
      return NO_SERIES
    }
    const handle = this.#index.add(series)
    if (handle === null) {
      this.fault('too-many-series')
      return NO_SERIES
    }
    if ((handle + 1) * ROW > this.#rows.length) {
      const rows = new Float64Array(Math.ceil((handle + 1) * 1.25) * ROW)
      rows.set(this.#rows)
      this.#rows = rows
    }
    this.#pages.isOther(handle)
    this.#rows.fill(0, handle * ROW, (handle + 1) * ROW)
    this.#set(handle, LAST_AT, NEVER)
    return handle
  }

  counter(handle: SeriesHandle, value: number, at: number, since: number = NEVER): void {
    if (!this.#isNews(handle, at, value >= 0 && value <= GREATEST_VALUE)) return
    const before = this.#get(handle, LAST_AT)
    this.#stands(handle)
    // Of a counter that was never told of and does not say since when it counts, nothing is known to be new.
    if (before === NEVER && since === NEVER) this.#set(handle, LAST_AT, at)
    else {
      this.#add(handle, since > before ? value : counterIncrease(this.#get(handle, LAST), value))
      this.#told(handle, Math.max(before, since), at)
    }
    this.#set(handle, LAST, value)
  }

  increase(handle: SeriesHandle, by: number, from: number, to: number): void {
    if (!this.#isNews(handle, to, by >= 0 && by <= GREATEST_VALUE)) return
    this.#stands(handle)
    this.#add(handle, by)
    this.#set(handle, LAST, this.#get(handle, LAST) + by)
    this.#told(handle, this.#after(handle, from), to)
  }

  gauge(handle: SeriesHandle, value: number, at: number): void {
    if (!this.#isNews(handle, at, Math.abs(value) <= GREATEST_VALUE)) return
    const before = this.#get(handle, LAST_AT)
    const isFirst = this.#get(handle, SAMPLES) === 0
    this.#set(handle, LEAST, isFirst ? value : Math.min(this.#get(handle, LEAST), value))
    this.#set(handle, GREATEST, isFirst ? value : Math.max(this.#get(handle, GREATEST), value))
    const isJoined = at - before <= GAP_MS
    // Between two readings it is taken to have gone from one to the other.
    if (isJoined) this.#add(handle, ((this.#get(handle, LAST) + value) / 2) * (at - before))
    this.#set(handle, LAST, value)
    this.#told(handle, isJoined ? before : at, at)
  }

  observe(handle: SeriesHandle, value: number, at: number): void {
    if (handle === NO_SERIES) return
    if (!(value >= 0 && value <= GREATEST_VALUE)) return this.fault('not-a-number')
    if (!this.#state(handle).observe(value)) return this.fault('too-large')
    // Since the value before none came, which is known as well as that one came now.
    const before = this.#get(handle, LAST_AT)
    this.#told(handle, at - before <= GAP_MS ? before : at, at)
  }

  distribution(handle: SeriesHandle, stands: Distribution, at: number, since: number = NEVER): void {
    if (!this.#isNews(handle, at, canBe(stands))) return
    const before = this.#get(handle, LAST_AT)
    const state = this.#state(handle)
    this.#stands(handle)
    if (since > before) state.stand(emptyDistribution)
    if (!state.stand(stands)) return this.fault('too-large')
    if (before === NEVER && since === NEVER) this.#set(handle, LAST_AT, at)
    else this.#told(handle, Math.max(before, since), at)
  }

  addDistribution(
    handle: SeriesHandle,
    seen: Distribution,
    from: number,
    to: number,
    over?: OverCounts,
  ): void {
    if (!this.#isNews(handle, to, canBe(seen))) return
    if (this.#state(handle).add(seen, over ?? null)) this.#told(handle, this.#after(handle, from), to)
    else this.fault('too-large')
  }

  end(handle: SeriesHandle): void {
    if (handle === NO_SERIES || this.#get(handle, SAMPLES) > 0) return
    this.#letGo(handle)
    this.#epoch += 1
  }

  fault(kind: SourceFault, times = 1): void {
    this.#counted.set(kind, (this.#counted.get(kind) ?? 0) + times)
  }

  want(isWanted: (series: Series) => boolean): void {
    this.#index.want(isWanted)
    this.#pages.allAreNew()
  }

  limits(values: readonly number[]): void {
    this.#limits = values
    for (const state of this.#distributions.values()) state.limit(values)
  }

  drain(now: EpochMs): readonly SeriesReading[] {
    if (now < this.#drainedAt) this.#setBack(now)
    this.#drainedAt = now
    const readings: SeriesReading[] = []
    for (const handle of this.#touched) {
      const series = this.#index.wanted(handle)
      const taken = this.#distributions.get(handle)?.take() ?? null
      if (now - this.#get(handle, TO) > this.#of.latestMs) this.fault('late')
      else if (series !== undefined) readings.push(this.#reading(handle, series, taken, now))
      this.#set(handle, SUM, 0)
      this.#set(handle, SAMPLES, 0)
    }
    this.#touched.length = 0
    this.#sweep(now)
    return readings
  }

  standings(isMeant: (series: Series) => boolean, since: number): Standings {
    const pages = new Map<number, StandingsPage>()
    for (const page of this.#pages.changed(since)) {
      const standings = this.#pages.handlesIn(page).flatMap((handle) => this.#standing(handle, isMeant))
      pages.set(page, { standings, isNew: this.#pages.isNew(page, since) })
    }
    return { version: this.#pages.next(), pages }
  }

  #standing(handle: SeriesHandle, isMeant: (series: Series) => boolean): readonly SeriesStanding[] {
    const series = this.#index.wanted(handle)
    const at = this.#get(handle, LAST_AT)
    if (series === undefined || series.kind === 'gauge' || at === NEVER || !isMeant(series)) return []
    const distribution = this.#distributions.get(handle)?.stood() ?? null
    if (series.kind === 'distribution' && distribution === null) return []
    const { about, name, labels, kind, unit } = series
    return [{ series: { about, name, labels, kind, unit }, at, value: this.#get(handle, LAST), distribution }]
  }

  resume(standings: readonly SeriesStanding[]): void {
    // Whether the clock was set back meanwhile turns out with the next instant that is known to be now.
    this.#drainedAt = Infinity
    for (const { series, at, value, distribution } of standings) {
      const handle = this.open(series)
      if (distribution === null) this.counter(handle, value, at)
      else this.distribution(handle, distribution, at)
    }
  }

  list(): readonly KnownSeries[] {
    return [...this.#index.all()].map((handle) => ({
      series: this.#index.describe(handle),
      last: this.#get(handle, LAST),
      lastAt: epochMs(Math.max(0, this.#get(handle, LAST_AT))),
    }))
  }

  size = (): number => this.#index.size()
  countedOver = (): readonly number[] => this.#limits
  epoch = (): number => this.#epoch
  faults = (): Readonly<Partial<Record<SourceFault, number>>> => Object.fromEntries(this.#counted)

  #reading(
    handle: SeriesHandle,
    series: Series,
    taken: (Pick<SeriesReading, 'over'> & { readonly distribution: Distribution }) | null,
    now: EpochMs,
  ): SeriesReading {
    // Of a clock that is ahead how long it took is known all the same.
    const to = Math.min(this.#get(handle, TO), now)
    const ahead = this.#get(handle, TO) - to
    return {
      series,
      from: epochMs(Math.max(this.#get(handle, FROM) - ahead, to - LONGEST_MS)),
      to: epochMs(to),
      samples: this.#get(handle, SAMPLES),
      sum: taken === null ? this.#get(handle, SUM) : taken.distribution.sum,
      least: this.#get(handle, LEAST),
      greatest: this.#get(handle, GREATEST),
      last: this.#get(handle, LAST),
      distribution: taken?.distribution ?? null,
      over: taken?.over ?? null,
    }
  }

  #get(handle: SeriesHandle, field: number): number {
    return this.#rows[handle * ROW + field] ?? 0
  }

  #set(handle: SeriesHandle, field: number, value: number): void {
    this.#rows[handle * ROW + field] = value
  }

  #add(handle: SeriesHandle, by: number): void {
    this.#set(handle, SUM, this.#get(handle, SUM) + by)
  }

  /** False where it is told of no series, is none that can be, or is no news: told before, or of before. */
  #isNews(handle: SeriesHandle, at: number, canBe = true): boolean {
    if (handle === NO_SERIES) return false
    if (!canBe) {
      this.fault('not-a-number')
      return false
    }
    const lastAt = this.#get(handle, LAST_AT)
    if (at < lastAt) this.fault('time-backwards')
    return at > lastAt
  }

  #told(handle: SeriesHandle, since: number, to: number): void {
    const from = Math.min(since, to)
    const samples = this.#get(handle, SAMPLES)
    if (samples === 0) this.#touched.push(handle)
    this.#set(handle, FROM, samples === 0 ? from : Math.min(this.#get(handle, FROM), from))
    this.#set(handle, TO, samples === 0 ? to : Math.max(this.#get(handle, TO), to))
    this.#set(handle, SAMPLES, samples + 1)
    this.#set(handle, LAST_AT, Math.max(this.#get(handle, LAST_AT), to))
  }

  /** It stands elsewhere; to be called before that is set. */
  #stands(handle: SeriesHandle): void {
    if (this.#get(handle, LAST_AT) === NEVER) this.#pages.isOther(handle)
    else this.#pages.isTold(handle)
  }

  /** Time that was told of is not told of again. */
  #after(handle: SeriesHandle, from: number): number {
    return Math.max(from, this.#get(handle, LAST_AT))
  }

  /** Of what was told later than it is now, it is not known when it was: now at the latest. */
  #setBack(now: EpochMs): void {
    this.#sweptAt = Math.min(this.#sweptAt, now)
    for (const handle of this.#index.all())
      this.#set(handle, LAST_AT, Math.min(this.#get(handle, LAST_AT), now))
  }

  #state(handle: SeriesHandle): DistributionState {
    const known = this.#distributions.get(handle)
    if (known !== undefined) return known
    const state = createDistributionState(this.#limits, this.#budget)
    this.#distributions.set(handle, state)
    return state
  }

  #letGo(handle: SeriesHandle): void {
    this.#index.letGo(handle)
    this.#pages.isOther(handle)
    this.#distributions.get(handle)?.letGo()
    this.#distributions.delete(handle)
  }

  #sweep(now: EpochMs): void {
    if (now - this.#sweptAt < SWEEP_MS) return
    const silent = [...this.#index.all()].filter((one) => now - this.#get(one, LAST_AT) > SILENT_MS)
    // The first time nothing was there for so long.
    if (this.#sweptAt !== NEVER && silent.length > 0) {
      for (const handle of silent) this.#letGo(handle)
      this.#epoch += 1
    }
    this.#sweptAt = now
  }
}

const canBe = ({ count, zeroCount, sum, min, max }: Distribution): boolean =>
  [count, zeroCount, sum, min, max].every((figure) => figure >= 0 && figure <= GREATEST_VALUE)
