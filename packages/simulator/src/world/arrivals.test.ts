/** Goal: arrivals follow a recorded load, exactly or by chance, and can be scaled. Method: counts of seeded draws. */
import { seededRandom } from '@holdfast/core/stats'
import { perSecond, seconds } from '@holdfast/core/units'
import { array, assert, nat, property } from 'fast-check'
import { expect, test } from 'vitest'
import { arrivalsOf, surgeArrivals } from './arrivals.ts'
import { highestRate, meanRate, rateAt, withMeanRate, withPeakRate, type TraceLoad } from './load-shape.ts'

const trace = (rates: readonly number[], more: Partial<TraceLoad> = {}): TraceLoad => ({
  kind: 'trace',
  step: seconds(10),
  rates,
  ...more,
})

function countsOf(load: TraceLoad, seed: number, to = load.rates.length * load.step): readonly number[] {
  const next = arrivalsOf(load, seededRandom(seed), { from: 0, to })
  const counts = Array.from({ length: load.rates.length }, () => 0)
  let before = 0
  for (let at = next(); at < Infinity; at = next()) {
    expect(at).toBeGreaterThanOrEqual(before)
    expect(at).toBeLessThan(to)
    before = at
    counts[Math.floor(at / load.step)] = (counts[Math.floor(at / load.step)] ?? 0) + 1
  }
  return counts
}

test('A trace that is followed exactly brings the recorded number of operations in each step, in order.', () => {
  assert(
    property(array(nat(50), { maxLength: 30 }), nat(), (counted, seed) => {
      const rates = counted.map((count) => count / 10)
      expect(countsOf(trace(rates, { exact: true }), seed)).toEqual(counted)
    }),
    { numRuns: 50 },
  )
})

test('A trace that is followed by chance brings as many as its rate says, step by step, and varies like chance.', () => {
  const rates = Array.from({ length: 2_000 }, (_, i) => (i % 2 === 0 ? 2 : 6))
  const counts = countsOf(trace(rates), 4)
  for (const [odd, expected] of [
    [0, 20],
    [1, 60],
  ] as const) {
    const some = counts.filter((_, i) => i % 2 === odd)
    const mean = some.reduce((sum, count) => sum + count, 0) / some.length
    const variance = some.reduce((sum, count) => sum + (count - mean) ** 2, 0) / some.length
    expect(mean / expected).toBeCloseTo(1, 1)
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.2)
  }
})

test('Steps without load bring nothing, and nothing comes after the last step.', () => {
  for (const exact of [true, false]) {
    expect(countsOf(trace([0, 3, 0, 0], { exact }), 1)[0]).toBe(0)
    expect(countsOf(trace([0, 3, 0, 0], { exact }), 1).slice(2)).toEqual([0, 0])
    const next = arrivalsOf(trace([5], { exact }), seededRandom(1), { from: 0, to: 1_000_000 })
    let last = 0
    for (let at = next(); at < Infinity; at = next()) last = at
    expect(last).toBeLessThan(10_000)
    expect(rateAt(trace([5], { exact }), 10_000)).toBe(0)
  }
})

test('A trace is scaled to a wanted mean or peak, its shape stays.', () => {
  const load = trace([1, 2, 6])
  expect(meanRate(withMeanRate(load, perSecond(30)))).toBeCloseTo(30, 9)
  expect(rateAt(withMeanRate(load, perSecond(30)), 0)).toBeCloseTo(10, 9)
  expect(highestRate(withPeakRate(load, perSecond(3)))).toBeCloseTo(3, 9)
  expect(highestRate(withPeakRate(withMeanRate(load, perSecond(30)), perSecond(3)))).toBeCloseTo(3, 9)
  expect(withMeanRate(trace([0, 0]), perSecond(3))).toEqual(trace([0, 0]))
})

test.for([0.25, 2.5])('An exact trace times %s brings as many times as many, in each step.', (factor) => {
  const load = trace([40, 0, 160], { exact: true, factor })
  const [first, none, third] = countsOf(load, 5)
  expect((first ?? 0) / 400 / factor).toBeCloseTo(1, 0)
  expect(none).toBe(0)
  expect((third ?? 0) / 1_600 / factor).toBeCloseTo(1, 1)
})

test('A surge brings what is missing to as many times the load, in its own time only.', () => {
  const load = trace(Array.from({ length: 100 }, () => 8))
  const next = surgeArrivals(load, 2.5, seededRandom(2), { from: 200_000, to: 700_000 })
  let count = 0
  for (let at = next(); at < Infinity; at = next()) {
    expect(at).toBeGreaterThanOrEqual(200_000)
    expect(at).toBeLessThan(700_000)
    count += 1
  }
  expect(count / (500 * 8 * 1.5)).toBeCloseTo(1, 1)
})
