/** Which series a source has: the handle of each, what it is, and whether anybody wants to be told of it. */
import { createByteTable, NO_ENTRY } from './byte-table.ts'
import type { About, Series, SeriesKind } from './series.ts'
import { createInterned } from './interned.ts'
import { aboutOfKey, createKeyWriter, keyOfBytes, seriesKey, seriesOfKey } from './series-key.ts'

export type SeriesHandle = number

export type NewSeries = Omit<Series, 'source'>

export interface SeriesIndex {
  /** Null where it is not known. */
  find(series: NewSeries): SeriesHandle | null
  /** Null where there is no room for its name and labels. */
  add(series: NewSeries): SeriesHandle | null
  letGo(handle: SeriesHandle): void
  kindOf(handle: SeriesHandle): SeriesKind
  describe(handle: SeriesHandle): Series
  /** What it is, where it is wanted. */
  wanted(handle: SeriesHandle): Series | undefined
  /** Asked of each series once, and of all again when it is set anew. */
  want(isWanted: (series: Series) => boolean): void
  all(): Iterable<SeriesHandle>
  readonly size: () => number
  /** How many units, and things that are told of, are kept. */
  readonly shared: () => number
}

const KINDS: readonly SeriesKind[] = ['counter', 'gauge', 'distribution']

export interface SeriesIndexOf {
  readonly source: string
  /** Of all names and labels together. */
  readonly maxKeyBytes: number
}

export function createSeriesIndex({ source, maxKeyBytes }: SeriesIndexOf): SeriesIndex {
  // A handle is the number of its entry; with it is kept of which kind it is, and which of the units it has.
  const keys = createByteTable({ maxEntries: Infinity, maxBytes: maxKeyBytes })
  const writer = createKeyWriter()
  // Most series have one of few units, and few things are told of by many series.
  const units = createInterned<string | null>((unit) => (unit === null ? '' : `=${unit}`))
  const abouts = createInterned<About>(({ part, instance }) => `${part ?? ''}/${instance ?? ''}`)
  const wanted = new Map<SeriesHandle, Series>()
  let isWanted: (series: Series) => boolean = () => true
  const kindOf = (handle: SeriesHandle): SeriesKind => KINDS[keys.valueOf(handle) % KINDS.length] ?? 'gauge'
  const unitOf = (handle: SeriesHandle): number => Math.floor(keys.valueOf(handle) / KINDS.length)
  const describe = (handle: SeriesHandle): Series => ({
    source,
    ...seriesOfKey(keyOfBytes(keys.keyOf(handle)), (about) => abouts.at(about) ?? WHOLE),
    kind: kindOf(handle),
    unit: units.at(unitOf(handle)) ?? null,
  })
  return {
    find({ about, name, labels }) {
      const number = abouts.numberOf(about)
      if (number === null) return null
      const length = writer.write(seriesKey(number, name, labels))
      const entry = keys.find(writer.bytes(), 0, length)
      return entry === NO_ENTRY ? null : entry
    },
    add({ about, name, labels, kind, unit }) {
      const [number, unitNumber] = [abouts.hold(about), units.hold(unit)]
      const length = writer.write(seriesKey(number, name, labels))
      const handle = keys.set(writer.bytes(), 0, length, unitNumber * KINDS.length + KINDS.indexOf(kind))
      if (handle === NO_ENTRY) {
        abouts.letGo(number)
        units.letGo(unitNumber)
        return null
      }
      const described = describe(handle)
      if (isWanted(described)) wanted.set(handle, described)
      return handle
    },
    letGo(handle) {
      if (!keys.has(handle)) return
      abouts.letGo(aboutOfKey(keys.keyOf(handle)))
      units.letGo(unitOf(handle))
      keys.remove(handle)
      wanted.delete(handle)
    },
    kindOf,
    describe,
    wanted: (handle) => wanted.get(handle),
    want(of) {
      isWanted = of
      wanted.clear()
      for (const handle of keys.entries()) {
        const series = describe(handle)
        if (of(series)) wanted.set(handle, series)
      }
    },
    all: () => keys.entries(),
    size: () => keys.size(),
    shared: () => units.size() + abouts.size(),
  }
}

const WHOLE: About = { part: null, instance: null }
