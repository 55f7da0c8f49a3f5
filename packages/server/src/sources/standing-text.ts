/**
 * What a service's sources stand at, as rows of text that are stored with the tick: their cumulative series, who is
 * believed, and until when anything was told. With it a restart counts what came in between, and nothing twice. The names
 * of series and their figures are rows of their own, some series each, so that only what changes is written.
 */
import {
  distributionJson,
  distributionOfJson,
  type Believed,
  type DistributionJson,
  type NewSeries,
  type SeriesStanding,
} from '@holdfast/core/health'
import { branded, type EpochMs, type PartName, type SourceName } from '@holdfast/core/units'

export interface Standing {
  readonly toldUntil: EpochMs | null
  readonly believed: ReadonlyMap<PartName | null, Believed>
  readonly sources: ReadonlyMap<SourceName, readonly SeriesStanding[]>
  /** What sources remember beside, in words of their own. */
  readonly memories: ReadonlyMap<SourceName, string>
  /** Which pages of each source are stored. */
  readonly pages: ReadonlyMap<SourceName, readonly number[]>
}

/** Raise it whenever the form of what is stored changes. */
const FORM = 2

interface StoredCommon {
  readonly form: number
  readonly toldUntil: EpochMs | null
  readonly believed: readonly (readonly [PartName | null, Believed])[]
}

type StoredFigures = readonly (readonly [at: number, value: number, distribution?: DistributionJson])[]

export const COMMON = 'common'

type Of = 'series' | 'figures'

/** No name of a source has a blank. What another release wrote in another form has other names. */
export const rowOf = (source: string, page: number, of: Of): string => `${source} ${page} ${of}/${FORM}`

export const memoryRowOf = (source: string): string => `${source} memory`

export const commonText = (stood: Pick<Standing, 'toldUntil' | 'believed'>): string =>
  JSON.stringify({
    form: FORM,
    toldUntil: stood.toldUntil,
    believed: [...stood.believed],
  } satisfies StoredCommon)

export const seriesText = (standings: readonly SeriesStanding[]): string =>
  JSON.stringify(standings.map(({ series }) => series))

export const figuresText = (standings: readonly SeriesStanding[]): string =>
  JSON.stringify(
    standings.map(({ at, value, distribution }): StoredFigures[number] =>
      distribution === null ? [at, value] : [at, value, distributionJson(distribution)],
    ),
  )

/** Null where nothing is stored, or where another release wrote it in another form. */
export function readStanding(rows: ReadonlyMap<string, string>): Standing | null {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above and nowhere else
  const common = JSON.parse(rows.get(COMMON) ?? 'null') as StoredCommon | null
  if (common === null || common.form !== FORM) return null
  const sources = new Map<SourceName, readonly SeriesStanding[]>()
  const pages = new Map<SourceName, readonly number[]>()
  const memories = new Map<SourceName, string>()
  for (const [row, text] of rows) {
    const [name = '', page, of] = row.split(' ')
    if (page === 'memory') memories.set(branded<SourceName>(name), text)
    if (of !== `series/${FORM}`) continue
    const source = branded<SourceName>(name)
    const figures = rows.get(rowOf(name, Number(page), 'figures')) ?? '[]'
    sources.set(source, [...(sources.get(source) ?? []), ...standingsIn(text, figures)])
    pages.set(source, [...(pages.get(source) ?? []), Number(page)])
  }
  return { toldUntil: common.toldUntil, believed: new Map(common.believed), sources, memories, pages }
}

function standingsIn(series: string, figures: string): readonly SeriesStanding[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above and nowhere else
  const [all, stood] = [JSON.parse(series) as readonly NewSeries[], JSON.parse(figures) as StoredFigures]
  // Figures that are those of other series say nothing.
  if (all.length !== stood.length) return []
  return all.flatMap((one, i) => {
    const [at, value, distribution] = stood[i] ?? []
    if (at === undefined || value === undefined) return []
    const held = distribution === undefined ? null : distributionOfJson(distribution)
    return [{ series: one, at, value, distribution: held }]
  })
}
