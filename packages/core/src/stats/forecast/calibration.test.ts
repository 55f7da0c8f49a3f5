/**
 * Goal: a rate is passed as often as its quantile says, on loads of every kind, also after they change their
 * kind. Method: the true rate, which a generator knows, against the quantiles that were forecast for it a lead
 * earlier. Where a rate stands still for long the forecast errs by less than a percent, whose quantiles no one
 * plans by: there it is only asked that enough is covered.
 */
import { describe, expect, test } from 'vitest'
import { exponential, seededRandom } from '../random.ts'
import { countLoad, forecastAhead, LEAD_MS } from './testing/counted-load.ts'

type Rate = (minute: number) => number

const LEVELS = [0.5, 0.8, 0.9, 0.95, 0.99]
const NEAR = 0.05
const SEEDS = [1, 2, 3]
const TICK_MS = 4_000

/** The share of forecasts at each level that the rate did not pass. */
function covered(
  rateOf: (seed: number) => Rate,
  { fromMinute, toMinute }: { readonly fromMinute: number; readonly toMinute: number },
): readonly number[] {
  const hits = LEVELS.map(() => 0)
  let count = 0
  for (const seed of SEEDS) {
    const rateAt = rateOf(seed)
    countLoad({
      rateAt,
      seed: seed + 100,
      toMinute,
      tickMs: TICK_MS,
      onTick: (state, minute) => {
        if (minute < fromMinute) return
        const forecast = forecastAhead(state)
        const middle = minute + LEAD_MS / 60_000
        const came = [-4, -2, 0, 2, 4].reduce((sum, second) => sum + rateAt(middle + second / 60) / 5, 0)
        count += 1
        for (const [i, level] of LEVELS.entries())
          if (came <= forecast.quantile(level) * (1 + 1e-9)) hits[i] = (hits[i] ?? 0) + 1
      },
    })
  }
  return hits.map((hit) => hit / count)
}

/** Wanders around 100/s: the logarithm returns to its mean within `memoryMinutes`. */
function wandering(seed: number, spread: number, memoryMinutes: number): Rate {
  const random = seededRandom(seed)
  const steps: number[] = [0]
  const kept = Math.exp(-1 / 12 / memoryMinutes)
  for (let i = 1; i < 12 * 60 * 14; i += 1) {
    const normal = Math.sqrt(2 * exponential(random, 1)) * Math.cos(2 * Math.PI * random.next())
    steps.push((steps.at(-1) ?? 0) * kept + spread * Math.sqrt(1 - kept ** 2) * normal)
  }
  return (minute) => 100 * Math.exp(steps[Math.floor(minute * 12)] ?? 0)
}

const moving: readonly (readonly [string, (seed: number) => Rate])[] = [
  ['that wanders', (seed) => wandering(seed, 0.3, 2)],
  ['that wanders far and slowly', (seed) => wandering(seed, 0.8, 30)],
  ['with the hours of a day', () => (minute) => 50 * (1 + 0.7 * Math.sin((2 * Math.PI * minute) / 1_440))],
  ['that grows', () => (minute) => 20 + minute],
]

describe.for(moving)('A load %s', ([, rateOf]) => {
  test('passes each quantile about as often as it says.', () => {
    const shares = covered(rateOf, { fromMinute: 30, toMinute: 360 })
    for (const [i, level] of LEVELS.entries())
      expect(Math.abs((shares[i] ?? 0) - level), `${level} of ${String(shares)}`).toBeLessThan(
        level === 0.5 ? 2 * NEAR : NEAR,
      )
  })
})

/** Bursts of up to two minutes, some ten minutes apart, that multiply the load. */
function flashCrowds(seed: number): Rate {
  const random = seededRandom(seed)
  const bursts: { readonly from: number; readonly to: number; readonly times: number }[] = []
  for (let at = 0; at < 1_440;) {
    const from = at + exponential(random, 10)
    at = from + 0.5 + 1.5 * random.next()
    bursts.push({ from, to: at, times: 2 + 5 * random.next() })
  }
  return (minute) => 20 * (bursts.find(({ from, to }) => from <= minute && minute < to)?.times ?? 1)
}

function steps(seed: number): Rate {
  const random = seededRandom(seed)
  const rates = Array.from({ length: 200 }, () => 5 + 60 * random.next())
  return (minute) => rates[Math.floor(minute / 15)] ?? 5
}

const standing: readonly (readonly [string, (seed: number) => Rate])[] = [
  ['that is constant', () => () => 50],
  ['with steps', steps],
  ['with flash crowds', flashCrowds],
  ['that is tripled for a minute every ten minutes', () => (minute) => (minute % 10 < 1 ? 90 : 30)],
]

describe.for(standing)('A load %s', ([, rateOf]) => {
  test('passes no quantile more often than it says.', () => {
    const shares = covered(rateOf, { fromMinute: 30, toMinute: 360 })
    for (const [i, level] of LEVELS.entries())
      if (level > 0.5) expect(shares[i], `${level} of ${String(shares)}`).toBeGreaterThan(level - NEAR)
  })
})

test('Half an hour after a calm load has become a wild one its quantiles fit again, and after it calmed down.', () => {
  const wildBetween =
    (from: number, to: number) =>
    (seed: number): Rate => {
      const wild = wandering(seed, 0.4, 1)
      return (minute) => (minute >= from && minute < to ? wild(minute) : 100)
    }
  const grown = covered(wildBetween(180, 900), { fromMinute: 210, toMinute: 420 })
  for (const [i, level] of LEVELS.entries())
    if (level > 0.5)
      expect(Math.abs((grown[i] ?? 0) - level), `${level} of ${String(grown)}`).toBeLessThan(NEAR)
  for (const seed of SEEDS) {
    const calm = countLoad({ rateAt: wildBetween(60, 120)(seed), seed, toMinute: 160, tickMs: TICK_MS })
    expect(forecastAhead(calm).quantile(0.9)).toBeLessThan(110)
  }
})
