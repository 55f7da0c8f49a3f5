/**
 * Estimates the load that instances must be ready for: the rate of the last minute, its trend where one is
 * significant against the noise of independent arrivals, and a burst of the last seconds at once.
 */
import type { Span } from '../health/index.ts'
import { epochMs, perSecond, type DurationMs, type EpochMs, type PerSecond } from '../units/index.ts'

interface LoadCell {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly arrivals: number
}

/** Oldest first. */
export type RecentLoad = readonly LoadCell[]

export interface LoadEstimate {
  /** What is expected at the horizon. */
  readonly expected: PerSecond
  /** What is planned for: a standard deviation above, since having too little costs more than too much. */
  readonly upper: PerSecond
  /** True when the last seconds stand out and are planned for as they are. */
  readonly burst: boolean
}

const MEMORY_MS = 60_000
const BURST_MS = 15_000
/** Spans shorter than this are put together, so that the memory holds few cells however fast the loop ticks. */
const CELL_MS = 2_000

/** A trend or a burst counts when it is this many standard deviations from none. */
const SIGNIFICANT = 2
/** Standard deviations planned for above what is expected. */
const UPPER = 1
/** A trend over fewer seconds than this is only noise. */
const TREND_MIN_MS = 30_000

export const noLoad: RecentLoad = []

export function observeLoad(recent: RecentLoad, span: Span, arrivals: number): RecentLoad {
  const kept = recent.filter((cell) => cell.to > span.to - MEMORY_MS)
  const newest = kept.at(-1)
  if (newest !== undefined && newest.to === span.from && span.to - newest.from <= CELL_MS) {
    return [...kept.slice(0, -1), { from: newest.from, to: span.to, arrivals: newest.arrivals + arrivals }]
  }
  return [...kept, { from: span.from, to: span.to, arrivals }]
}

export function estimateLoad(recent: RecentLoad, now: EpochMs, horizon: DurationMs): LoadEstimate | null {
  const long = rateSince(recent, epochMs(now - MEMORY_MS))
  const last = rateSince(recent, epochMs(now - BURST_MS))
  if (long === null || last === null) return null
  const burst = last.rate > long.rate + SIGNIFICANT * Math.sqrt(Math.max(long.rate, last.rate) / last.seconds)
  const ahead = long.rate + trend(recent, long.rate, long.seconds) * (long.seconds / 2 + horizon / 1_000)
  const expected = Math.max(0, ahead, burst ? last.rate : 0)
  const seconds = burst ? last.seconds : long.seconds
  return {
    expected: perSecond(expected),
    upper: perSecond(expected + UPPER * Math.sqrt(expected / seconds)),
    burst,
  }
}

function rateSince(
  recent: RecentLoad,
  from: EpochMs,
): { readonly rate: number; readonly seconds: number } | null {
  let arrivals = 0
  let ms = 0
  for (const cell of recent) {
    if (cell.to <= from) continue
    arrivals += cell.arrivals
    ms += cell.to - cell.from
  }
  return ms === 0 ? null : { rate: (arrivals * 1_000) / ms, seconds: ms / 1_000 }
}

/** Least squares through the cells' rates; 0 unless it stands out of Poisson noise, whose slope has variance 12·rate/T³. */
function trend(recent: RecentLoad, rate: number, seconds: number): number {
  if (seconds * 1_000 < TREND_MIN_MS) return 0
  const origin = recent[0]?.from ?? 0
  let weight = 0
  let meanAt = 0
  for (const cell of recent) {
    const ms = cell.to - cell.from
    weight += ms
    meanAt += ms * ((cell.from + cell.to) / 2 - origin)
  }
  meanAt /= weight
  let across = 0
  let spread = 0
  for (const cell of recent) {
    const ms = cell.to - cell.from
    const at = (cell.from + cell.to) / 2 - origin - meanAt
    across += at * (cell.arrivals - (rate * ms) / 1_000)
    spread += ms * at * at
  }
  if (spread === 0) return 0
  const slope = (across * 1_000 * 1_000) / spread
  return Math.abs(slope) > SIGNIFICANT * Math.sqrt((12 * rate) / seconds ** 3) ? slope : 0
}
