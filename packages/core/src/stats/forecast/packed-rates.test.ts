/** Goal: a rate comes back within its step, and unknown stays unknown. Method: arbitrary rates. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { lengthOf, packRate, rateAt, unknownRates, withRate } from './packed-rates.ts'

test('A rate comes back within half a percent, from one in a day to millions a second.', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-5, max: 3e6, noNaN: true }), (rate) => {
      expect(Math.abs((rateAt(packRate(rate), 0) ?? 0) / rate - 1)).toBeLessThan(0.005)
    }),
  )
})

test('None is none, nothing known is nothing known, and what is beyond any load is kept as the most.', () => {
  expect(rateAt(packRate(0), 0)).toBe(0)
  expect(rateAt(packRate(null), 0)).toBeNull()
  expect(rateAt(packRate(1e12), 0)).toBeGreaterThan(3e6)
})

test('A place is changed alone, and there is nothing beyond the ends.', () => {
  const rates = withRate(withRate(unknownRates(4), 1, 10), 3, 0)
  expect(lengthOf(rates)).toBe(4)
  expect([-1, 0, 1, 2, 3, 4].map((i) => rateAt(rates, i)?.toFixed(0) ?? null)).toEqual([
    null,
    null,
    '10',
    null,
    '0',
    null,
  ])
})
