// Exact counts, the budget that is left, and the verdict (A3.13).
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochMs, hours, minutes, ratio } from '../units/index.ts'
import type { Level, Window } from './agreement.ts'
import { judgeLevel } from './judge-level.ts'
import { countInto, openWindow, type LevelWindow } from './level-window.ts'

const levelWith = (
  promised: number,
  window: Window = { kind: 'calendar', unit: 'hour', timeZone: 'UTC' },
): Level =>
  ({
    name: 'fast',
    metric: { kind: 'error-ratio' },
    ratio: ratio(promised),
    window,
    scope: {},
    conditions: [],
  }) as unknown as Level

const HOUR = hours(1)
const start = 1_000 * HOUR

/** Counts the same met and missed every ten seconds for so long. */
function steady(level: Level, forMs: number, met: number, missed: number, from: number = start): LevelWindow {
  let state = openWindow(level, epochMs(from))
  for (let t = from; t < from + forMs; t += 10_000) {
    state = countInto(state, level, { from: epochMs(t), to: epochMs(t + 10_000) }, met, missed).window
  }
  return state
}

const half = epochMs(start + HOUR / 2)

describe('judgeLevel', () => {
  it('keeps a level of which nothing was missed, with the whole budget left', () => {
    const judged = judgeLevel(levelWith(0.9), steady(levelWith(0.9), HOUR / 2, 100, 0), half, null)
    expect(judged).toMatchObject({ state: 'kept', measured: 1, burn: 0 })
    expect(judged.budget.left).toBe(judged.budget.allowed)
  })

  it("allows at the window's end what the present rate brings until then", () => {
    const judged = judgeLevel(levelWith(0.9), steady(levelWith(0.9), HOUR / 2, 100, 0), half, null)
    expect(judged.budget.allowed).toBeGreaterThan(3_500)
    expect(judged.budget.allowed).toBeLessThan(3_700)
  })

  it('calls a level at risk when the present burn spends the budget before the window ends', () => {
    const judged = judgeLevel(levelWith(0.9), steady(levelWith(0.9), HOUR / 2, 88, 12), half, null)
    expect(judged.state).toBe('at-risk')
    expect(judged.burn).toBeCloseTo(1.2, 1)
  })

  it('calls it breached once even nothing but hits could not mend the window', () => {
    const judged = judgeLevel(levelWith(0.9), steady(levelWith(0.9), HOUR / 2, 70, 30), half, null)
    expect(judged.state).toBe('breached')
    expect(judged.budget.left).toBeLessThan(0)
  })

  it('calls it at risk when the instances at hand are expected to break it', () => {
    const judged = judgeLevel(levelWith(0.9), steady(levelWith(0.9), HOUR / 2, 100, 0), half, 0.8)
    expect(judged.state).toBe('at-risk')
  })

  it('keeps a window in which nothing happened', () => {
    expect(judgeLevel(levelWith(0.9), openWindow(levelWith(0.9), epochMs(start)), half, null)).toMatchObject({
      state: 'kept',
      measured: null,
    })
  })

  it('breaks a promise of 100 % with the first miss', () => {
    const judged = judgeLevel(levelWith(1), steady(levelWith(1), HOUR / 2, 999, 1), half, null)
    expect(judged.state).toBe('breached')
    expect(Number.isFinite(judged.burn)).toBe(true)
  })

  it('judges a rolling window by what it holds, and forgets what has left it', () => {
    const rolling = levelWith(0.9, { kind: 'rolling', length: minutes(10) })
    const bad = steady(rolling, minutes(10), 50, 50)
    expect(judgeLevel(rolling, bad, epochMs(start + minutes(10)), null).state).toBe('breached')
    let state = bad
    for (let t = start + minutes(10); t < start + minutes(22); t += 10_000) {
      state = countInto(state, rolling, { from: epochMs(t), to: epochMs(t + 10_000) }, 100, 0).window
    }
    expect(judgeLevel(rolling, state, epochMs(start + minutes(22)), null)).toMatchObject({
      state: 'kept',
      measured: 1,
    })
  })
})

describe('countInto', () => {
  it('counts every operation exactly once, over any number of windows', () => {
    const counts = fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(counts, (spans) => {
        const level = levelWith(0.9, { kind: 'calendar', unit: 'minute', timeZone: 'UTC' })
        let state = openWindow(level, epochMs(start))
        const total = { met: 0, missed: 0 }
        const take = (window: LevelWindow): void => {
          total.met += window.met
          total.missed += window.missed
        }
        for (const [i, [met, missed]] of spans.entries()) {
          const span = { from: epochMs(start + i * 7_000), to: epochMs(start + (i + 1) * 7_000) }
          const counted = countInto(state, level, span, met, missed)
          if (counted.closed !== null) take(counted.closed)
          state = counted.window
        }
        take(state)
        expect(total).toEqual({
          met: spans.reduce((sum, [met]) => sum + met, 0),
          missed: spans.reduce((sum, [, missed]) => sum + missed, 0),
        })
      }),
    )
  })
})
