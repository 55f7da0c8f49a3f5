// Windows of levels as a place's wall clock has them (A3.1), daylight saving included.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochMs, formatInstant, hours, parseInstant, type EpochMs } from '../units/index.ts'
import type { CalendarUnit, Window } from './agreement.ts'
import { windowAt, windowLength } from './window.ts'

const at = (text: string): EpochMs => {
  const parsed = parseInstant(text)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.value
}

const calendar = (unit: CalendarUnit, timeZone = 'UTC'): Window => ({ kind: 'calendar', unit, timeZone })

const shown = (window: Window, now: string): readonly string[] => {
  const { from, to } = windowAt(window, at(now))
  return [formatInstant(from), formatInstant(to)]
}

describe('windowAt', () => {
  it.each<[CalendarUnit, string, string]>([
    ['minute', '2026-11-20T09:41:00.000Z', '2026-11-20T09:42:00.000Z'],
    ['hour', '2026-11-20T09:00:00.000Z', '2026-11-20T10:00:00.000Z'],
    ['day', '2026-11-20T00:00:00.000Z', '2026-11-21T00:00:00.000Z'],
    ['week', '2026-11-16T00:00:00.000Z', '2026-11-23T00:00:00.000Z'],
    ['month', '2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
  ])('finds the %s in UTC', (unit, from, to) => {
    expect(shown(calendar(unit), '2026-11-20T09:41:30Z')).toEqual([from, to])
  })

  it('begins the day at the midnight of its place', () => {
    expect(shown(calendar('day', 'Europe/Berlin'), '2026-11-20T23:30:00Z')).toEqual([
      '2026-11-20T23:00:00.000Z',
      '2026-11-21T23:00:00.000Z',
    ])
  })

  it('begins the hour where a place half an hour off does', () => {
    expect(shown(calendar('hour', 'Asia/Kolkata'), '2026-11-20T09:41:00Z')).toEqual([
      '2026-11-20T09:30:00.000Z',
      '2026-11-20T10:30:00.000Z',
    ])
  })

  it.each([
    ['2026-03-29T12:00:00Z', 23],
    ['2026-10-25T12:00:00Z', 25],
    ['2026-11-20T12:00:00Z', 24],
  ])('gives the day of %s in Berlin %d hours', (now, length) => {
    expect(windowLength(calendar('day', 'Europe/Berlin'), at(now))).toBe(hours(length))
  })

  it('leaves no gap where a clock is moved by half an hour', () => {
    // Lord Howe went back from 02:00 to 01:30 on 2026-04-05, at 15:00 UTC of the day before.
    let instant = at('2026-04-04T13:00:00Z')
    for (let hour = 0; hour < 30; hour++) {
      const window = windowAt(calendar('hour', 'Australia/Lord_Howe'), instant)
      expect(window.from).toBe(instant)
      instant = window.to
    }
  })

  it('ends a rolling window now', () => {
    expect(shown({ kind: 'rolling', length: hours(1) }, '2026-11-20T09:41:00Z')).toEqual([
      '2026-11-20T08:41:00.000Z',
      '2026-11-20T09:41:00.000Z',
    ])
  })

  it('contains its instant and meets the next window without a gap, in any place at any time', () => {
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'America/Sao_Paulo',
    )
    const unit = fc.constantFrom<CalendarUnit>('minute', 'hour', 'day', 'week', 'month')
    fc.assert(
      fc.property(zone, unit, fc.integer({ min: 0, max: 4_000_000_000_000 }), (timeZone, name, ms) => {
        const window = calendar(name, timeZone)
        const here = windowAt(window, epochMs(ms))
        expect(here.from).toBeLessThanOrEqual(ms)
        expect(here.to).toBeGreaterThan(ms)
        expect(windowAt(window, here.to).from).toBe(here.to)
      }),
      { numRuns: 1_000 },
    )
  })
})
