/** Goal: quantiles calibrate themselves and leave chance out. Method: normal errors of known spread, seeded. */
import { describe, expect, test } from 'vitest'
import { standardNormalQuantile } from '../normal.ts'
import { seededRandom } from '../random.ts'
import {
  errorQuantiles,
  interpolate,
  learnSpread,
  LEVELS,
  LEVEL_SCORES,
  noSpread,
  type Spread,
} from './spread.ts'

function learned(
  before: Spread,
  { times, sigma, chance, seed }: { times: number; sigma: number; chance: number; seed: number },
): Spread {
  const random = seededRandom(seed)
  let spread = before
  for (let i = 0; i < times; i += 1)
    spread = learnSpread(spread, sigma * standardNormalQuantile(random.next()), chance)
  return spread
}

describe('The quantiles of normal errors', () => {
  test.each([0.02, 0.3, 2])('of %s are on average the true ones.', (sigma) => {
    const seeds = Array.from({ length: 40 }, (_, i) => i)
    const found = seeds.map((seed) =>
      errorQuantiles(learned(noSpread, { times: 600, sigma, chance: 0, seed })),
    )
    for (const [i, score] of LEVEL_SCORES.entries()) {
      const mean = found.reduce((sum, quantiles) => sum + (quantiles[i] ?? 0) / found.length, 0)
      expect(Math.abs(mean - score * sigma), String(LEVELS[i])).toBeLessThan(0.3 * sigma)
    }
  })

  test('fit again within fifty errors when these become five times as large.', () => {
    const calm = learned(noSpread, { times: 1_000, sigma: 0.1, chance: 0, seed: 1 })
    const wild = errorQuantiles(learned(calm, { times: 50, sigma: 0.5, chance: 0, seed: 2 }))
    expect(wild[LEVELS.indexOf(0.9)]).toBeGreaterThan(0.4)
  })

  test('are nothing where all of them is chance, and what is left where half is.', () => {
    const all = errorQuantiles(learned(noSpread, { times: 2_000, sigma: 0.1, chance: 0.01, seed: 5 }))
    expect(Math.abs(all[LEVELS.indexOf(0.9)] ?? 1)).toBeLessThan(0.05)
    const half = errorQuantiles(learned(noSpread, { times: 2_000, sigma: 0.1, chance: 0.005, seed: 5 }))
    expect(half[LEVELS.indexOf(0.9)]).toBeGreaterThan(0.06)
    expect(half[LEVELS.indexOf(0.9)]).toBeLessThan(0.12)
  })
})

test('Between levels the quantile lies between, and beyond the last it goes on rising.', () => {
  const levels = [1, 2, 3, 4, 5, 6, 7]
  for (const [i, level] of LEVELS.entries()) expect(interpolate(levels, level)).toBeCloseTo(levels[i] ?? 0)
  expect(interpolate(levels, 0.85)).toBeGreaterThan(4)
  expect(interpolate(levels, 0.85)).toBeLessThan(5)
  expect(interpolate(levels, 0.999)).toBeGreaterThan(7)
  expect(interpolate(levels, 1)).toBe(interpolate(levels, 0.999))
})
