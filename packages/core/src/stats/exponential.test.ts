// Goal: whatever scale an exponential histogram comes in, no value is lost, the sum is kept, and each value is no further
// off than its two buckets allow. Method: histograms of arbitrary values at arbitrary scales, by the plain formula.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketUpperBound, LAST_INDEX, LEAST_INDEX } from './bucket-index.ts'
import { quantile } from './distribution-estimates.ts'
import { distributionOf } from './distribution.ts'
import { distributionOfExponential, type ExponentialHistogram } from './exponential.ts'

const MOST_BUCKETS = 2_000

/** As OpenTelemetry does it: the greatest scale up to the one wished for in which all values find room. */
function histogramOf(values: readonly number[], wished: number): ExponentialHistogram {
  const positive = values.filter((value) => value > 0)
  for (let scale = wished; ; scale--) {
    const indices = positive.map((value) => Math.ceil(Math.log2(value) * 2 ** scale) - 1)
    const offset = Math.min(0, ...indices)
    const length = Math.max(0, ...indices) - offset + 1
    if (length > MOST_BUCKETS) continue
    const counts = new Float64Array(length)
    for (const index of indices) counts[index - offset] = (counts[index - offset] ?? 0) + 1
    return {
      scale,
      zeroCount: values.length - positive.length,
      offset,
      counts,
      length,
      sum: values.reduce((sum, value) => sum + value, 0),
      min: null,
      max: null,
    }
  }
}

const value = fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1e6, noNaN: true }))
const values = fc.array(value, { minLength: 1, maxLength: 40 })
const scale = fc.integer({ min: -4, max: 20 })
const factor = fc.constantFrom(1, 1_000, 1e-3, 1e-6)

test('no value is lost and the sum is kept, at any scale and in any unit', () => {
  fc.assert(
    fc.property(values, scale, factor, (values, scale, factor) => {
      const histogram = histogramOf(values, scale)
      const got = distributionOfExponential(histogram, factor)
      expect(got.count).toBe(values.length)
      expect(got.buckets.reduce((sum, counted) => sum + counted, got.zeroCount)).toBe(values.length)
      expect(got.sum).toBe((histogram.sum ?? 0) * factor)
    }),
  )
})

test('each value is within half of its bucket there and half of its bucket here', () => {
  fc.assert(
    fc.property(values, scale, factor, (values, wished, factor) => {
      const histogram = histogramOf(values, wished)
      const { offset, buckets, zeroCount } = distributionOfExponential(histogram, factor)
      const seen = buckets.flatMap((counted, position) =>
        Array.from({ length: counted }, () => (offset + position + 0.5) / 64),
      )
      const sorted = values.map((one) => one * factor).toSorted((a, b) => a - b)
      const allowed = 0.5 * 2 ** -histogram.scale + 0.5 / 64 + 1e-6
      for (const [i, middle] of seen.entries()) {
        const truth = Math.log2(sorted[zeroCount + i] ?? 0)
        expect(Math.abs(middle - truth)).toBeLessThanOrEqual(allowed)
      }
    }),
  )
})

test('what comes in our own scale stays as it is', () => {
  const index = fc.integer({ min: LEAST_INDEX, max: LAST_INDEX - 100 })
  const counts = fc.array(fc.nat(9), { minLength: 1, maxLength: 99 })
  fc.assert(
    fc.property(index, counts, (offset, middle) => {
      const all = [1, ...middle, 2]
      const got = distributionOfExponential({
        scale: 6,
        zeroCount: 0,
        offset,
        counts: all,
        length: all.length,
        sum: 5,
        min: null,
        max: null,
      })
      expect(got).toMatchObject({ offset, buckets: all, sum: 5 })
      expect(got.min).toBe(bucketUpperBound(offset - 1))
      expect(got.max).toBe(bucketUpperBound(offset + all.length - 1))
    }),
  )
})

test('finer buckets go into the one of ours that holds them', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 7, max: 9 }), (values, finer) => {
      const histogram = histogramOf(values, finer)
      fc.pre(histogram.scale >= 6)
      const { offset, buckets } = distributionOfExponential(histogram)
      const expected = distributionOf(values)
      if (expected.buckets.length > 0)
        expect({ offset, buckets }).toMatchObject({ buckets: expected.buckets })
    }),
  )
})

test('seconds become milliseconds from the finest buckets', () => {
  const got = distributionOfExponential(histogramOf([0.1, 0.1, 0.1], 20), 1_000)
  expect(quantile(got, 0.5)).toBeCloseTo(100, 0)
  expect(got.sum).toBeCloseTo(300)
})

test('buckets beyond those that are kept go to the last one, and tiny ones count as zero', () => {
  const far = { scale: 0, zeroCount: 1, sum: null, min: null, max: null, counts: [3], length: 1 }
  expect(distributionOfExponential({ ...far, offset: 900 })).toMatchObject({
    count: 4,
    zeroCount: 1,
    offset: LAST_INDEX,
    buckets: [3],
  })
  expect(distributionOfExponential({ ...far, offset: -900 })).toMatchObject({
    count: 4,
    zeroCount: 4,
    buckets: [],
  })
})

test('least and greatest values that cannot be are not believed', () => {
  const said = { scale: 6, zeroCount: 0, offset: 0, counts: [1], length: 1, sum: 1 }
  expect(distributionOfExponential({ ...said, min: 1.005, max: 1.006 })).toMatchObject({
    min: 1.005,
    max: 1.006,
  })
  expect(distributionOfExponential({ ...said, min: 9, max: 1 })).toMatchObject({ min: 1, max: 2 ** (1 / 64) })
  expect(distributionOfExponential({ ...said, min: NaN, max: 1 })).toMatchObject({ min: 1 })
})

test('nothing becomes nothing', () => {
  const none = { scale: 3, zeroCount: 0, offset: 0, counts: [0, 0], length: 2, sum: 0, min: null, max: null }
  expect(distributionOfExponential(none)).toMatchObject({ count: 0, buckets: [] })
})
