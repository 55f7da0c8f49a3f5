// Goal: distributions can be cut and joined at will. Method: algebraic properties over arbitrary samples, and exact
// quantiles of the sorted sample as an oracle.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { countAtMost, mean, quantile, squaredVariation, variance } from './distribution-estimates.ts'
import { createRecorder } from './distribution-recorder.ts'
import {
  distributionOf,
  emptyDistribution,
  mergeAll,
  mergeDistributions,
  subtractDistribution,
} from './distribution.ts'
import { lognormal, seededRandom } from './random.ts'

const anyValue = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 1_000_000 }),
  fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
)
const sample = fc.array(anyValue, { maxLength: 60 })
const whole = fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 60 })
const LARGEST_RELATIVE_ERROR = 0.0055

test('merging is the same as having seen both samples', () => {
  fc.assert(
    fc.property(whole, whole, (a, b) => {
      expect(mergeDistributions(distributionOf(a), distributionOf(b))).toEqual(distributionOf([...a, ...b]))
    }),
  )
})

test('merging does not depend on the order', () => {
  fc.assert(
    fc.property(whole, whole, whole, (a, b, c) => {
      const [x, y, z] = [distributionOf(a), distributionOf(b), distributionOf(c)]
      expect(mergeDistributions(x, y)).toEqual(mergeDistributions(y, x))
      expect(mergeDistributions(mergeDistributions(x, y), z)).toEqual(
        mergeDistributions(x, mergeDistributions(y, z)),
      )
    }),
  )
})

test('merging many at once is the same as one after the other', () => {
  fc.assert(
    fc.property(fc.array(whole, { maxLength: 6 }), (samples) => {
      const all = samples.map((values) => distributionOf(values))
      expect(mergeAll(all)).toEqual(all.reduce(mergeDistributions, emptyDistribution))
    }),
  )
})

test('merging with an empty distribution changes nothing', () => {
  const some = distributionOf([1, 2, 3])
  expect(mergeDistributions(emptyDistribution, some)).toBe(some)
  expect(mergeDistributions(some, emptyDistribution)).toBe(some)
})

test('what was seen between two cumulative states has exactly its own counts', () => {
  fc.assert(
    fc.property(whole, whole, (before, between) => {
      const earlier = distributionOf(before)
      const difference = subtractDistribution(mergeDistributions(earlier, distributionOf(between)), earlier)
      const expected = distributionOf(between)
      expect(difference).toMatchObject({
        count: expected.count,
        zeroCount: expected.zeroCount,
        sum: expected.sum,
        offset: expected.offset,
        buckets: expected.buckets,
      })
      expect(difference.min).toBeLessThanOrEqual(expected.min)
      expect(difference.max).toBeGreaterThanOrEqual(expected.max)
      expect(difference.max).toBeLessThanOrEqual(expected.max * (1 + 2 * LARGEST_RELATIVE_ERROR))
    }),
  )
})

test('a state that has seen less than the earlier one began anew and counts as a whole', () => {
  const restarted = distributionOf([5])
  expect(subtractDistribution(restarted, distributionOf([1, 2, 3]))).toBe(restarted)
})

test('states that are not each other’s continuation never give a negative bucket', () => {
  fc.assert(
    fc.property(sample, sample, (a, b) => {
      const difference = subtractDistribution(distributionOf(a), distributionOf(b))
      expect(difference.buckets.every((count) => count >= 0)).toBe(true)
      expect(difference.count).toBe(
        difference.buckets.reduce((total, count) => total + count, difference.zeroCount),
      )
    }),
  )
})

test('quantiles are within 0.55 % of the sample’s own', () => {
  fc.assert(
    fc.property(
      fc.array(anyValue, { minLength: 1, maxLength: 60 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, q) => {
        const sorted = values.toSorted((x, y) => x - y)
        const exact = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0
        expect(Math.abs(quantile(distributionOf(values), q) - exact)).toBeLessThanOrEqual(
          LARGEST_RELATIVE_ERROR * exact,
        )
      },
    ),
  )
})

test('a distribution survives JSON', () => {
  const value = distributionOf([0, 0.5, 3, 1e6])
  expect(JSON.parse(JSON.stringify(value))).toEqual(value)
})

test('an empty distribution answers zero', () => {
  expect([quantile(emptyDistribution, 0.9), mean(emptyDistribution), variance(emptyDistribution)]).toEqual([
    0, 0, 0,
  ])
  expect([squaredVariation(emptyDistribution), countAtMost(emptyDistribution, 5)]).toEqual([0, 0])
  expect(distributionOf([Number.NaN, -1, Infinity])).toBe(emptyDistribution)
})

test('zeros alone have neither mean nor spread', () => {
  const zeros = distributionOf([0, 0, 0])
  expect([quantile(zeros, 0.5), mean(zeros), squaredVariation(zeros), countAtMost(zeros, 0)]).toEqual([
    0, 0, 0, 3,
  ])
  expect(subtractDistribution(zeros, distributionOf([0]))).toEqual(distributionOf([0, 0]))
})

test('equal values have no variance', () => {
  expect(variance(distributionOf([7, 7, 7]))).toBe(0)
})

test('mean, variation and counts of a lognormal sample are as in the sample', () => {
  const random = seededRandom(4)
  const values = Array.from({ length: 50_000 }, () => lognormal(random, 100, 0.5))
  const distribution = distributionOf(values)
  expect(mean(distribution)).toBeCloseTo(values.reduce((total, value) => total + value, 0) / values.length, 6)
  const average = mean(distribution)
  const exactVariance = values.reduce((total, value) => total + (value - average) ** 2, 0) / values.length
  expect(variance(distribution) / exactVariance).toBeCloseTo(1, 2)
  expect(squaredVariation(distribution)).toBeCloseTo(Math.exp(0.25) - 1, 1)
  const exactCount = values.filter((value) => value <= 120).length
  expect(Math.abs(countAtMost(distribution, 120) - exactCount) / exactCount).toBeLessThan(0.002)
})

test('counts at the ends are exact', () => {
  const distribution = distributionOf([10, 20, 30])
  expect([9.9, 20.5, 30, 99].map((limit) => countAtMost(distribution, limit))).toEqual([0, 2, 3, 3])
})

test('counting never falls as the limit rises, and stays within the total', () => {
  fc.assert(
    fc.property(sample, anyValue, anyValue, (values, a, b) => {
      const distribution = distributionOf(values)
      const lower = countAtMost(distribution, Math.min(a, b))
      const upper = countAtMost(distribution, Math.max(a, b))
      expect(lower).toBeLessThanOrEqual(upper + 1e-9)
      expect(upper).toBeLessThanOrEqual(values.length)
    }),
  )
})

test('a recorder sees what a distribution of the same values holds', () => {
  fc.assert(
    fc.property(sample, (values) => {
      const recorder = createRecorder()
      for (const value of values) recorder.record(value)
      expect(recorder.snapshot()).toEqual(distributionOf(values))
    }),
  )
})

test('a recorder takes values of any size', () => {
  const values = [1, 1e-300, 5e-324, 1e300, 2 ** -32, 2 ** 48, 1e-9, 1e9]
  const recorder = createRecorder()
  for (const value of values) recorder.record(value)
  expect(recorder.snapshot()).toEqual(distributionOf(values))
  expect(quantile(recorder.snapshot(), 1)).toBe(1e300)
})

test('a recorder takes a zero with a sign for zero', () => {
  const recorder = createRecorder()
  recorder.record(-0)
  expect(recorder.snapshot()).toMatchObject({ zeroCount: 1, buckets: [] })
})

test('a recorder refuses and counts what is no measurement', () => {
  const recorder = createRecorder()
  for (const value of [Number.NaN, -1, Infinity]) recorder.record(value)
  expect(recorder.refused()).toBe(3)
  expect(recorder.snapshot()).toBe(emptyDistribution)
})

test('a snapshot does not change with later records, and a reset begins anew', () => {
  const recorder = createRecorder()
  recorder.record(1)
  const snapshot = recorder.snapshot()
  recorder.record(2)
  expect(snapshot).toEqual(distributionOf([1]))
  recorder.reset()
  recorder.record(3)
  expect(recorder.snapshot()).toEqual(distributionOf([3]))
})
