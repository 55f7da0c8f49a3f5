/** Which series a source has: the handle of each, what it is, and whether anybody wants to be told of it. */
import type { About, Series, SeriesKind } from './series.ts'
import { seriesKey, seriesOfKey } from './series-key.ts'

export type SeriesHandle = number

export type NewSeries = Omit<Series, 'source'>

export interface SeriesIndex {
  /** Null where it is not known. */
  find(series: NewSeries): SeriesHandle | null
  add(series: NewSeries): SeriesHandle
  letGo(handle: SeriesHandle): void
  has(handle: SeriesHandle): boolean
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

export function createSeriesIndex(source: string): SeriesIndex {
  const handles = new Map<string, SeriesHandle>()
  const keys: (string | null)[] = []
  const units: (string | null)[] = []
  const kinds: number[] = []
  const free: SeriesHandle[] = []
  const abouts = createAbouts()
  const wanted = new Map<SeriesHandle, Series>()
  let isWanted: (series: Series) => boolean = () => true
  const keyOf = ({ about, name, labels }: NewSeries): string => seriesKey(abouts.indexOf(about), name, labels)
  const kindOf = (handle: SeriesHandle): SeriesKind => KINDS[kinds[handle] ?? 0] ?? 'gauge'
  const describe = (handle: SeriesHandle): Series => ({
    source,
    ...seriesOfKey(keys[handle] ?? '', abouts.at),
    kind: kindOf(handle),
    unit: units[handle] ?? null,
  })
  return {
    find: (series) => handles.get(keyOf(series)) ?? null,
    add(series) {
      const handle = free.pop() ?? keys.length
      const key = keyOf(series)
      keys[handle] = key
      units[handle] = series.unit
      kinds[handle] = KINDS.indexOf(series.kind)
      handles.set(key, handle)
      const described = describe(handle)
      if (isWanted(described)) wanted.set(handle, described)
      return handle
    },
    letGo(handle) {
      const key = keys[handle] ?? null
      if (key === null) return
      handles.delete(key)
      keys[handle] = null
      wanted.delete(handle)
      free.push(handle)
    },
    has: (handle) => (keys[handle] ?? null) !== null,
    kindOf,
    describe,
    wanted: (handle) => wanted.get(handle),
    want(of) {
      isWanted = of
      wanted.clear()
      for (const handle of handles.values()) {
        const series = describe(handle)
        if (of(series)) wanted.set(handle, series)
      }
    },
    all: () => handles.values(),
    size: () => handles.size,
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
