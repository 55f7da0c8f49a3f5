// Goal: draws repeat and have the moments they promise. Method: fixed seeds, so that no test can fail by chance.
import { expect, test } from 'vitest'
import { exponential, lognormal, poissonCount, seededRandom } from './random.ts'
import type { Random } from './random.ts'

const DRAWS = 200_000

function moments(draw: (random: Random) => number): { readonly mean: number; readonly variance: number } {
  const random = seededRandom(42)
  const values = Array.from({ length: DRAWS }, () => draw(random))
  const mean = values.reduce((total, value) => total + value, 0) / DRAWS
  return { mean, variance: values.reduce((total, value) => total + (value - mean) ** 2, 0) / DRAWS }
}

test('the same seed gives the same numbers, another seed gives others', () => {
  const draws = (seed: number): readonly number[] => {
    const random = seededRandom(seed)
    return Array.from({ length: 5 }, () => random.next())
  }
  expect(draws(1)).toEqual(draws(1))
  expect(draws(1)).not.toEqual(draws(2))
})

test('numbers of one seed stay the same for ever, so that old recordings replay', () => {
  const random = seededRandom(1)
  expect([random.next(), random.next(), random.next()]).toMatchInlineSnapshot(`
    [
      0.5636717735324055,
      0.5851113414391875,
      0.8959073920268565,
    ]
  `)
})

test('uniform numbers fill the range from 0 to 1 evenly', () => {
  const { mean, variance } = moments((random) => random.next())
  expect(mean).toBeCloseTo(0.5, 2)
  expect(variance).toBeCloseTo(1 / 12, 2)
})

test('exponential draws have their mean and its square as variance', () => {
  const { mean, variance } = moments((random) => exponential(random, 2))
  expect(mean).toBeCloseTo(2, 1)
  expect(variance / 4).toBeCloseTo(1, 1)
})

test('lognormal draws have the mean asked for, not the median', () => {
  const { mean, variance } = moments((random) => lognormal(random, 3, 0.5))
  expect(mean).toBeCloseTo(3, 1)
  expect(variance / 9).toBeCloseTo(Math.exp(0.25) - 1, 1)
})

test.each([0.5, 8, 75])('Poisson counts have mean and variance %d', (expected) => {
  const { mean, variance } = moments((random) => poissonCount(random, expected))
  expect(mean / expected).toBeCloseTo(1, 1)
  expect(variance / expected).toBeCloseTo(1, 1)
})

test('nothing happens where nothing is expected', () => {
  expect(poissonCount(seededRandom(1), 0)).toBe(0)
})
