/**
 * The sources of one service: the series that each tells of, who of them is believed, and what all of them told since
 * the last tick.
 */
import {
  believe,
  createCoverage,
  createHistogramJoiner,
  createNameChoice,
  createSeriesTable,
  defaultInputOf,
  mayTellOperations,
  ruleInputs,
  selectsPieces,
  type Believed,
  type Coverage,
  type HistogramJoiner,
  type NameChoice,
  type Rule,
  type Series,
  type SeriesStanding,
  type SeriesTable,
} from '@holdfast/core/health'
import { branded, epochMs, type EpochMs, type PartName, type SourceName } from '@holdfast/core/units'
import type { ResolvedService } from '../manifests/index.ts'
import type { CountedLevel } from '../platforms/gateway/gateway.ts'
import { createHistory, type History } from './history.ts'
import type { Intake } from './intake.ts'
import type { SourceMemory } from './source-memory.ts'
import { createStandingRows, type StandingRows } from './standing-rows.ts'
import { COMMON, commonText, type Standing } from './standing-text.ts'
import {
  DISSATISFACTION,
  LONGEST_MS,
  toldBy,
  type Listener,
  type SatisfactionLevel,
  type Told,
} from './told.ts'

/** More series than this no source of one service has, unless something goes wrong. */
const MAX_SERIES = 20_000
/** Of series that nobody asks for so many of a source are kept for an hour, to try rules on. */
const MAX_TRIED = 500
/** What is pushed names its source: names are not to fill the memory. */
const MAX_SOURCES = 32
/** A reading that ends earlier than this belongs to a time that was told of already. */
const LATEST_MS = 10_000

export interface SourceEntry {
  readonly name: SourceName
  readonly table: SeriesTable
  readonly joiner: HistogramJoiner
  readonly names: NameChoice
  /** What it tells of where it is asked, as its manifest says; undefined where it is pushed. */
  askedAbout: PartName | null | undefined
  /** When anything came last; null before anything did. */
  arrivedAt: EpochMs | null
  readonly memory: SourceMemory
  /** What it remembers now; null where it remembers nothing. */
  remembers: (() => string) | null
  tried: number
}

export interface FollowedLevels {
  readonly levels: readonly CountedLevel[]
  readonly satisfaction: readonly SatisfactionLevel[]
}

export interface ServiceSources {
  /** Null where there are too many. */
  open(name: SourceName): SourceEntry | null
  close(name: SourceName): void
  entries(): readonly SourceEntry[]
  intake(name: SourceName): Intake | null
  /** What the service is now, and what its operations are counted against. */
  follow(resolved: ResolvedService, levels: FollowedLevels): void
  take(now: EpochMs): Told
  /** Whether what was taken last is stored. */
  settle(isStored: boolean): void
  readonly history: History
  /** Whom of them is believed about what, by the part or the whole service as null. */
  believed(): ReadonlyMap<PartName | null, Believed>
}

export const createServiceSources = (
  resolved: ResolvedService,
  stood: Standing | null = null,
): ServiceSources => new Sources(resolved, stood)

class Sources implements ServiceSources {
  readonly history: History = createHistory()
  readonly #all = new Map<SourceName, SourceEntry>()
  readonly #believed: Map<PartName | null, Believed>
  readonly #covered = new Map<PartName | null, Coverage>()
  /** What those stood at that did not tell yet since the start. */
  readonly #resumed: Map<SourceName, readonly SeriesStanding[]>
  readonly #memories: Map<SourceName, string>
  /** Those who wait until what they told is taken, and those who wait until that is stored. */
  #untaken: ((isStored: boolean) => void)[] = []
  #taken: ((isStored: boolean) => void)[] = []
  readonly #rows: StandingRows
  /** Something that is stored changed, and that was not stored yet. */
  #isUnstored = false
  /** To be called once what was told of last is stored. */
  #keep: () => void = () => undefined
  #following: Followed
  #toldUntil: EpochMs | null
  #tookAt: EpochMs | null = null

  constructor(resolved: ResolvedService, stood: Standing | null) {
    this.#following = followed(resolved, { levels: [], satisfaction: [] })
    this.#believed = new Map(stood?.believed)
    this.#resumed = new Map(stood?.sources)
    this.#toldUntil = stood?.toldUntil ?? null
    this.#memories = new Map(stood?.memories)
    this.#rows = createStandingRows(stood)
  }

  open(name: SourceName): SourceEntry | null {
    return this.#all.has(name) || this.#all.size < MAX_SOURCES ? this.#opened(name) : null
  }

  close(name: SourceName): void {
    this.#all.delete(name)
    this.#memories.delete(name)
    this.#isUnstored = true
  }

  entries(): readonly SourceEntry[] {
    return [...this.#all.values()]
  }

  intake(name: SourceName): Intake | null {
    if (!this.#all.has(name) && this.#all.size >= MAX_SOURCES) return null
    return intakeOf(
      () => this.#opened(name),
      () => this.#following.resolved,
      () => this.#stored(),
    )
  }

  follow(resolved: ResolvedService, levels: FollowedLevels): void {
    const before = this.#following
    if (before.resolved === resolved && sameLevels(before, levels)) return
    this.#following = followed(resolved, levels)
    for (const entry of this.#all.values()) {
      if (before.resolved.rules !== resolved.rules) {
        entry.tried = 0
        entry.table.want((series) => this.#isWanted(series, entry))
      }
      const limits = limitsFor(entry.name, this.#following)
      if (limitsFor(entry.name, before).join() !== limits.join()) entry.table.limits(limits)
    }
  }

  take(now: EpochMs): Told {
    const { resolved, levels, satisfaction, rules } = this.#following
    this.#taken.push(...this.#untaken)
    this.#untaken = []
    for (const coverage of this.#covered.values()) coverage.begin(now)
    // The clock may have been set back, also between two runs.
    if (this.#toldUntil !== null) this.#toldUntil = epochMs(Math.min(this.#toldUntil, now))
    const readings = this.entries().flatMap(({ name, table, joiner }) =>
      joiner.join(table.drain(now), limitsFor(name, this.#following), now),
    )
    this.history.add(readings, now)
    const asked = askedSince(this.#tookAt ?? 0, this.entries())
    this.#tookAt = now
    const told = toldBy(readings, {
      service: resolved.service.name,
      entry: resolved.service.entry,
      parts: resolved.service.parts.map(({ name }) => name),
      levels,
      satisfaction,
      rules,
      coverageOf: (subject) => this.#coverageOf(subject),
      choose: (source, teller, names) => this.#chosen(source, teller, names, now),
      believes: (subject, telling) => this.#believe(subject, telling, now),
      toldUntil: this.#toldUntil,
      asked,
    })
    const until = Math.max(this.#toldUntil ?? 0, told.measured?.to ?? 0)
    this.#toldUntil = until === 0 ? null : epochMs(until)
    const hasChanged = readings.some(
      ({ series }) => series.kind !== 'gauge' && this.#following.isNeeded(series),
    )
    this.#isUnstored ||= hasChanged
    const isTelling = this.#toldUntil !== null && now - this.#toldUntil <= LONGEST_MS
    return { ...told, isTelling, standing: this.#isUnstored ? this.#standing() : [] }
  }

  believed(): ReadonlyMap<PartName | null, Believed> {
    return this.#believed
  }

  settle(isStored: boolean): void {
    if (isStored) this.#keep()
    this.#keep = () => undefined
    for (const settled of this.#taken) settled(isStored)
    this.#taken = []
  }

  #stored(): Promise<boolean> {
    return new Promise((resolve) => this.#untaken.push(resolve))
  }

  #opened(name: SourceName): SourceEntry {
    const known = this.#all.get(name)
    if (known !== undefined) return known
    const table = createSeriesTable({ source: name, maxSeries: MAX_SERIES, latestMs: LATEST_MS })
    const entry: SourceEntry = {
      name,
      table,
      joiner: createHistogramJoiner(),
      names: createNameChoice(),
      askedAbout: undefined,
      arrivedAt: null,
      tried: 0,
      remembers: null,
      memory: {
        before: this.#memories.get(name) ?? null,
        remember: (tell) => void (entry.remembers = tell),
      },
    }
    this.#all.set(name, entry)
    table.want((series) => this.#isWanted(series, entry))
    table.limits(limitsFor(name, this.#following))
    table.resume(this.#resumed.get(name) ?? [])
    this.#resumed.delete(name)
    return entry
  }

  #isWanted(series: Series, entry: SourceEntry): boolean {
    if (this.#following.isNeeded(series)) return true
    if (entry.tried >= MAX_TRIED) return false
    entry.tried += 1
    return true
  }

  #coverageOf(subject: PartName | null): Coverage {
    const coverage = this.#covered.get(subject) ?? createCoverage()
    this.#covered.set(subject, coverage)
    return coverage
  }

  #chosen(source: string, ...[teller, names, now]: Parameters<NameChoice['choose']>): string | null {
    return this.#all.get(branded<SourceName>(source))?.names.choose(teller, names, now) ?? null
  }

  #believe(subject: PartName | null, telling: readonly string[], now: EpochMs): string | null {
    const next = believe(this.#believed.get(subject) ?? null, telling, now, preference)
    if (next !== null) this.#believed.set(subject, next)
    return next?.source ?? null
  }

  #standing(): Told['standing'] {
    const tables = new Map(this.entries().map(({ name, table }) => [name, table] as const))
    const changes = this.#rows.changes({
      tables,
      isMeant: this.#following.isNeeded,
      memories: this.#remembered(),
    })
    this.#keep = () => {
      changes.keep()
      this.#isUnstored = false
    }
    const text = commonText({ toldUntil: this.#toldUntil, believed: this.#believed })
    return [{ row: COMMON, text }, ...changes.rows]
  }

  /** Those that were not opened since the start remember what they did. */
  #remembered(): ReadonlyMap<SourceName, string> {
    for (const { name, remembers } of this.entries())
      if (remembers !== null) this.#memories.set(name, remembers())
    return this.#memories
  }
}

/** Who only looks whether there is such a service has not told of it: the source is opened with the first word. */
const intakeOf = (
  entry: () => SourceEntry,
  resolved: () => ResolvedService,
  stored: () => Promise<boolean>,
): Intake => ({
  service: resolved().service.name,
  get sink() {
    return entry().table
  },
  part: (part) => resolved().service.parts.find((one) => one.name === part)?.name ?? null,
  get memory() {
    return entry().memory
  },
  arrived: (at) => void (entry().arrivedAt = at),
  stored,
})

/** Those that were asked to the end after that instant. */
const askedSince = (since: number, entries: readonly SourceEntry[]): Listener['asked'] =>
  new Map(
    entries.flatMap(({ name, askedAbout: part, arrivedAt: at }) =>
      part === undefined || at === null || at <= since ? [] : [[name, { part, at }] as const],
    ),
  )

/** Nearer to the operation is better; what is declared comes before what happens to be pushed. */
const PUSHED: readonly string[] = ['wrapper', 'otlp', 'remote-write']
const preference = (source: string): number => {
  const place = PUSHED.indexOf(source)
  return place === 0 ? -1 : place === -1 ? 0 : place
}

interface Followed extends FollowedLevels {
  readonly resolved: ResolvedService
  /** In milliseconds. */
  readonly limits: readonly number[]
  readonly isNeeded: (series: Series) => boolean
  readonly rules: Listener['rules']
}

/** Answers are no times: each kind of values is counted against limits of its own. */
const limitsFor = (source: SourceName, { limits, satisfaction }: Followed): readonly number[] =>
  source === SURVEY ? [...new Set(satisfaction.map(({ missing }) => missing))] : limits

const SURVEY: string = 'survey'

function followed(resolved: ResolvedService, { levels, satisfaction }: FollowedLevels): Followed {
  const limits = [
    ...new Set(levels.flatMap(({ counts, limitMs }) => (counts === 'error-ratio' ? [] : [limitMs]))),
  ]
  const selections = resolved.rules.flatMap(({ inputs }) => inputs.map(({ select }) => selectsPieces(select)))
  const isNeeded = (series: Series): boolean =>
    mayTellOperations(series) ||
    series.name === DISSATISFACTION ||
    defaultInputOf(series) !== null ||
    selections.some((isMeant) => isMeant(series))
  const parts = new Map(
    resolved.service.parts.map(({ name }) => [name, ruleInputs(rulesOf(resolved.rules, name))]),
  )
  return {
    resolved,
    levels,
    satisfaction,
    limits,
    isNeeded,
    rules: { service: ruleInputs(rulesOf(resolved.rules, null)), parts },
  }
}

export const rulesOf = (rules: readonly Rule[], part: string | null): readonly Rule[] =>
  rules.filter((rule) => rule.part === part)

const sameLevels = (a: FollowedLevels, b: FollowedLevels): boolean =>
  JSON.stringify([a.levels, a.satisfaction]) === JSON.stringify([b.levels, b.satisfaction])
