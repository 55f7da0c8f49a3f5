/**
 * The short past of a service's p90 response time, for its sparkline: at most one value for each bucket of
 * time, the worst one, so that a list of ten thousand services stays small in memory.
 */
import type { HistoryPoint } from '../../../server/src/http/api.ts'

interface TrendValue {
  /** Start of the bucket. */
  readonly atMs: number
  readonly p90Ms: number | null
}

export type Trend = readonly TrendValue[]

export const TREND_SPAN_MS = 300_000

/** 60 values a line: about one for each two pixels of a sparkline. */
const BUCKET_MS = 5_000

type Point = Pick<HistoryPoint, 'at' | 'p90Ms'>

export function extendTrend(trend: Trend, point: Point): Trend {
  const at = Date.parse(point.at)
  if (Number.isNaN(at)) return trend
  const bucket = Math.floor(at / BUCKET_MS) * BUCKET_MS
  const last = trend.at(-1)
  if (last !== undefined && bucket < last.atMs) return trend
  const rest = last?.atMs === bucket ? trend.slice(0, -1) : trend
  const p90Ms = last?.atMs === bucket ? worse(last.p90Ms, point.p90Ms) : point.p90Ms
  const oldest = bucket - TREND_SPAN_MS
  return [...rest.filter((value) => value.atMs > oldest), { atMs: bucket, p90Ms }]
}

/** The trend of a history, with what came in live while the history was on its way. */
export function trendFrom(points: readonly Point[], live: Trend): Trend {
  const past = points.reduce<Trend>(extendTrend, [])
  const after = past.at(-1)?.atMs ?? 0
  return [...past, ...live.filter((value) => value.atMs > after)]
}

function worse(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.max(one, other)
}
