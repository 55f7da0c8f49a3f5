/**
 * What was counted of one subject, by time: cells of two seconds, and the same added up in ever longer ones, so
 * that any consumer's interval is the sum of few of them, whatever others ask for (H1.18). A tally belongs to the
 * cell of its instant, also when it comes late; times that do not touch never share one.
 */
import { epochMs, type DurationMs, type EpochMs } from '../units/index.ts'
import type { Tally } from './tally.ts'
import { createTallySum, packTally, type PackedTally } from './tally-sum.ts'

/** How long cells are, and for how long they are kept (H1.23). */
export interface Resolution {
  readonly ms: number
  readonly keptMs: number
  /** False of cells that only make reading quick. */
  readonly isStored: boolean
}

export const CELL_MS = 2_000
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

/** The finest that is still kept of a time so long ago. */
const finestAfter = (ageMs: number): Resolution | undefined =>
  RESOLUTIONS.find(({ keptMs }) => ageMs <= keptMs)

/** The edge of the cells that are kept of that time, at it or before; null where none is kept. */
export function cellEdge(at: EpochMs, now: EpochMs): EpochMs | null {
  const finest = finestAfter(now - at)
  return finest === undefined ? null : epochMs(Math.floor(at / finest.ms) * finest.ms)
}

/** Whether intervals of this length still begin where a cell does after so long; among the shortest any may begin. */
export function isOnEdge(length: DurationMs, ageMs: number): boolean {
  const finest = finestAfter(ageMs)
  return finest !== undefined && (finest.ms === CELL_MS || length % finest.ms === 0)
}

export interface Timeline {
  /** `lengthMs` is that of one of the cells; without it the shortest holds the instant. */
  readonly add: (at: EpochMs, tally: Tally, lengthMs?: number) => void
  /**
   * All cells that begin in [from, to), so that intervals that follow one another share none and miss none. Where
   * only longer cells are kept, both lie on their edges.
   */
  readonly read: (from: EpochMs, to: EpochMs) => Tally
  /** The end of the latest cell that anything was counted in; null before anything was. */
  readonly latest: () => EpochMs | null
  /** Lets go of what is older than it is kept for, once longer cells hold it. */
  readonly forget: (now: EpochMs) => void
}

interface Level {
  readonly resolution: Resolution
  /** What was counted in cells of this length, and in shorter ones that are gone. */
  readonly own: Map<number, PackedTally>
  /** With what shorter cells hold, as it was last asked for; null for nothing. */
  readonly sums: Map<number, PackedTally | null>
  /** Before this nothing is left here. */
  goneBefore: number
}

const cellEnd = (at: EpochMs): number => (Math.floor(at / CELL_MS) + 1) * CELL_MS

export function createTimeline(): Timeline {
  const levels = RESOLUTIONS.map((resolution): Level => ({
    resolution,
    own: new Map(),
    sums: new Map(),
    goneBefore: -Infinity,
  }))
  let [oldest, newest] = [Infinity, -Infinity]
  const cellOf = (depth: number, place: number): PackedTally | null => {
    const level = levels[depth]
    if (level === undefined) return null
    const { ms } = level.resolution
    if ((place + 1) * ms <= oldest || place * ms > newest) return null
    if (depth === 0) return level.own.get(place) ?? null
    const known = level.sums.get(place)
    if (known !== undefined) return known
    const shorter = levels[depth - 1]?.resolution.ms ?? ms
    const within = Array.from({ length: ms / shorter }, (_, i) =>
      cellOf(depth - 1, (place * ms) / shorter + i),
    )
    const sum = summed([level.own.get(place) ?? null, ...within])
    level.sums.set(place, sum)
    return sum
  }
  return {
    add: (at, tally, lengthMs = CELL_MS) => {
      oldest = Math.min(oldest, at)
      newest = Math.max(newest, at)
      const packed = packTally(tally)
      for (const { resolution, own, sums } of levels) {
        const place = Math.floor(at / resolution.ms)
        sums.delete(place)
        if (resolution.ms === lengthMs) own.set(place, summed([own.get(place) ?? null, packed]) ?? packed)
      }
    },
    read: (from, to) => {
      const sum = createTallySum()
      visit({ depth: levels.length - 1, from, to }, (depth, place) => {
        const cell = cellOf(depth, place)
        if (cell !== null) sum.add(cell)
      })
      return sum.total()
    },
    latest: () => (newest === -Infinity ? null : epochMs(cellEnd(epochMs(newest)))),
    forget: (now) => {
      for (const [depth, level] of levels.entries()) forgetAt(levels, { depth, level, now, cellOf })
    },
  }
}

interface Forgetting {
  readonly depth: number
  readonly level: Level
  readonly now: EpochMs
  readonly cellOf: (depth: number, place: number) => PackedTally | null
}

/** What one longer cell holds goes as a whole, and stays in that. */
function forgetAt(levels: readonly Level[], { depth, level, now, cellOf }: Forgetting): void {
  const { ms, keptMs } = level.resolution
  const longer = levels[depth + 1]
  const edge = longer?.resolution.ms ?? ms
  const before = Math.floor((now - keptMs) / edge) * edge
  if (before <= level.goneBefore) return
  level.goneBefore = before
  const isGone = (place: number): boolean => (place + 1) * ms <= before
  if (longer !== undefined) {
    const holders = new Set(
      [...level.own.keys()].filter(isGone).map((place) => Math.floor((place * ms) / edge)),
    )
    for (const place of holders) {
      const sum = cellOf(depth + 1, place)
      if (sum !== null) longer.own.set(place, sum)
    }
  }
  for (const place of level.own.keys()) if (isGone(place)) level.own.delete(place)
  for (const place of level.sums.keys()) if (isGone(place)) level.sums.delete(place)
}

/** Null where there is nothing to add up. */
function summed(cells: readonly (PackedTally | null)[]): PackedTally | null {
  const [first, ...others] = cells.filter((cell) => cell !== null)
  if (first === undefined) return null
  if (others.length === 0) return first
  const sum = createTallySum()
  for (const cell of [first, ...others]) sum.add(cell)
  return packTally(sum.total())
}

interface Looked {
  readonly depth: number
  readonly from: number
  readonly to: number
}

/**
 * Goes through the fewest cells that make up the time: the longest that fit in the middle, ever shorter ones to
 * both ends.
 */
function visit({ depth, from, to }: Looked, onCell: (depth: number, place: number) => void): void {
  const resolution = RESOLUTIONS[depth]
  if (resolution === undefined || from >= to) return
  const { ms } = resolution
  // Of the finest cells those belong to the time that begin in it.
  const first = Math.ceil(from / ms)
  const last = depth === 0 ? Math.ceil(to / ms) : Math.floor(to / ms)
  const finer = depth - 1
  if (depth > 0 && first >= last) return visit({ depth: finer, from, to }, onCell)
  visit({ depth: finer, from, to: first * ms }, onCell)
  for (let place = first; place < last; place++) onCell(depth, place)
  visit({ depth: finer, from: last * ms, to }, onCell)
}
