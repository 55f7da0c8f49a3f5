/**
 * Follows the load that instances are planned for. Independent arrivals come in random numbers, so the rate
 * that was last planned for stays until what is counted differs from it by more than chance explains: upwards
 * within seconds where the difference is large, within minutes where it is small; downwards more slowly. A
 * constant load therefore settles, and nothing is planned anew while it lasts.
 */
import type { Span } from '../health/index.ts'
import { epochMs, perSecond, type DurationMs, type EpochMs, type PerSecond } from '../units/index.ts'

interface LoadCell {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly arrivals: number
}

export interface RecentLoad {
  /** Oldest first: short cells of the last minute, before them cells of a minute. */
  readonly cells: readonly LoadCell[]
  /** Null until enough was seen for a first rate. */
  readonly followed: FollowedLoad | null
}

interface FollowedLoad {
  readonly rate: PerSecond
  /** Since when the load has been taken for the same. */
  readonly since: EpochMs
  /** How much of that time the rate is the mean of. */
  readonly basedOnMs: number
}

/**
 * A difference counts in a window when it is this many standard deviations of chance. The shorter the
 * window, the more of them there are in an hour, and the rarer each must be misled.
 */
interface Watch {
  readonly windowMs: number
  readonly significant: number
}

/** A rise is looked for in all of these, so that a steep one is seen at once and a slight one in the end. */
const RISES: readonly Watch[] = [
  { windowMs: 15_000, significant: 4.5 },
  { windowMs: 60_000, significant: 4.5 },
  { windowMs: 300_000, significant: 4 },
]
/** Too little costs more than too much, so a fall has to last. */
const FALLS: readonly Watch[] = [
  { windowMs: 120_000, significant: 5 },
  { windowMs: 600_000, significant: 5 },
]
const MEMORY_MS = 600_000
const FINE_MEMORY_MS = 60_000
const FINE_CELL_MS = 5_000
const COARSE_CELL_MS = 60_000

/** A trend is looked for with each tick, as the shortest rise is. */
const SIGNIFICANT_TREND = 4.5
const TREND_MS = 45_000
/** Real clients are less regular than independent ones: what differs by less than this share is the same load. */
const SAME_SHARE = 0.05
/**
 * Planned for is so many standard deviations above what was found: of what it was found from, and, however
 * long that was, of what a rise goes unnoticed in.
 */
const MARGIN = 2
const UNNOTICED_MS = 300_000
/** Before so much was seen a rate says little. */
const ENOUGH_MS = 30_000

export const noLoad: RecentLoad = { cells: [], followed: null }

/** `horizon` is how far ahead a trend is followed: until an instance that is ordered now can serve. */
export function observeLoad(
  recent: RecentLoad,
  span: Span,
  arrivals: number,
  horizon: DurationMs,
): RecentLoad {
  const cells = addCell(recent.cells, { from: span.from, to: span.to, arrivals })
  return { cells, followed: follow(recent.followed, cells, span.to, horizon) }
}

/** What instances must be ready for; null while too little was seen. */
export function loadToPlanFor({ followed }: RecentLoad): PerSecond | null {
  if (followed === null) return null
  const { rate, basedOnMs } = followed
  return perSecond(rate + MARGIN * Math.sqrt((rate * 1_000) / Math.min(basedOnMs, UNNOTICED_MS)))
}

function addCell(cells: readonly LoadCell[], cell: LoadCell): readonly LoadCell[] {
  const kept: LoadCell[] = []
  for (const next of [...cells, cell]) {
    if (next.to <= cell.to - MEMORY_MS) continue
    const last = kept.at(-1)
    const most = next.to <= cell.to - FINE_MEMORY_MS ? COARSE_CELL_MS : FINE_CELL_MS
    if (last !== undefined && last.to === next.from && next.to - last.from <= most)
      kept[kept.length - 1] = { from: last.from, to: next.to, arrivals: last.arrivals + next.arrivals }
    else kept.push(next)
  }
  return kept
}

function follow(
  followed: FollowedLoad | null,
  cells: readonly LoadCell[],
  now: EpochMs,
  horizon: DurationMs,
): FollowedLoad | null {
  const anew = (rate: number, basedOnMs: number): FollowedLoad => ({
    rate: perSecond(rate),
    since: epochMs(now - basedOnMs),
    basedOnMs,
  })
  if (followed === null) {
    const all = countSince(cells, epochMs(now - MEMORY_MS))
    return all.ms < ENOUGH_MS ? null : anew(rateOf(all), all.ms)
  }
  const rises = RISES.map((watch) => ({ ...watch, count: countSince(cells, epochMs(now - watch.windowMs)) }))
  const risen = rises
    .filter(({ count, significant }) => deviation(count, followed.rate) > significant)
    .map(({ count }) => anew(rateOf(count), count.ms))
  const ahead = rateAhead(cells, now, horizon)
  if (ahead !== null && ahead > followed.rate * (1 + SAME_SHARE)) risen.push(anew(ahead, TREND_MS))
  const [highest] = risen.toSorted((a, b) => b.rate - a.rate)
  if (highest !== undefined) return highest
  const surely = Math.max(...rises.map(({ count, significant }) => surelyAtLeast(count, significant)))
  for (const { windowMs, significant } of FALLS) {
    // What came before the last change says nothing of the load since.
    if (now - windowMs < followed.since) continue
    const count = countSince(cells, epochMs(now - windowMs))
    if (count.ms >= windowMs && deviation(count, followed.rate) < -significant)
      return anew(Math.min(followed.rate, Math.max(rateOf(count), surely)), windowMs)
  }
  return refined(followed, cells, now)
}

/** The longer a load lasts the better its rate is known; it is looked at again whenever that time has doubled. */
function refined(followed: FollowedLoad, cells: readonly LoadCell[], now: EpochMs): FollowedLoad {
  const { since, basedOnMs } = followed
  const seenMs = now - since
  if (seenMs < 2 * basedOnMs || seenMs > MEMORY_MS) return followed
  return { rate: perSecond(rateOf(countSince(cells, since))), since, basedOnMs: seenMs }
}

interface Count {
  readonly arrivals: number
  readonly ms: number
}

const rateOf = ({ arrivals, ms }: Count): number => (ms === 0 ? 0 : (arrivals * 1_000) / ms)

function countSince(cells: readonly LoadCell[], from: EpochMs): Count {
  let arrivals = 0
  let ms = 0
  for (const cell of cells) {
    if (cell.to <= from) continue
    arrivals += cell.arrivals
    ms += cell.to - cell.from
  }
  return { arrivals, ms }
}

/**
 * By how many standard deviations of chance the count differs from what the rate lets expect; 0 where it is
 * as good as the same. The square root makes the spread of a count of independent arrivals ½, whatever its
 * mean (F. J. Anscombe 1948).
 */
function deviation(count: Count, rate: number): number {
  const expected = (rate * count.ms) / 1_000
  if (Math.abs(count.arrivals - expected) <= SAME_SHARE * expected) return 0
  return 2 * (Math.sqrt(count.arrivals + 0.375) - Math.sqrt(expected + 0.375))
}

function surelyAtLeast({ arrivals, ms }: Count, significant: number): number {
  const root = Math.max(0, Math.sqrt(arrivals) - significant / 2)
  return rateOf({ arrivals: root ** 2, ms })
}

/** Where the last minute's rates lead to at the horizon; null unless they lead somewhere beyond chance. */
function rateAhead(cells: readonly LoadCell[], now: EpochMs, horizon: DurationMs): number | null {
  const minute = cells.filter((cell) => cell.to > now - FINE_MEMORY_MS)
  const count = countSince(minute, epochMs(now - FINE_MEMORY_MS))
  if (count.ms < TREND_MS) return null
  const rate = rateOf(count)
  const seconds = count.ms / 1_000
  const slope = slopeOf(minute, rate)
  // The slope through independent arrivals of a constant rate has the variance 12·rate/T³.
  if (slope <= SIGNIFICANT_TREND * Math.sqrt((12 * rate) / seconds ** 3)) return null
  return rate + slope * (seconds / 2 + horizon / 1_000)
}

/** Least squares through the cells' rates, in 1/s². */
function slopeOf(cells: readonly LoadCell[], rate: number): number {
  const origin = cells[0]?.from ?? 0
  const middle = ({ from, to }: LoadCell): number => (from + to) / 2 - origin
  const weight = cells.reduce((sum, { from, to }) => sum + to - from, 0)
  const mean = cells.reduce((sum, cell) => sum + (cell.to - cell.from) * middle(cell), 0) / weight
  let across = 0
  let spread = 0
  for (const cell of cells) {
    const ms = cell.to - cell.from
    const at = middle(cell) - mean
    across += at * (cell.arrivals - (rate * ms) / 1_000)
    spread += ms * at * at
  }
  return spread === 0 ? 0 : (across * 1_000 * 1_000) / spread
}
