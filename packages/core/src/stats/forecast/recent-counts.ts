/**
 * The counts of the last minute and a half, finer towards the present: the windows in which a rise is looked
 * for, and those in which forecasts are compared with what came. A gap stays a gap.
 */
import { epochMs, type EpochMs } from '../../units/index.ts'
import type { Count } from './chance.ts'
import { short } from './short-number.ts'

/** Time before it that was not seen, its length, arrivals: a tuple, as there are many of them in a state. */
type Cell = readonly [gapMs: number, ms: number, arrivals: number]

export interface RecentCounts {
  readonly until: EpochMs
  /** Oldest first. */
  readonly cells: readonly Cell[]
}

export const nothingCounted: RecentCounts = { until: epochMs(0), cells: [] }

const RECENT_MS = 90_000
const FINE_MS = 16_000
const FINE_CELL_MS = 1_000
const COARSE_CELL_MS = 5_000

export function addCount(
  { until, cells }: RecentCounts,
  { from, to, arrivals }: { readonly from: EpochMs; readonly to: EpochMs; readonly arrivals: number },
): RecentCounts {
  const gapMs = cells.length === 0 ? 0 : from - until
  const kept: Cell[] = []
  // Time since the cell's end, which falls while the list is read towards the present.
  let ago = gapMs + (to - from)
  for (const cell of cells) ago += cell[0] + cell[1]
  for (const cell of cells) {
    ago -= cell[0] + cell[1]
    if (ago <= RECENT_MS) keep(kept, cell, ago)
  }
  keep(kept, [gapMs, to - from, short(arrivals)], 0)
  return { until: to, cells: kept }
}

/** With the cell before it where both together are still short enough. */
function keep(kept: Cell[], cell: Cell, ago: number): void {
  const last = kept.at(-1)
  const most = ago >= FINE_MS ? COARSE_CELL_MS : FINE_CELL_MS
  if (last !== undefined && cell[0] === 0 && last[1] + cell[1] <= most)
    kept[kept.length - 1] = [last[0], last[1] + cell[1], short(last[2] + cell[2])]
  else kept.push(cell)
}

/** The latest counts: of at least so long, or of all that was seen within twice that time. */
export function countLatest({ cells }: RecentCounts, atLeastMs: number): Count {
  let ms = 0
  let arrivals = 0
  let ago = 0
  for (let i = cells.length - 1; i >= 0 && ms < atLeastMs; i -= 1) {
    const cell = cells[i]
    if (cell === undefined || ago >= 2 * atLeastMs) break
    ms += cell[1]
    arrivals += cell[2]
    ago += cell[0] + cell[1]
  }
  return { arrivals, ms }
}

/** What was seen between two instants; of a cell that is partly within, that share. */
export function countBetween({ until, cells }: RecentCounts, from: number, to: number): Count {
  let ms = 0
  let arrivals = 0
  let end: number = until
  for (let i = cells.length - 1; i >= 0 && end > from; i -= 1) {
    const [gap, length, count] = cells[i] ?? [0, 0, 0]
    const within = Math.min(end, to) - Math.max(end - length, from)
    if (within > 0) {
      ms += within
      arrivals += (count * within) / length
    }
    end -= length + gap
  }
  return { arrivals, ms }
}

/** The straight line through the rates of the last so many milliseconds. */
export interface Line {
  readonly count: Count
  /** In 1/s². */
  readonly slope: number
}

/** Least squares, each cell with its length as weight. */
export function lineThrough({ cells }: RecentCounts, overMs: number): Line {
  let ms = 0
  let arrivals = 0
  let end = 0
  let first = cells.length
  let meanAt = 0
  while (first > 0 && ms < overMs && end > -2 * overMs) {
    first -= 1
    const [gap, length, count] = cells[first] ?? [0, 0, 0]
    meanAt += length * (end - length / 2)
    ms += length
    arrivals += count
    end -= length + gap
  }
  if (ms === 0) return { count: { arrivals, ms }, slope: 0 }
  meanAt /= ms
  const rate = arrivals / ms
  let across = 0
  let spread = 0
  for (let i = cells.length - 1, at = 0; i >= first; i -= 1) {
    const [gap, length, count] = cells[i] ?? [0, 0, 0]
    const distance = at - length / 2 - meanAt
    across += distance * (count - rate * length)
    spread += length * distance * distance
    at -= length + gap
  }
  return { count: { arrivals, ms }, slope: spread === 0 ? 0 : (across * 1_000_000) / spread }
}
