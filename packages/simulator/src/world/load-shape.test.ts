/** Goal: arrivals follow their shape. Method: rates at known instants, and counts of many seeded arrivals. */
import { seededRandom } from '@holdfast/core/stats'
import { hours, perSecond } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import { arrivalsOf } from './arrivals.ts'
import { highestRate, rateAt, type LoadShape } from './load-shape.ts'

const sine: LoadShape = { kind: 'sine', low: perSecond(1), high: perSecond(9), period: hours(2) }
const steps: LoadShape = {
  kind: 'steps',
  steps: [
    [10, 2],
    [20, 6],
  ],
}
const points: LoadShape = {
  kind: 'points',
  points: [
    [10, 2],
    [20, 6],
  ],
}

test.for<readonly [load: LoadShape, ms: number, rate: number]>([
  [sine, 0, 1],
  [sine, 1_800_000, 5],
  [sine, 3_600_000, 9],
  [steps, 9_999, 0],
  [steps, 10_000, 2],
  [steps, 20_000, 6],
  [points, 0, 2],
  [points, 15_000, 4],
  [points, 99_000, 6],
])('The rate of %o at %s ms is %s/s.', ([load, ms, rate]) => {
  expect(rateAt(load, ms)).toBeCloseTo(rate, 9)
})

test('Arrivals come as often as the shape says, in each part of it.', () => {
  const random = seededRandom(11)
  const byQuarter = [0, 0, 0, 0]
  const untilMs = 7_200_000
  const next = arrivalsOf(sine, random, { from: 0, to: untilMs })
  for (let at = next(); at < untilMs; at = next()) {
    const quarter = Math.floor(at / 1_800_000)
    byQuarter[quarter] = (byQuarter[quarter] ?? 0) + 1
  }
  // A quarter of the period has the mean rate 5 ∓ 8/π; a count differs by some square roots of itself at most.
  for (const [quarter, count] of byQuarter.entries()) {
    const rate = quarter === 0 || quarter === 3 ? 5 - 8 / Math.PI : 5 + 8 / Math.PI
    expect(Math.abs(count - rate * 1_800)).toBeLessThan(4 * Math.sqrt(rate * 1_800))
  }
})

test('Where there is no load nothing arrives, and nothing waits for it.', () => {
  const never: LoadShape = { kind: 'constant', rate: perSecond(0) }
  expect(highestRate(never)).toBe(0)
  expect(arrivalsOf(never, seededRandom(1), { from: 0, to: 1_000 })()).toBe(Infinity)
})
