/** Which series a source has: the handle of each, what it is, and whether anybody wants to be told of it. */
import { createByteTable, NO_ENTRY } from './byte-table.ts'
import type { About, Series, SeriesKind } from './series.ts'
import { createKeyWriter, keyOfBytes, seriesKey, seriesOfKey } from './series-key.ts'

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
}

const KINDS: readonly SeriesKind[] = ['counter', 'gauge', 'distribution']

/** Of all names and labels of one source together. */
const MAX_KEY_BYTES = 1_073_741_824

export function createSeriesIndex(source: string): SeriesIndex {
  // A handle is the number of its entry; with it is kept of which kind it is, and which of the units it has.
  const keys = createByteTable({ maxEntries: Infinity, maxBytes: MAX_KEY_BYTES })
  const writer = createKeyWriter()
  const units = createUnits()
  const abouts = createAbouts()
  const wanted = new Map<SeriesHandle, Series>()
  let isWanted: (series: Series) => boolean = () => true
  const write = ({ about, name, labels }: NewSeries): number =>
    writer.write(seriesKey(abouts.indexOf(about), name, labels))
  const kindOf = (handle: SeriesHandle): SeriesKind => KINDS[keys.valueOf(handle) % KINDS.length] ?? 'gauge'
  const describe = (handle: SeriesHandle): Series => ({
    source,
    ...seriesOfKey(keyOfBytes(keys.keyOf(handle)), abouts.at),
    kind: kindOf(handle),
    unit: units.at(Math.floor(keys.valueOf(handle) / KINDS.length)),
  })
  return {
    find(series) {
      const length = write(series)
      const entry = keys.find(writer.bytes(), 0, length)
      return entry === NO_ENTRY ? null : entry
    },
    add(series) {
      const length = write(series)
      const value = units.indexOf(series.unit) * KINDS.length + KINDS.indexOf(series.kind)
      const handle = keys.set(writer.bytes(), 0, length, value)
      if (handle === NO_ENTRY) return null
      const described = describe(handle)
      if (isWanted(described)) wanted.set(handle, described)
      return handle
    },
    letGo(handle) {
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
  }
}

interface Units {
  readonly at: (index: number) => string | null
  readonly indexOf: (unit: string | null) => number
}

/** Most series have one of a few. */
function createUnits(): Units {
  const all: (string | null)[] = [null]
  const indices = new Map<string | null, number>([[null, 0]])
  return {
    at: (index) => all[index] ?? null,
    indexOf: (unit) => {
      const known = indices.get(unit)
      if (known !== undefined) return known
      indices.set(unit, all.length)
      return all.push(unit) - 1
    },
  }
}

interface Abouts {
  readonly at: (index: number) => About
  readonly indexOf: (about: About) => number
}

/** Few things are told of by many series. */
function createAbouts(): Abouts {
  const all: About[] = []
  const indices = new Map<string, number>()
  return {
    at: (index) => all[index] ?? { part: null, instance: null },
    indexOf: ({ part, instance }) => {
      const key = `${part ?? ''}/${instance ?? ''}`
      const known = indices.get(key)
      if (known !== undefined) return known
      indices.set(key, all.length)
      return all.push({ part, instance }) - 1
    },
  }
}
