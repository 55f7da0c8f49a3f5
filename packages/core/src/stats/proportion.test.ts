import { describe, expect, it } from 'vitest'
import { proportionAtLeast } from './proportion.ts'
import { seededRandom } from './random.ts'

describe('proportionAtLeast', () => {
  it('says little from few observations and nearly the share from many', () => {
    expect(proportionAtLeast(4, 20, 1.645)).toBeCloseTo(0.0936, 3)
    expect(proportionAtLeast(40_000, 200_000, 1.645)).toBeCloseTo(0.1985, 3)
  })

  it.each([
    [0, 0],
    [0, 50],
  ])('is 0 for %d of %d', (hits, total) => {
    expect(proportionAtLeast(hits, total, 1.645)).toBe(0)
  })

  it('is passed by the true share about as often as 1.645 standard deviations promise, for whole counts', () => {
    const random = seededRandom(11)
    let above = 0
    for (let sample = 0; sample < 2_000; sample++) {
      let hits = 0
      for (let i = 0; i < 60; i++) if (random.next() < 0.1) hits += 1
      if (proportionAtLeast(hits, 60, 1.645) <= 0.1) above += 1
    }
    expect(above / 2_000).toBeGreaterThan(0.91)
    expect(above / 2_000).toBeLessThan(0.99)
  })
})
