// Goal: the charts of a watch draw what its minutes say, and nothing of a minute that is not over.
import { describe, expect, it } from 'vitest'
import { watchStats } from '../../../test/shop-watch.ts'
import { updatesChart, updatesSummary, wrongChart } from './minutes-charts.ts'

const NOW = Date.UTC(2026, 4, 4, 14, 30, 20)

describe('the charts of a watch', () => {
  it('show what came beside what was expected and what one interval would take', () => {
    const { timesMs, lines } = updatesChart(watchStats(NOW), NOW)
    expect(timesMs.at(-1)).toBe(Date.UTC(2026, 4, 4, 14, 29))
    expect(lines.map(({ label, drawn }) => [label, drawn.at(-1)])).toEqual([
      ['came', 11_960],
      ['expected', 11_900],
      ['at one interval for all', 672.3 * 60],
    ])
  })

  it('have no third line where clients carry what is known of them', () => {
    const { lines } = updatesChart({ ...watchStats(NOW), fixed: null }, NOW)
    expect(lines.map(({ label }) => label)).toEqual(['came', 'expected'])
    expect(updatesSummary({ ...watchStats(NOW), fixed: null })).toBe(
      '487200 updates in the last hour, 198.4 a second.',
    )
  })

  it('leave a gap where nothing is known', () => {
    const stats = watchStats(NOW)
    const minutes = stats.minutes.map((minute, i) => (i === 3 ? { ...minute, realisedStale: null } : minute))
    expect(wrongChart({ ...stats, minutes }, NOW).lines[0]?.drawn[3]).toBeNull()
  })
})
