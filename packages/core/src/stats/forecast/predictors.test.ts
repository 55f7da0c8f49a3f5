/**
 * Goal: each predictor says what it is for, and is trusted on the load that it is for. Method: rates without
 * chance where a value is compared, seeded Poisson counts where trust is.
 */
import { describe, expect, test } from 'vitest'
import { epochMs } from '../../units/index.ts'
import { noForecast, observeArrivals, type Forecaster } from './index.ts'
import { PREDICTORS, sayGenerally } from './predictors.ts'
import { countLoad, forecastAhead, LEAD_MS, START, weightOf } from './testing/counted-load.ts'

const HOUR = 60
const DAY = 24 * HOUR

/** Counts exactly what the rate brings. */
function exactly(toMinute: number, rateAt: (minute: number) => number, tickMs: number = 5_000): Forecaster {
  let state = noForecast
  for (let ms = 0; ms < toMinute * 60_000; ms += tickMs) {
    const span = { from: epochMs(START + ms), to: epochMs(START + ms + tickMs) }
    state = observeArrivals(state, span, (rateAt((ms + tickMs / 2) / 60_000) * tickMs) / 1_000, LEAD_MS)
  }
  return state
}

function saidBy(state: Forecaster, predictor: string): number {
  const said = sayGenerally(state, state.recent.until + LEAD_MS)[PREDICTORS.indexOf(predictor)]
  if (said === undefined) throw new Error(`no predictor "${predictor}"`)
  return said.rate
}

describe('Of a load that stepped from 10/s to 20/s half a minute ago', () => {
  const state = exactly(60.5, (minute) => (minute < 60 ? 10 : 20))

  test.each([
    ['last 10 seconds', 20, 0.1],
    ['last minute', 15, 0.5],
    ['last minutes', 11, 0.3],
    ['last quarter of an hour', 10.3, 0.3],
    ['steady load', 20, 2],
  ] as const)('the predictor "%s" says %s/s.', (predictor, rate, tolerance) => {
    expect(Math.abs(saidBy(state, predictor) - rate)).toBeLessThan(tolerance)
  })
})

test('A trend within the last minute is followed ahead, and bounded.', () => {
  const rising = exactly(30, (minute) => 100 + Math.max(0, minute - 29) * 60)
  const now = 160
  expect(saidBy(rising, 'trend of the last minute')).toBeGreaterThan(now + 15)
  expect(saidBy(rising, 'trend of the last minute')).toBeLessThan(now + 32)
  const steep = exactly(30, (minute) => (minute < 29.5 ? 1 : 1_000))
  expect(saidBy(steep, 'trend of the last minute')).toBeLessThanOrEqual(4 * 510)
})

test('What chance explains is no trend.', () => {
  let ticks = 0
  let trends = 0
  countLoad({
    toMinute: 120,
    rateAt: () => 20,
    seed: 4,
    onTick: (state) => {
      ticks += 1
      trends += saidBy(state, 'trend of the last minute') === saidBy(state, 'last minute') ? 0 : 1
    },
  })
  expect(trends / ticks).toBeLessThan(0.02)
})

test('A trend of minutes does not lag behind the load.', () => {
  const state = exactly(HOUR, (minute) => 20 + minute)
  expect(Math.abs(saidBy(state, 'trend of the last minutes') - 80.5)).toBeLessThan(1)
  expect(saidBy(state, 'last minutes')).toBeLessThan(77)
})

test('How much of a burst is left a lead later is learned from bursts.', () => {
  const short = countLoad({ toMinute: 240, rateAt: (minute) => (minute % 9.7 < 0.3 ? 100 : 20), seed: 1 })
  const long = countLoad({ toMinute: 240, rateAt: (minute) => (minute % 49 < 7 ? 100 : 20), seed: 1 })
  const shareOf = ({ decay }: Forecaster): number => decay.left / decay.was
  expect(shareOf(short)).toBeLessThan(0.3)
  expect(shareOf(long)).toBeGreaterThan(0.6)
})

describe('A load that is tripled each day at the same time', () => {
  const daily = (minute: number): number => (minute % DAY >= 9 * HOUR && minute % DAY < 10 * HOUR ? 90 : 30)
  const untilMinute = 3 * DAY + 9 * HOUR - 0.75

  test('is forecast before it comes from the second day on, at the level of the day.', () => {
    const usual = countLoad({ toMinute: untilMinute, rateAt: daily, seed: 5, tickMs: 5_000, leadMs: 150_000 })
    const forecast = forecastAhead(usual)
    expect(weightOf(forecast, /time of/)).toBeGreaterThan(0.5)
    expect(forecast.rate).toBeGreaterThan(60)
    const halved = countLoad({
      toMinute: untilMinute,
      rateAt: (minute) => daily(minute) * (minute > 3 * DAY ? 0.5 : 1),
      seed: 5,
      tickMs: 5_000,
      leadMs: 150_000,
    })
    expect(forecastAhead(halved).rate).toBeGreaterThan(30)
    expect(forecastAhead(halved).rate).toBeLessThan(55)
  })

  test('says nothing on the first day, nor where nothing else than now is expected.', () => {
    const first = countLoad({
      toMinute: 9 * HOUR - 1,
      rateAt: daily,
      seed: 5,
      tickMs: 5_000,
      leadMs: 150_000,
    })
    expect(weightOf(forecastAhead(first), /time of/)).toBe(0)
    const quiet = countLoad({ toMinute: 2 * DAY, rateAt: daily, seed: 5, tickMs: 5_000, leadMs: 150_000 })
    expect(weightOf(forecastAhead(quiet), /time of/)).toBe(0)
  })
})

test('What comes at an hour of one weekday only is forecast by the time of the week.', () => {
  const weekly = (minute: number): number => {
    const ofWeek = minute % (7 * DAY)
    return ofWeek >= 2 * DAY && ofWeek < 2 * DAY + 3 * HOUR ? 200 : 50
  }
  const state = countLoad({
    toMinute: 2 * 7 * DAY + 2 * DAY - 1,
    rateAt: weekly,
    seed: 2,
    tickMs: 20_000,
    leadMs: 600_000,
  })
  const forecast = forecastAhead(state)
  expect(weightOf(forecast, /time of the week/)).toBeGreaterThan(0.1)
  expect(forecast.rate).toBeGreaterThan(60)
})

describe('Jobs that come every so many minutes', () => {
  test.each([3, 7, 10, 30])('every %s are found and forecast before they come.', (period) => {
    const rateAt = (minute: number): number => (minute % period < 1 ? 100 : 20)
    const toMinute = period * Math.ceil(240 / period) - 0.25
    const forecast = forecastAhead(countLoad({ toMinute, rateAt, seed: period }))
    expect(forecast.trusted[0]?.predictor).toBe(`repetition every ${period}m`)
    expect(forecast.rate).toBeGreaterThan(85)
    expect(forecast.rate).toBeLessThan(115)
  })

  test('are not found in chance, nor in a day.', () => {
    const day = (minute: number): number => 50 * (1 + 0.8 * Math.sin((2 * Math.PI * minute) / DAY))
    for (const rateAt of [() => 2, () => 50, day])
      countLoad({
        toMinute: 8 * HOUR,
        rateAt,
        seed: 3,
        tickMs: 5_000,
        onTick: (state) => expect(state.repetition.found).toBeNull(),
      })
  })

  test('lose all trust within minutes when they stay away.', () => {
    const rateAt = (minute: number): number => (minute % 10 < 1 && minute < 240 ? 100 : 20)
    const state = countLoad({ toMinute: 249.75, rateAt, seed: 1 })
    expect(forecastAhead(state).rate).toBeLessThan(25)
  })
})
