/**
 * Which of a table's series changed since when, some at a time: where few are told of, little is to be stored, and the
 * names of series, which are most of it, only where there are others.
 */
import type { SeriesHandle } from './series-index.ts'

export interface SeriesPages {
  /** The series was told of. */
  isTold(handle: SeriesHandle): void
  /** The handle stands for another series, or for none, or the series stands somewhere for the first time. */
  isOther(handle: SeriesHandle): void
  allAreNew(): void
  /** What changes from now on is of the next version. The one that ends. */
  next(): number
  changed(since: number): readonly number[]
  /** Whether there are other series in it. */
  isNew(page: number, since: number): boolean
  handlesIn(page: number): readonly SeriesHandle[]
}

const PAGE_BITS = 7
const PAGE = 1 << PAGE_BITS

export function createSeriesPages(): SeriesPages {
  let version = 0
  /** When each page was told of last, and when it was of other series last. */
  let told: Float64Array<ArrayBuffer> = new Float64Array(8)
  let other: Float64Array<ArrayBuffer> = new Float64Array(8)
  let pages = 0
  const widened = (before: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
    const wider = new Float64Array(pages * 2)
    wider.set(before)
    return wider
  }
  return {
    isTold: (handle) => void (told[handle >> PAGE_BITS] = version),
    isOther(handle) {
      const page = handle >> PAGE_BITS
      pages = Math.max(pages, page + 1)
      if (pages > told.length) {
        told = widened(told)
        other = widened(other)
      }
      told[page] = version
      other[page] = version
    },
    allAreNew() {
      told.fill(version)
      other.fill(version)
    },
    next: () => version++,
    changed: (since) =>
      Array.from({ length: pages }, (_, page) => page).filter((page) => (told[page] ?? 0) > since),
    isNew: (page, since) => (other[page] ?? 0) > since,
    handlesIn: (page) => Array.from({ length: PAGE }, (_, i) => page * PAGE + i),
  }
}
