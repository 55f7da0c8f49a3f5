// Windows of levels: exact counts, what came of late, and clocks that are set (A3.13).
import { describe, expect, it } from 'vitest'
import { branded, durationMs, epochMs, hours, minutes, ratio, type LevelName } from '../units/index.ts'
import type { Level, Window } from './agreement.ts'
import { countInto, openWindow, recentCounts, type LevelWindow } from './level-window.ts'

const HOUR = hours(1)
const MINUTE = minutes(1)

const level = (window: Window): Level => ({
  name: branded<LevelName>('fast'),
  metric: { kind: 'response-time', limit: durationMs(100) },
  ratio: ratio(0.9),
  window,
  scope: {},
  conditions: [],
})

const hourly = level({ kind: 'calendar', unit: 'hour', timeZone: 'UTC' })
const rolling = level({ kind: 'rolling', length: HOUR })

const span = (from: number, to: number) => ({ from: epochMs(from), to: epochMs(to) })

/** One operation met and one missed in each minute. */
function minutely(of: Level, from: number, to: number, before = openWindow(of, epochMs(from))): LevelWindow {
  let state = before
  for (let at = from; at < to; at += MINUTE) state = countInto(state, of, span(at, at + MINUTE), 1, 1).window
  return state
}

describe('a calendar window', () => {
  it('counts up to its end and then gives way to the next one', () => {
    const full = minutely(hourly, 0, HOUR)
    expect(full).toMatchObject({ window: span(0, HOUR), met: 60, missed: 60 })
    const { window, closed } = countInto(full, hourly, span(HOUR, HOUR + 5_000), 7, 0)
    expect(closed).toEqual(full)
    expect(window).toMatchObject({ window: span(HOUR, 2 * HOUR), met: 7, missed: 0 })
  })

  it('closes once after a pause, however many windows went by', () => {
    const { window, closed } = countInto(minutely(hourly, 0, HOUR), hourly, span(HOUR, 5 * HOUR), 3, 0)
    expect(closed?.window).toEqual(span(0, HOUR))
    expect(window).toMatchObject({ window: span(4 * HOUR, 5 * HOUR), met: 3 })
  })

  it('goes on counting when the clock is set back into a window that has ended', () => {
    const present = minutely(hourly, 2 * HOUR, 2 * HOUR + 5 * MINUTE)
    const { window, closed } = countInto(present, hourly, span(2 * HOUR, HOUR + 5_000), 4, 1)
    expect(closed).toBeNull()
    expect(window).toMatchObject({ window: span(2 * HOUR, 3 * HOUR), met: 9, missed: 6 })
  })

  it('is closed when the level is agreed anew for windows of another length', () => {
    const daily = level({ kind: 'calendar', unit: 'day', timeZone: 'UTC' })
    const { window, closed } = countInto(
      minutely(hourly, HOUR, 2 * HOUR),
      daily,
      span(2 * HOUR, 2 * HOUR + 1),
      1,
      0,
    )
    expect(closed?.window).toEqual(span(HOUR, 2 * HOUR))
    expect(window).toMatchObject({ window: span(0, 24 * HOUR), met: 1 })
  })
})

describe('a rolling window', () => {
  it('forgets what is longer ago than it reaches', () => {
    const state = minutely(rolling, 0, 3 * HOUR)
    expect(state.met).toBeGreaterThanOrEqual(59)
    expect(state.met).toBeLessThanOrEqual(60)
    expect(state.window).toEqual(span(2 * HOUR - 1, 3 * HOUR))
  })
})

describe('recentCounts', () => {
  it.each([
    ['calendar', hourly],
    ['rolling', rolling],
  ])('are those of the last twelfth of a %s window', (_, of) => {
    const { met, missed, from } = recentCounts(minutely(of, 0, HOUR), of, epochMs(HOUR))
    expect(from).toBe(HOUR - 5 * MINUTE)
    expect([met, missed]).toEqual([5, 5])
  })
})
