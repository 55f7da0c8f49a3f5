/** The last minutes of a service's p90 against its limit, as a line small enough for a row. */
import type { Trend } from '../api/trend.ts'
import { TREND_SPAN_MS } from '../api/trend.ts'
import { linePath } from './line-path.ts'

const WIDTH = 112
const HEIGHT = 32
/** Room for the line's own width at the top and bottom. */
const EDGE = 2

export function Sparkline({ trend, limitMs }: { readonly trend: Trend; readonly limitMs: number | null }) {
  const highest = Math.max(limitMs ?? 0, ...trend.map(({ p90Ms }) => p90Ms ?? 0))
  const end = trend.at(-1)?.atMs ?? 0
  if (end === 0 || highest === 0) return <span class="spark" aria-hidden="true" />
  const x = (atMs: number): number => WIDTH - ((end - atMs) / TREND_SPAN_MS) * WIDTH
  const y = (ms: number): number => HEIGHT - EDGE - (ms / (highest * 1.05)) * (HEIGHT - 2 * EDGE)
  const path = linePath(trend.map(({ atMs, p90Ms }) => (p90Ms === null ? null : [x(atMs), y(p90Ms)])))
  return (
    <svg
      class="spark"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
      focusable="false"
    >
      {limitMs !== null && <path class="limit" d={`M0 ${y(limitMs).toFixed(1)}H${WIDTH}`} />}
      <path class="line" d={path} />
    </svg>
  )
}
