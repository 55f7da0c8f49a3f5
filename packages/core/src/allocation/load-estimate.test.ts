/** Goal: a constant load is left alone, a changed one is noticed in time. Method: Poisson counts of ticks, seeded. */
import { describe, expect, test } from 'vitest'
import { poissonCount, seededRandom } from '../stats/index.ts'
import { durationMs, epochMs, seconds } from '../units/index.ts'
import { loadToPlanFor, noLoad, observeLoad, type RecentLoad } from './load-estimate.ts'

const TICK_MS = 5_000
const HORIZON = seconds(8)

/** Ticks from `fromMs` to `toMs` with what the rate brings; calls back with the state after each. */
function run(
  before: RecentLoad,
  { fromMs, toMs, rate, seed }: { fromMs: number; toMs: number; rate: number; seed: number },
  onTick: (state: RecentLoad, ms: number) => void = () => {},
): RecentLoad {
  const random = seededRandom(seed)
  let state = before
  for (let ms = fromMs; ms < toMs; ms += TICK_MS) {
    const span = { from: epochMs(ms), to: epochMs(ms + TICK_MS) }
    state = observeLoad(state, span, poissonCount(random, (rate * TICK_MS) / 1_000), HORIZON)
    onTick(state, ms + TICK_MS)
  }
  return state
}

const MINUTE = 60_000
const seeds = Array.from({ length: 20 }, (_, i) => i + 1)

test('Nothing is planned for before half a minute was seen.', () => {
  const early = run(noLoad, { fromMs: 0, toMs: MINUTE / 2 - TICK_MS, rate: 5, seed: 1 })
  expect(loadToPlanFor(early)).toBeNull()
  expect(
    loadToPlanFor(run(early, { fromMs: MINUTE / 2 - TICK_MS, toMs: MINUTE / 2, rate: 5, seed: 2 })),
  ).not.toBeNull()
})

describe.for([0.2, 1, 5, 50])('At a constant %s/s', (rate) => {
  test('what is planned for hardly ever moves in three hours, once ten minutes were seen.', () => {
    const changed = seeds.filter((seed) => {
      const settled = run(noLoad, { fromMs: 0, toMs: 10 * MINUTE, rate, seed })
      const later = run(settled, { fromMs: 10 * MINUTE, toMs: 190 * MINUTE, rate, seed: seed + 1_000 })
      return loadToPlanFor(later) !== loadToPlanFor(settled)
    })
    // The first ten minutes are themselves chance; now and then a run finds later that they misled.
    expect(changed.length).toBeLessThanOrEqual(4)
  })
})

test('What is planned for is hardly below the load and not much above it.', () => {
  for (const seed of seeds) {
    const planned = loadToPlanFor(run(noLoad, { fromMs: 0, toMs: 15 * MINUTE, rate: 5, seed })) ?? 0
    expect(planned).toBeGreaterThan(4.8)
    expect(planned).toBeLessThan(5.8)
  }
})

test('A load that doubles is noticed within half a minute, and mostly planned for as a whole.', () => {
  const planned = seeds.map((seed) => {
    const settled = run(noLoad, { fromMs: 0, toMs: 10 * MINUTE, rate: 5, seed })
    const after = { fromMs: 10 * MINUTE, toMs: 10 * MINUTE + 30_000, rate: 10, seed: seed + 50 }
    return loadToPlanFor(run(settled, after)) ?? 0
  })
  expect(Math.min(...planned)).toBeGreaterThan(6)
  expect(planned.filter((rate) => rate > 8.5).length).toBeGreaterThanOrEqual(17)
})

test('A load that grows by a fifth is planned for within seven minutes.', () => {
  for (const seed of seeds) {
    const settled = run(noLoad, { fromMs: 0, toMs: 10 * MINUTE, rate: 5, seed })
    const after = run(settled, { fromMs: 10 * MINUTE, toMs: 17 * MINUTE, rate: 6, seed: seed + 50 })
    expect(loadToPlanFor(after)).toBeGreaterThan(5.6)
  }
})

test('A load that falls to a third is planned for within four minutes, and not in the first one.', () => {
  for (const seed of seeds) {
    const settled = run(noLoad, { fromMs: 0, toMs: 10 * MINUTE, rate: 9, seed })
    const after = run(
      settled,
      { fromMs: 10 * MINUTE, toMs: 14 * MINUTE, rate: 3, seed: seed + 50 },
      (state, ms) => {
        if (ms <= 11 * MINUTE) expect(loadToPlanFor(state)).toBeGreaterThan(7)
      },
    )
    expect(loadToPlanFor(after)).toBeLessThan(5)
  }
})

test('Whatever the pace of the loop, few cells are kept.', () => {
  let state = noLoad
  for (let ms = 0; ms < 30 * MINUTE; ms += 500) {
    state = observeLoad(state, { from: epochMs(ms), to: epochMs(ms + 500) }, 3, durationMs(8_000))
    expect(state.cells.length).toBeLessThan(30)
  }
})
