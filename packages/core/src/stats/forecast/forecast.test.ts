/**
 * Goal: the forecast keeps what its callers rely on, whatever is counted. Method: seeded Poisson counts of known
 * rates, and arbitrary spans for the invariants.
 */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { epochMs } from '../../units/index.ts'
import { poissonCount, seededRandom } from '../random.ts'
import { forecastRate, noForecast, observeArrivals, type Forecaster } from './index.ts'

const START = 1_700_000_000_000
const LEAD_MS = 30_000
const MINUTE = 60_000

/** Ticks of `tickMs` over `minutes`; `rateAt` takes minutes since the start. */
function run(
  before: Forecaster,
  given: {
    readonly fromMinute?: number
    readonly toMinute: number
    readonly rateAt: (minute: number) => number
    readonly seed: number
    readonly tickMs?: number
    readonly onTick?: (state: Forecaster, minute: number) => void
  },
): Forecaster {
  const { fromMinute = 0, toMinute, rateAt, seed, tickMs = 2_000, onTick } = given
  const random = seededRandom(seed)
  let state = before
  for (let ms = fromMinute * MINUTE; ms < toMinute * MINUTE; ms += tickMs) {
    const mean = (rateAt((ms + tickMs / 2) / MINUTE) * tickMs) / 1_000
    const span = { from: epochMs(START + ms), to: epochMs(START + ms + tickMs) }
    state = observeArrivals(state, span, poissonCount(random, mean), LEAD_MS)
    onTick?.(state, (ms + tickMs) / MINUTE)
  }
  return state
}

const ahead = (state: Forecaster, aheadMs: number = LEAD_MS) => {
  const forecast = forecastRate(state, state.recent.until, aheadMs)
  if (forecast === null) throw new Error('enough was seen')
  return forecast
}

test('Nothing is forecast before half a minute was seen.', () => {
  const early = run(noForecast, { toMinute: 28 / 60, rateAt: () => 5, seed: 1 })
  expect(forecastRate(early, early.recent.until, 0)).toBeNull()
  expect(
    ahead(run(early, { fromMinute: 28 / 60, toMinute: 0.5, rateAt: () => 5, seed: 2 })).rate,
  ).toBeGreaterThan(0)
})

describe.for([1, 5, 50, 1_000])('At a constant %s/s', (rate) => {
  test('the forecast settles within ten minutes.', () => {
    // Three standard deviations of what ten minutes of independent arrivals tell, and 2 %.
    const slight = 0.02 + 3 / Math.sqrt(600 * rate)
    let ticks = 0
    let quiet = 0
    for (const seed of [1, 2, 3, 4, 5]) {
      run(noForecast, {
        toMinute: 120,
        rateAt: () => rate,
        seed,
        onTick: (state, minute) => {
          if (minute < 10) return
          const forecast = ahead(state)
          expect(forecast.burst).toBe(false)
          const near = Math.abs(forecast.rate / rate - 1) < slight
          ticks += 1
          quiet += near && forecast.quantile(0.9) < rate * (1 + 1.5 * slight) ? 1 : 0
        },
      })
    }
    expect(quiet / ticks).toBeGreaterThan(0.96)
  })
})

test('A load that multiplies is called a burst within seconds, and its rate is forecast.', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const settled = run(noForecast, { toMinute: 20, rateAt: () => 20, seed })
    const risen = run(settled, { fromMinute: 20, toMinute: 20 + 4 / 60, rateAt: () => 100, seed: seed + 50 })
    const forecast = ahead(risen)
    expect(forecast.burst).toBe(true)
    expect(forecast.rate).toBeGreaterThan(60)
    expect(forecast.says).toContain('A burst')
  }
})

test('What was not seen is not taken for nothing.', () => {
  const settled = run(noForecast, { toMinute: 30, rateAt: () => 40, seed: 3 })
  const later = run(settled, { fromMinute: 90, toMinute: 90.1, rateAt: () => 40, seed: 4 })
  expect(ahead(later).rate).toBeGreaterThan(30)
  expect(ahead(later).quantile(0.05)).toBeGreaterThan(20)
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
      let at = START
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
      expect(forecast.trusted.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1)
      let last = 0
      for (const p of [0, 0.01, 0.05, 0.1, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1]) {
        const quantile = forecast.quantile(p)
        expect(quantile).toBeGreaterThanOrEqual(last * (1 - 1e-9) - 1e-12)
        expect(Number.isFinite(quantile)).toBe(true)
        last = quantile
      }
    }),
    { numRuns: 200 },
  )
})
