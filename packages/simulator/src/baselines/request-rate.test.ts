/** Goal: the rate of requests is divided by its target, through the rules of a horizontal pod autoscaler. */
import { epochMs } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import { requestRate } from './request-rate.ts'
import { serviceOf, seenOfWeb, WEB } from './testing/seen.ts'

const at70 = requestRate(serviceOf(), { utilization: 0.7 })

/** Counts of arrivals in steps of 15 s, with all instances ready at once. */
function follow(arrivals: readonly number[], begin: number): readonly number[] {
  let { begin: state } = at70
  let count = begin
  return arrivals.map((arrived, i) => {
    const at = (i + 1) * 15
    const decided = at70.decide(
      state,
      seenOfWeb({ at, ready: count, arrivals: arrived }),
      epochMs(at * 1_000),
    )
    state = decided.state
    count = decided.counts[WEB] ?? 0
    return count
  })
}

test('It syncs every 15 s on a rate that is 15 s old on average.', () => {
  expect([at70.every, at70.signalAge]).toEqual([15_000, 15_000])
})

test('One instance is wanted for each target rate: 70 % of 10/s.', () => {
  // 600 in 15 s are 40/s: ceil(40 / 7).
  expect(follow([600], 4)).toEqual([6])
})

test('The rate is that of the last 30 s.', () => {
  // 10/s, then the mean of 10/s and 50/s, then 50/s alone.
  expect(follow([150, 750, 750], 2)).toEqual([2, 4, 8])
})

test('Within a tenth of the target nothing changes.', () => {
  expect(follow([1_050], 10)).toEqual([10])
  expect(follow([1_155], 10)).toEqual([10])
  // 77.1/s ask for ceil(11.01).
  expect(follow([1_156], 10)).toEqual([12])
})
