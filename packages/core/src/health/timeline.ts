/**
 * What was counted of one subject, by time: cells of two seconds, and the same added up in ever longer ones, so
 * that any consumer's interval is the sum of few of them, whatever others ask for (H1.18). A tally belongs to the
 * cell of its instant, also when it comes late; times that do not touch never share one.
 */
import { epochMs, type EpochMs } from '../units/index.ts'
import type { Tally } from './tally.ts'
import { createTallySum, packTally, type PackedTally } from './tally-sum.ts'

/** How long cells are, and for how long they are kept (H1.23). */
export interface Resolution {
  readonly ms: number
  readonly keptMs: number
  /** False of cells that only make reading quick. */
  readonly isStored: boolean
}

const CELL_MS = 2_000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Each divides the next one. */
export const RESOLUTIONS: readonly Resolution[] = [
  { ms: CELL_MS, keptMs: HOUR_MS, isStored: true },
  { ms: 10_000, keptMs: HOUR_MS, isStored: false },
  { ms: MINUTE_MS, keptMs: DAY_MS, isStored: true },
  { ms: 10 * MINUTE_MS, keptMs: 31 * DAY_MS, isStored: true },
  { ms: HOUR_MS, keptMs: 731 * DAY_MS, isStored: true },
]

/** The edge of the cells that are kept of that time, at it or before; null where none is kept. */
export function cellEdge(at: EpochMs, now: EpochMs): EpochMs | null {
  const finest = RESOLUTIONS.find(({ keptMs }) => now - at <= keptMs)
  return finest === undefined ? null : epochMs(Math.floor(at / finest.ms) * finest.ms)
}

export interface Timeline {
  readonly add: (at: EpochMs, tally: Tally) => void
  /**
   * All cells that begin in [from, to), so that intervals that follow one another share none and miss none. Where
   * only longer cells are kept, both lie on their edges.
   */
  readonly read: (from: EpochMs, to: EpochMs) => Tally
  /** The end of the latest cell that anything was counted in; null before anything was. */
  readonly latest: () => EpochMs | null
  /** Lets go of what is older than it is kept for. */
  readonly forget: (now: EpochMs) => void
}

const cellEnd = (at: EpochMs): number => (Math.floor(at / CELL_MS) + 1) * CELL_MS

export function createTimeline(): Timeline {
  const levels = RESOLUTIONS.map((resolution) => ({
    resolution,
    cells: new Map<number, PackedTally>(),
    oldest: Infinity,
  }))
  let latest: EpochMs | null = null
  return {
    add: (at, tally) => {
      const packed = packTally(tally)
      latest = epochMs(Math.max(latest ?? 0, cellEnd(at)))
      for (const level of levels) {
        const place = Math.floor(at / level.resolution.ms)
        level.cells.set(place, joined(level.cells.get(place), packed))
        level.oldest = Math.min(level.oldest, place)
      }
    },
    read: (from, to) => {
      const sum = createTallySum()
      visit(levels, levels.length - 1, from, to, sum.add)
      return sum.total()
    },
    latest: () => latest,
    forget: (now) => {
      for (const level of levels) {
        const kept = Math.floor((now - level.resolution.keptMs) / level.resolution.ms)
        if (level.oldest >= kept) continue
        for (const place of level.cells.keys()) if (place < kept) level.cells.delete(place)
        level.oldest = kept
      }
    },
  }
}

function joined(before: PackedTally | undefined, tally: PackedTally): PackedTally {
  if (before === undefined) return tally
  const sum = createTallySum()
  sum.add(before)
  sum.add(tally)
  return packTally(sum.total())
}

interface Level {
  readonly resolution: Resolution
  readonly cells: ReadonlyMap<number, PackedTally>
}

/**
 * Goes through the fewest cells that make up the time: the longest that fit in the middle, ever shorter ones to
 * both ends.
 */
function visit(
  levels: readonly Level[],
  depth: number,
  from: number,
  to: number,
  onCell: (tally: PackedTally) => void,
): void {
  const level = levels[depth]
  if (level === undefined || from >= to) return
  const { ms } = level.resolution
  // Of the finest cells those belong to the time that begin in it.
  const first = Math.ceil(from / ms)
  const last = depth === 0 ? Math.ceil(to / ms) : Math.floor(to / ms)
  if (depth > 0 && first >= last) return visit(levels, depth - 1, from, to, onCell)
  visit(levels, depth - 1, from, first * ms, onCell)
  for (let place = first; place < last; place++) {
    const cell = level.cells.get(place)
    if (cell !== undefined) onCell(cell)
  }
  visit(levels, depth - 1, last * ms, to, onCell)
}
