/** Goal: no sequence of plans costs less. Method: all sequences of small cases are tried. */
import { array, assert, float, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { cheapestSequence } from './cheapest-sequence.ts'

function costOfSequence(
  costs: readonly Float64Array[],
  changeCost: number,
  sequence: readonly number[],
): number {
  return sequence.reduce(
    (sum, plan, window) =>
      sum +
      (costs[plan]?.[window] ?? Infinity) +
      (window > 0 && sequence[window - 1] !== plan ? changeCost : 0),
    0,
  )
}

test('The sequence costs as little as the best of all sequences.', () => {
  const cost = float({ min: 0, max: 10, noNaN: true })
  assert(
    property(
      array(array(cost, { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
      integer({ min: 0, max: 8 }),
      (rows, changeCost) => {
        const costs = rows.map((row) => Float64Array.from(row))
        const all = Array.from({ length: rows.length ** 5 }, (_, code) =>
          Array.from({ length: 5 }, (_, i) => Math.floor(code / rows.length ** i) % rows.length),
        )
        const least = Math.min(...all.map((sequence) => costOfSequence(costs, changeCost, sequence)))
        expect(costOfSequence(costs, changeCost, cheapestSequence(costs, changeCost))).toBeCloseTo(least, 9)
      },
    ),
    { numRuns: 60 },
  )
})

test('Without any window there is nothing to choose.', () => {
  expect(cheapestSequence([new Float64Array(0)], 1)).toEqual([])
})
