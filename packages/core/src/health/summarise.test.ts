import { describe, expect, it } from 'vitest'
import { distributionOf, emptyDistribution } from '../stats/index.ts'
import { summariseTimes } from './summarise.ts'

describe('summariseTimes', () => {
  it('is all zero where nothing was measured', () => {
    expect(new Set(Object.values(summariseTimes(emptyDistribution)))).toEqual(new Set([0]))
  })

  it('keeps count and extremes exactly and percentiles within a bucket', () => {
    const times = summariseTimes(distributionOf(Array.from({ length: 100 }, (_, i) => i + 1)))
    expect(times).toMatchObject({ count: 100, maxMs: 100 })
    expect(times.meanMs).toBeCloseTo(50.5, 6)
    expect(Math.abs(times.p90Ms - 90)).toBeLessThan(1)
  })
})
