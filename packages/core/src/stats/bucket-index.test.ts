// Goal: every value is in the bucket whose bounds hold it. Method: exact edges, and the quick way against the plain one.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bucketIndex,
  bucketUpperBound,
  createBucketIndexer,
  LAST_INDEX,
  LEAST_INDEX,
} from './bucket-index.ts'

const keptIndex = fc.integer({ min: LEAST_INDEX, max: LAST_INDEX })
const keptValue = fc.double({ min: 2 ** -31, max: 2 ** 47, noNaN: true })

test('a power of two is the upper bound of its bucket', () => {
  expect(bucketIndex(1)).toBe(-1)
  expect(bucketIndex(2)).toBe(63)
  expect(bucketIndex(0.5)).toBe(-65)
  expect(bucketUpperBound(63)).toBe(2)
})

test('an upper bound belongs to its bucket and the next larger number to the next one', () => {
  const index = createBucketIndexer()
  fc.assert(
    fc.property(keptIndex, (expected) => {
      const bound = bucketUpperBound(expected)
      const beyond = bound * (1 + Number.EPSILON)
      expect([bucketIndex(bound), index(bound)]).toEqual([expected, expected])
      const next = Math.min(expected + 1, LAST_INDEX)
      expect([bucketIndex(beyond), index(beyond)]).toEqual([next, next])
    }),
  )
})

test('every value lies between the bounds of its bucket', () => {
  fc.assert(
    fc.property(keptValue, (value) => {
      const index = bucketIndex(value)
      expect(value).toBeGreaterThan(bucketUpperBound(index - 1))
      expect(value).toBeLessThanOrEqual(bucketUpperBound(index))
    }),
  )
})

test('the quick index is the same as the plain one for every number', () => {
  const index = createBucketIndexer()
  const anyValue = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })
  fc.assert(
    fc.property(fc.oneof(anyValue, keptValue), (value) => {
      expect(index(value)).toBe(bucketIndex(value))
    }),
    { numRuns: 2_000 },
  )
})
