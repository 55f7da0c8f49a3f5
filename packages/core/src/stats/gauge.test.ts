// Goal: means over an interval do not depend on when readings were taken. Method: examples and arbitrary cuts.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { epochMs } from '../units/index.ts'
import { counterIncrease } from './counter.ts'
import { createGauge, gaugeMean, readGauge, setGauge } from './gauge.ts'

test('the mean weighs each value by the time it lasted', () => {
  const start = createGauge(10, epochMs(0))
  const changed = setGauge(start, 20, epochMs(1_000))
  expect(gaugeMean(start, readGauge(changed, epochMs(4_000)))).toBe(17.5)
})

test('reading a gauge in between changes no mean', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 1_000 }), (value, cut) => {
      const start = createGauge(value, epochMs(0))
      const end = epochMs(2_000)
      expect(gaugeMean(start, readGauge(readGauge(start, epochMs(cut)), end))).toBe(
        gaugeMean(start, readGauge(start, end)),
      )
    }),
  )
})

test('a clock that goes back adds nothing', () => {
  const start = createGauge(5, epochMs(1_000))
  expect(setGauge(start, 7, epochMs(0))).toEqual({ integral: 0, value: 7, since: 1_000 })
})

test('with no time passed the mean is the value', () => {
  const start = createGauge(5, epochMs(0))
  expect(gaugeMean(start, setGauge(start, 9, epochMs(0)))).toBe(9)
})

test('a counter increases by the difference', () => {
  expect(counterIncrease(3, 10)).toBe(7)
})

test('a counter that fell was restarted and increased by all it shows', () => {
  expect(counterIncrease(10, 4)).toBe(4)
})
