/**
 * The sources of one service: the series that each tells of, who of them is believed, and what all of them told since
 * the last tick.
 */
import {
  believe,
  createSeriesTable,
  defaultInputOf,
  joinHistograms,
  mayTellOperations,
  ruleInputs,
  selectsPieces,
  type Believed,
  type JoinedReading,
  type Rule,
  type Series,
  type SeriesTable,
} from '@holdfast/core/health'
import type { EpochMs, PartName, SourceName } from '@holdfast/core/units'
import type { ResolvedService } from '../manifests/index.ts'
import type { CountedLevel } from '../platforms/gateway/gateway.ts'
import { createHistory, type History } from './history.ts'
import type { Intake } from './intake.ts'
import { writeStanding, type Standing } from './standing-text.ts'
import { toldBy, type Listener, type Told } from './told.ts'

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
  /** What it tells of where it is asked, as its manifest says; undefined where it is pushed. */
  askedAbout: PartName | null | undefined
  /** When anything came last; null before anything did. */
  arrivedAt: EpochMs | null
  tried: number
}

export interface ServiceSources {
  /** Null where there are too many. */
  open(name: SourceName): SourceEntry | null
  close(name: SourceName): void
  entries(): readonly SourceEntry[]
  intake(name: SourceName): Intake | null
  /** What the service is now, and what its operations are counted against. */
  follow(resolved: ResolvedService, levels: readonly CountedLevel[]): void
  take(now: EpochMs): Told
  readonly history: History
  /** Whom of them is believed about what, by the part or the whole service as null. */
  believed(): ReadonlyMap<PartName | null, Believed>
}

export function createServiceSources(first: ResolvedService, stood: Standing | null = null): ServiceSources {
  const all = new Map<SourceName, SourceEntry>()
  const history = createHistory()
  const believed = new Map<PartName | null, Believed>(stood?.believed)
  const resumed = new Map(stood?.sources)
  let following = followed(first, [])
  let toldUntil: EpochMs | null = stood?.toldUntil ?? null
  let tookAt: EpochMs | null = null

  const isWanted = (entry: () => SourceEntry | undefined) => {
    return (series: Series): boolean => {
      if (following.isNeeded(series)) return true
      const of = entry()
      if (of === undefined || of.tried >= MAX_TRIED) return false
      of.tried += 1
      return true
    }
  }
  const opened = (name: SourceName): SourceEntry => {
    const known = all.get(name)
    if (known !== undefined) return known
    const table = createSeriesTable({ source: name, maxSeries: MAX_SERIES, latestMs: LATEST_MS })
    const entry: SourceEntry = { name, table, askedAbout: undefined, arrivedAt: null, tried: 0 }
    all.set(name, entry)
    table.want(isWanted(() => all.get(name)))
    table.limits(following.limits)
    table.resume(resumed.get(name) ?? [])
    resumed.delete(name)
    return entry
  }
  /** Those that did not tell yet since the start stand where they stood. */
  const standing = (): Standing => ({
    toldUntil,
    believed,
    sources: new Map([
      ...resumed,
      ...[...all.values()].map(
        ({ name, table }) => [name, table.standings((series) => following.isNeeded(series))] as const,
      ),
    ]),
  })
  const isStanding = (series: Series): boolean => series.kind !== 'gauge' && following.isNeeded(series)
  return {
    open: (name) => (all.has(name) || all.size < MAX_SOURCES ? opened(name) : null),
    close: (name) => void all.delete(name),
    entries: () => [...all.values()],
    intake(name) {
      if (!all.has(name) && all.size >= MAX_SOURCES) return null
      return intakeOf(
        () => opened(name),
        () => following.resolved,
      )
    },
    follow(resolved, levels) {
      const before = following
      if (before.resolved === resolved && sameLevels(before.levels, levels)) return
      following = followed(resolved, levels)
      for (const entry of all.values()) {
        if (before.resolved.rules !== resolved.rules) {
          entry.tried = 0
          entry.table.want(isWanted(() => entry))
        }
        if (before.limits.join() !== following.limits.join()) entry.table.limits(following.limits)
      }
    },
    take(now) {
      const { resolved, levels, limits, rules } = following
      const readings: JoinedReading[] = []
      for (const entry of all.values()) readings.push(...joinHistograms(entry.table.drain(now), limits))
      history.add(readings, now)
      const asked = askedSince(tookAt ?? 0, [...all.values()])
      tookAt = now
      const told = toldBy(readings, {
        service: resolved.service.name,
        entry: resolved.service.entry,
        parts: resolved.service.parts.map(({ name }) => name),
        levels,
        rules,
        believes(subject, telling) {
          const next = believe(believed.get(subject) ?? null, telling, now, preference)
          if (next !== null) believed.set(subject, next)
          return next?.source ?? null
        },
        toldUntil,
        asked,
      })
      toldUntil = told.measured?.to ?? toldUntil
      const hasChanged = readings.some(({ series }) => isStanding(series))
      return { ...told, standing: hasChanged ? writeStanding(standing()) : null }
    },
    history,
    believed: () => believed,
  }
}

/** Who only looks whether there is such a service has not told of it: the source is opened with the first word. */
const intakeOf = (entry: () => SourceEntry, resolved: () => ResolvedService): Intake => ({
  service: resolved().service.name,
  get sink() {
    return entry().table
  },
  part: (part) => resolved().service.parts.find((one) => one.name === part)?.name ?? null,
  arrived: (at) => void (entry().arrivedAt = at),
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

interface Followed {
  readonly resolved: ResolvedService
  readonly levels: readonly CountedLevel[]
  readonly limits: readonly number[]
  readonly isNeeded: (series: Series) => boolean
  readonly rules: Listener['rules']
}

function followed(resolved: ResolvedService, levels: readonly CountedLevel[]): Followed {
  const limits = [
    ...new Set(levels.flatMap(({ counts, limitMs }) => (counts === 'error-ratio' ? [] : [limitMs]))),
  ]
  const selections = resolved.rules.flatMap(({ inputs }) => inputs.map(({ select }) => selectsPieces(select)))
  const isNeeded = (series: Series): boolean =>
    mayTellOperations(series) ||
    defaultInputOf(series) !== null ||
    selections.some((isMeant) => isMeant(series))
  const parts = new Map(
    resolved.service.parts.map(({ name }) => [name, ruleInputs(rulesOf(resolved.rules, name))]),
  )
  return {
    resolved,
    levels,
    limits,
    isNeeded,
    rules: { service: ruleInputs(rulesOf(resolved.rules, null)), parts },
  }
}

export const rulesOf = (rules: readonly Rule[], part: string | null): readonly Rule[] =>
  rules.filter((rule) => rule.part === part)

const sameLevels = (a: readonly CountedLevel[], b: readonly CountedLevel[]): boolean =>
  a.length === b.length && JSON.stringify(a) === JSON.stringify(b)
