/**
 * Goal: the forecast keeps what its callers rely on, whatever is counted. Method: seeded Poisson counts of known
 * rates, and arbitrary spans for the invariants.
 */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { epochMs } from '../../units/index.ts'
import { forecastRate, noForecast, observeArrivals } from './index.ts'
import { countLoad, forecastAhead, LEAD_MS, START, weightOf } from './testing/counted-load.ts'

const seeds = [1, 2, 3]

test('Nothing is forecast before half a minute was seen.', () => {
  const early = countLoad({ toMinute: 28 / 60, rateAt: () => 5, seed: 1 })
  expect(forecastRate(early, early.recent.until, 0)).toBeNull()
  const later = countLoad({ before: early, fromMinute: 28 / 60, toMinute: 0.5, rateAt: () => 5, seed: 2 })
  expect(forecastAhead(later).rate).toBeGreaterThan(2)
})

describe.for([1, 5, 50, 1_000])('At a constant %s/s', (rate) => {
  test('the forecast settles within ten minutes.', () => {
    // Three standard deviations of what ten minutes of independent arrivals tell at best, and 2 %: well below
    // the step from one instance to the next, for all but services of more than thirty of them.
    const slight = 0.02 + 3 / Math.sqrt(600 * rate)
    let ticks = 0
    let quiet = 0
    for (const seed of seeds) {
      countLoad({
        toMinute: 90,
        rateAt: () => rate,
        seed,
        onTick: (state, minute) => {
          if (minute < 10) return
          const forecast = forecastAhead(state)
          expect(forecast.burst).toBe(false)
          ticks += 1
          const near = Math.abs(forecast.rate / rate - 1) < slight
          quiet += near && forecast.quantile(0.9) < rate * (1 + 1.5 * slight) ? 1 : 0
        },
      })
    }
    expect(quiet / ticks).toBeGreaterThan(0.95)
  })
})

describe('A load that multiplies at once', () => {
  test('is called a burst within four seconds, and its rate is forecast.', () => {
    for (const seed of seeds) {
      const before = countLoad({ toMinute: 20, rateAt: () => 20, seed })
      const risen = { before, fromMinute: 20, toMinute: 20 + 4 / 60, rateAt: () => 100, seed: seed + 50 }
      const forecast = forecastAhead(countLoad(risen))
      expect(forecast.burst).toBe(true)
      expect(forecast.rate).toBeGreaterThan(60)
      expect(forecast.says).toMatch(/^A burst: .+\/s came where at most 2\d(\.\d)?\/s was expected/)
    }
  })

  test('is no burst any more once the forecast has caught up, and none when it falls back.', () => {
    for (const seed of seeds) {
      const before = countLoad({ toMinute: 20, rateAt: () => 20, seed })
      const lasting = countLoad({ before, fromMinute: 20, toMinute: 23, rateAt: () => 100, seed: seed + 50 })
      expect(forecastAhead(lasting)).toMatchObject({ burst: false })
      expect(forecastAhead(lasting).rate).toBeGreaterThan(90)
      expect(forecastAhead(lasting).rate).toBeLessThan(115)
      const over = { before: lasting, fromMinute: 23, toMinute: 23 + 6 / 60, rateAt: () => 20, seed }
      expect(forecastAhead(countLoad(over))).toMatchObject({ burst: false })
    }
  })
})

test('What was not seen is not taken for nothing.', () => {
  const before = countLoad({ toMinute: 30, rateAt: () => 40, seed: 3 })
  const after = countLoad({ before, fromMinute: 90, toMinute: 90.1, rateAt: () => 40, seed: 4 })
  expect(forecastAhead(after).rate).toBeGreaterThan(32)
  expect(forecastAhead(after).quantile(0.05)).toBeGreaterThan(25)
})

test('The longer nothing was seen the less is known.', () => {
  const state = countLoad({ toMinute: 30, rateAt: () => 40, seed: 3 })
  const width = (waitedMs: number): number => {
    const forecast = forecastRate(state, epochMs(state.recent.until + waitedMs), 0)
    return forecast === null ? 0 : forecast.quantile(0.9) - forecast.quantile(0.1)
  }
  expect(width(60_000)).toBeGreaterThanOrEqual(width(0))
  expect(width(600_000)).toBeGreaterThan(2 * width(60_000))
})

test('A span that was seen already changes nothing, and of one seen in part the rest counts.', () => {
  const state = countLoad({ toMinute: 5, rateAt: () => 10, seed: 1 })
  const { until } = state.recent
  const before = { from: epochMs(until - 4_000), to: until }
  expect(observeArrivals(state, before, 999, LEAD_MS)).toBe(state)
  const half = { from: epochMs(until - 2_000), to: epochMs(until + 2_000) }
  const rest = { from: until, to: epochMs(until + 2_000) }
  expect(observeArrivals(state, half, 40, LEAD_MS)).toEqual(observeArrivals(state, rest, 20, LEAD_MS))
})

test('A count that is no number or below nothing changes nothing.', () => {
  const state = countLoad({ toMinute: 5, rateAt: () => 10, seed: 1 })
  const next = { from: state.recent.until, to: epochMs(state.recent.until + 2_000) }
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, -1])
    expect(observeArrivals(state, next, wrong, LEAD_MS)).toBe(state)
})

test('Between now and the lead the forecast leads from the one rate to the other.', () => {
  const state = countLoad({ toMinute: 30, rateAt: (minute) => 20 + 10 * Math.max(0, minute - 25), seed: 3 })
  const rates = [0, 10_000, 20_000, 30_000].map((ms) => forecastAhead(state, ms).rate)
  expect(rates).toEqual(rates.toSorted((a, b) => a - b))
  expect(rates[3]).toBeGreaterThan((rates[0] ?? 0) + 2)
  expect(forecastAhead(state, 60_000).rate).toBe(rates[3])
})

test('The sentence names rate, time and what it rests on.', () => {
  const state = countLoad({ toMinute: 60, rateAt: () => 50, seed: 2 })
  expect(forecastAhead(state).says).toMatch(
    /^(49|50|51)(\.\d)?\/s is expected in 30s, nine times in ten at most [45]\d(\.\d)?\/s, mostly by the [a-z 0-9]+\.$/,
  )
  expect(forecastAhead(state, 0).says).toContain('is expected now')
})

test('The same counts give the same state to the byte, also over a restart.', () => {
  const load = { rateAt: (minute: number) => 20 + minute, seed: 7, tickMs: 2_500 }
  const whole = countLoad({ ...load, toMinute: 40 })
  const half = countLoad({ ...load, toMinute: 20 })
  const read: typeof half = JSON.parse(JSON.stringify(half))
  const rest = { ...load, fromMinute: 20, toMinute: 40, seed: 8 }
  expect(JSON.stringify(countLoad({ ...rest, before: read }))).toBe(
    JSON.stringify(countLoad({ ...rest, before: half })),
  )
  expect(JSON.stringify(countLoad({ ...load, toMinute: 40 }))).toBe(JSON.stringify(whole))
})

test('A week of a load with long numbers fits into four kilobytes.', () => {
  let state = noForecast
  let longest = 0
  const count = (from: number, to: number, leadMs: number): void => {
    const minute = (from - START) / 60_000
    const rate = 98_765.4321 * (1 + 0.9 * Math.sin(minute / 230)) * (minute % 10 < 1 ? 3 : 1)
    const span = { from: epochMs(from), to: epochMs(to) }
    state = observeArrivals(state, span, (rate * (to - from)) / 1_000, leadMs)
    longest = Math.max(longest, JSON.stringify(state).length)
  }
  const week = START + 8 * 24 * 60 * 60_000
  for (let at: number = START; at < week; at += 60_000) count(at, at + 60_000, 33_333)
  for (let at = week; at < week + 3_600_000; at += 997) count(at, at + 997, 33_333)
  expect(state.repetition.found?.slots).toBe(30)
  expect(longest).toBeLessThan(4_096)
})

const spans = fc.array(
  fc.record({
    gapMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10_000_000 })),
    ms: fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 20_000_000 })),
    arrivals: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 10 ** 9 })),
    leadMs: fc.integer({ min: 0, max: 4_000_000 }),
  }),
  { minLength: 1, maxLength: 60 },
)

test('Whatever is counted, quantiles rise, nothing is negative or no number, and the state stays small JSON.', () => {
  fc.assert(
    fc.property(spans, fc.integer({ min: 0, max: 5_000_000 }), (spans, aheadMs) => {
      let state = noForecast
      let at: number = START
      for (const { gapMs, ms, arrivals, leadMs } of spans) {
        const span = { from: epochMs(at + gapMs), to: epochMs(at + gapMs + ms) }
        state = observeArrivals(state, span, arrivals, leadMs)
        at = span.to
      }
      const text = JSON.stringify(state)
      expect(text.length).toBeLessThan(4_096)
      expect(JSON.parse(text)).toEqual(state)
      const forecast = forecastRate(state, epochMs(at), aheadMs)
      if (forecast === null) return
      expect(forecast.rate).toBeGreaterThanOrEqual(0)
      expect(weightOf(forecast, /./)).toBeCloseTo(1)
      let last = 0
      for (const p of [0, 0.01, 0.05, 0.1, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1]) {
        const quantile = forecast.quantile(p)
        expect(Number.isFinite(quantile)).toBe(true)
        // Rising but for the last digits of the arithmetic.
        expect(quantile).toBeGreaterThanOrEqual(last * (1 - 1e-9) - 1e-12)
        last = quantile
      }
    }),
    { numRuns: 150 },
  )
})
