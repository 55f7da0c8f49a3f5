/** Goal: intervals hold the true value as often as they say. Method: seeded draws, known quantiles, properties. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { exponential, seededRandom } from '../stats/index.ts'
import { estimateMean, estimatePercentile, estimateRate, studentQuantile } from './estimate.ts'

/** Tables of Student's t, 97.5 %. */
it.each([
  [1, 12.706],
  [2, 4.303],
  [3, 3.182],
  [5, 2.571],
  [10, 2.228],
  [30, 2.042],
])('knows the quantile of Student’s t for %i degrees to one per cent', (degrees, expected) => {
  expect(Math.abs(studentQuantile(0.975, degrees) / expected - 1)).toBeLessThan(0.01)
})

const draws = (seed: number, count: number): readonly number[] => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => exponential(random, 10))
}

const held = (runs: number, isHeld: (seed: number) => boolean): number =>
  Array.from({ length: runs }, (_, seed) => isHeld(seed)).filter(Boolean).length / runs

it('holds the mean of skewed times about 95 times in 100', () => {
  const ratio = held(300, (seed) => {
    const estimate = estimateMean(draws(seed, 60))
    return estimate !== null && estimate.low <= 10 && 10 <= estimate.high
  })
  expect(ratio).toBeGreaterThan(0.9)
})

it('holds the 95th percentile about 95 times in 100', () => {
  const truth = -10 * Math.log(0.05)
  const ratio = held(300, (seed) => {
    const estimate = estimatePercentile(draws(seed, 200), 0.95)
    return estimate !== null && estimate.low <= truth && truth <= estimate.high
  })
  expect(ratio).toBeGreaterThan(0.92)
  expect(ratio).toBeLessThan(1)
})

it('knows no upper end of a percentile above which too few values lie', () => {
  expect(estimatePercentile(draws(1, 30), 0.95)?.high).toBe(Infinity)
})

it('holds the rate of a Poisson stream about 95 times in 100', () => {
  const ratio = held(300, (seed) => {
    const estimate = estimateRate(draws(seed, 200))
    return estimate !== null && estimate.low <= 100 && 100 <= estimate.high
  })
  expect(ratio).toBeGreaterThan(0.9)
})

it('says nothing of fewer values than an interval takes', () => {
  expect(estimateMean([1])).toBeNull()
  expect(estimatePercentile([1], 0.5)).toBeNull()
  expect(estimateRate(Array.from({ length: 15 }, () => 10))).toBeNull()
})

it('keeps the value inside its interval, which grows and shrinks with the unit', () => {
  const values = fc.array(fc.double({ min: 0.1, max: 1e4, noNaN: true }), { minLength: 16, maxLength: 80 })
  fc.assert(
    fc.property(values, fc.double({ min: 0.1, max: 10, noNaN: true }), (values, unit) => {
      for (const estimate of [estimateMean(values), estimatePercentile(values, 0.5), estimateRate(values)]) {
        expect(estimate?.low).toBeLessThanOrEqual((estimate?.value ?? 0) * (1 + 1e-9))
        expect(estimate?.high).toBeGreaterThanOrEqual((estimate?.value ?? 0) * (1 - 1e-9))
      }
      const scaled = estimateMean(values.map((value) => value * unit))
      expect(scaled?.high).toBeCloseTo((estimateMean(values)?.high ?? 0) * unit, 4)
    }),
  )
})
