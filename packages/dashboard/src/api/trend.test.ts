import { describe, expect, it } from 'vitest'
import { extendTrend, TREND_SPAN_MS, trendFrom } from './trend.ts'
import type { Trend } from './trend.ts'

const start = Date.UTC(2026, 4, 4, 14)
const at = (second: number, p90Ms: number | null) => ({
  at: new Date(start + second * 1_000).toISOString(),
  p90Ms,
})

describe('a trend', () => {
  it('keeps the worst value of each five seconds', () => {
    const trend = [at(0, 40), at(1, 90), at(2, 60), at(5, 50)].reduce<Trend>(extendTrend, [])
    expect(trend.map(({ p90Ms }) => p90Ms)).toEqual([90, 50])
  })

  it('takes a measured value over none in the same five seconds, and keeps a lone gap', () => {
    const trend = [at(0, null), at(1, 30), at(5, null)].reduce<Trend>(extendTrend, [])
    expect(trend.map(({ p90Ms }) => p90Ms)).toEqual([30, null])
  })

  it('forgets what is older than its span', () => {
    const trend = [at(0, 10), at(TREND_SPAN_MS / 1_000 + 5, 20)].reduce<Trend>(extendTrend, [])
    expect(trend.map(({ p90Ms }) => p90Ms)).toEqual([20])
  })

  it('ignores what comes late and what has no time', () => {
    const trend = extendTrend([], at(10, 20))
    expect(extendTrend(trend, at(1, 90))).toBe(trend)
    expect(extendTrend(trend, { at: 'never', p90Ms: 1 })).toBe(trend)
  })

  it('joins history with what came in live while the history was on its way', () => {
    const live = [at(5, 70), at(10, 80)].reduce<Trend>(extendTrend, [])
    expect(trendFrom([at(0, 60), at(5, 65)], live).map(({ p90Ms }) => p90Ms)).toEqual([60, 65, 80])
  })
})
