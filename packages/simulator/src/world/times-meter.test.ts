/** Goal: times are summarised as core summarises a distribution of them. Method: both, over the same values. */
import { summariseTimes } from '@holdfast/core/health'
import { createRecorder } from '@holdfast/core/stats'
import { array, assert, constant, double, oneof, property } from 'fast-check'
import { expect, test } from 'vitest'
import { TimesMeter } from './times-meter.ts'

test('Counts, means, quantiles and maxima are those of a distribution, and the variation is exact.', () => {
  const meter = new TimesMeter()
  const times = array(oneof(constant(0), double({ min: 1e-6, max: 1e6, noNaN: true })), {
    minLength: 1,
    maxLength: 200,
  })
  assert(
    property(times, (values) => {
      const recorder = createRecorder()
      for (const value of values) {
        meter.record(value)
        recorder.record(value)
      }
      const expected = summariseTimes(recorder.snapshot())
      const { meanMs, squaredVariation, ...taken } = meter.take()
      expect(taken).toEqual({
        count: expected.count,
        p50Ms: expected.p50Ms,
        p90Ms: expected.p90Ms,
        p99Ms: expected.p99Ms,
        maxMs: expected.maxMs,
      })
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
      expect(Math.abs(meanMs - mean)).toBeLessThanOrEqual(1e-9 * mean)
      expect(Math.abs(squaredVariation - (mean === 0 ? 0 : variance / mean ** 2))).toBeLessThan(1e-6)
    }),
    { numRuns: 200 },
  )
})

test('Times that are all alike have no variation at all, and a look begins anew.', () => {
  const meter = new TimesMeter()
  for (let i = 0; i < 1_000; i++) meter.record(0.1 + 0.2)
  expect(meter.take()).toMatchObject({
    count: 1_000,
    squaredVariation: 0,
    p50Ms: 0.1 + 0.2,
    maxMs: 0.1 + 0.2,
  })
  expect(meter.take()).toEqual({
    count: 0,
    meanMs: 0,
    squaredVariation: 0,
    p50Ms: 0,
    p90Ms: 0,
    p99Ms: 0,
    maxMs: 0,
  })
})
