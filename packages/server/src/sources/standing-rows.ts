/**
 * Which rows of what sources stand at are to be written with a tick: those that changed since a tick that was stored.
 * Bounded for each source by itself: what one makes up takes no room from the others.
 */
import { NO_VERSION, type Series, type SeriesTable, type StandingsPage } from '@holdfast/core/health'
import type { SourceName } from '@holdfast/core/units'
import type { StandingRow } from '../store/store.ts'
import { figuresText, memoryRowOf, rowOf, seriesText, type Standing } from './standing-text.ts'

export interface StandingRows {
  changes(now: StandingNow): Changes
}

interface StandingNow {
  readonly tables: ReadonlyMap<SourceName, SeriesTable>
  readonly isMeant: (series: Series) => boolean
  /** What sources remember beside. */
  readonly memories: ReadonlyMap<SourceName, string>
}

interface Changes {
  readonly rows: readonly StandingRow[]
  /** To be called once they are stored. */
  keep(): void
}

/** More series of one source are of something that nobody judges by; after a restart they begin anew. */
const MAX_SERIES = 5_000
/** Of their names, and of their figures with their distributions. */
const MAX_TEXT = 4_194_304

interface Page {
  readonly series: number
  readonly names: number
  readonly figures: number
}

/** What is stored of one source. */
interface Stored {
  readonly table: SeriesTable | null
  readonly version: number
  readonly pages: ReadonlyMap<number, Page>
}

const UNKNOWN: Page = { series: 0, names: 0, figures: 0 }
const NOTHING: Stored = { table: null, version: NO_VERSION, pages: new Map() }

export function createStandingRows(stood: Pick<Standing, 'pages' | 'memories'> | null): StandingRows {
  let stored = new Map<SourceName, Stored>(
    [...(stood?.pages ?? [])].map(([source, pages]) => [
      source,
      { ...NOTHING, pages: new Map(pages.map((page) => [page, UNKNOWN])) },
    ]),
  )
  /** Those that have not told since the start still stand where they stood. */
  const waiting = new Set(stored.keys())
  let remembered: ReadonlyMap<SourceName, string> = new Map(stood?.memories)
  return {
    changes({ tables, isMeant, memories }) {
      const next = new Map(stored)
      const rows = [...memoryRows(remembered, memories)]
      const nextRemembered = new Map(memories)
      for (const [source, table] of tables) {
        waiting.delete(source)
        const changed = changesOf(source, table, stored.get(source) ?? NOTHING, isMeant)
        rows.push(...changed.rows)
        next.set(source, changed.stored)
      }
      for (const [source, { pages }] of stored) {
        if (tables.has(source) || waiting.has(source)) continue
        rows.push(...[...pages.keys()].flatMap((page) => withoutPage(source, page)))
        next.delete(source)
      }
      return {
        rows,
        keep: () => {
          stored = next
          remembered = nextRemembered
        },
      }
    },
  }
}

const memoryRows = (
  before: ReadonlyMap<SourceName, string>,
  now: ReadonlyMap<SourceName, string>,
): readonly StandingRow[] =>
  [...new Set([...before.keys(), ...now.keys()])].flatMap((source) => {
    const text = now.get(source) ?? null
    return text === (before.get(source) ?? null) ? [] : [{ row: memoryRowOf(source), text }]
  })

function changesOf(
  source: SourceName,
  table: SeriesTable,
  before: Stored,
  isMeant: (series: Series) => boolean,
): { readonly rows: readonly StandingRow[]; readonly stored: Stored } {
  const isSame = before.table === table
  const { version, pages: changed } = table.standings(isMeant, isSame ? before.version : NO_VERSION)
  const pages = new Map(before.pages)
  const rows: StandingRow[] = []
  // Of another table all are told: what is not among them is of the one before.
  const gone = isSame ? [] : [...pages.keys()].filter((page) => !changed.has(page))
  for (const page of gone) rows.push(...removed(source, page, pages))
  for (const [page, { standings, isNew }] of changed) {
    const known = isSame ? pages.get(page) : undefined
    const written = writtenPage(source, page, { standings, isNew: isNew || known === undefined })
    const size = { ...written.size, names: written.size.names || (known?.names ?? 0) }
    if (standings.length === 0 || !hasRoom(pages, page, size)) rows.push(...removed(source, page, pages))
    else {
      rows.push(...written.rows)
      pages.set(page, size)
    }
  }
  return { rows, stored: { table, version, pages } }
}

function writtenPage(
  source: SourceName,
  page: number,
  { standings, isNew }: StandingsPage,
): { readonly rows: readonly StandingRow[]; readonly size: Page } {
  const figures = figuresText(standings)
  const names = isNew ? seriesText(standings) : ''
  return {
    rows: [
      ...(isNew ? [{ row: rowOf(source, page, 'series'), text: names }] : []),
      { row: rowOf(source, page, 'figures'), text: figures },
    ],
    size: { series: standings.length, names: names.length, figures: figures.length },
  }
}

function hasRoom(pages: ReadonlyMap<number, Page>, page: number, size: Page): boolean {
  let { series, names, figures } = size
  for (const [other, of] of pages) {
    if (other === page) continue
    series += of.series
    names += of.names
    figures += of.figures
  }
  return series <= MAX_SERIES && names <= MAX_TEXT && figures <= MAX_TEXT
}

function removed(source: SourceName, page: number, pages: Map<number, Page>): readonly StandingRow[] {
  return pages.delete(page) ? withoutPage(source, page) : []
}

const withoutPage = (source: SourceName, page: number): readonly StandingRow[] => [
  { row: rowOf(source, page, 'series'), text: null },
  { row: rowOf(source, page, 'figures'), text: null },
]
