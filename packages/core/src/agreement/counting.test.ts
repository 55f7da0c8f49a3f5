// Windows count the same whatever spans the same operations are seen in, on days of 23 and 25 hours too (A3.13).
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { branded, durationMs, epochMs, parseInstant, ratio, type EpochMs } from '../units/index.ts'
import type { CalendarUnit, Level } from './agreement.ts'
import { countInto, openWindow, type LevelWindow } from './level-window.ts'

const levelOf = (unit: CalendarUnit, timeZone: string): Level => ({
  name: branded('fast'),
  metric: { kind: 'response-time', limit: durationMs(100) },
  ratio: ratio(0.9),
  window: { kind: 'calendar', unit, timeZone },
  scope: {},
  conditions: [],
})

const at = (text: string): EpochMs => {
  const parsed = parseInstant(text)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.value
}

interface Ended {
  readonly at: number
  readonly met: boolean
}

/** Windows with what they counted, by when they began. */
type Shown = ReadonlyMap<number, readonly [to: number, met: number, missed: number]>

const shown = (windows: readonly LevelWindow[]): Shown =>
  new Map(
    windows
      .filter(({ met, missed }) => met + missed > 0)
      .map(({ window, met, missed }) => [window.from, [window.to, met, missed]]),
  )

/** Counts the operations in the spans that the cuts make. */
function counted(level: Level, ended: readonly Ended[], cuts: readonly number[]): Shown {
  const [first = 0] = cuts
  let state = openWindow(level, epochMs(first))
  const closed: LevelWindow[] = []
  for (const [i, from] of cuts.slice(0, -1).entries()) {
    const to = cuts[i + 1] ?? from
    const inside = ended.filter((one) => one.at >= from && one.at < to)
    const met = inside.filter((one) => one.met).length
    const result = countInto(state, level, { from: epochMs(from), to: epochMs(to) }, met, inside.length - met)
    if (result.closed !== null) closed.push(result.closed)
    state = result.window
  }
  return shown([...closed, state])
}

const HOUR = 3_600_000

/** A day before and after a shift: 23 hours in Berlin's spring, 25 in its autumn, half an hour on Lord Howe. */
const places = fc.constantFrom<readonly [zone: string, from: string]>(
  ['Europe/Berlin', '2026-03-28T00:00:00Z'],
  ['Europe/Berlin', '2026-10-24T00:00:00Z'],
  ['America/New_York', '2026-11-01T00:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T00:00:00Z'],
  ['UTC', '2026-11-20T00:00:00Z'],
)
const LENGTH = 50 * HOUR

it('Any way of cutting time at the ends of windows and anywhere else gives the same counts in the same windows.', () => {
  const ended = fc.array(fc.record({ at: fc.nat(LENGTH - 1), met: fc.boolean() }), { maxLength: 120 })
  const cuts = fc.array(fc.nat(LENGTH - 1), { maxLength: 60 })
  const unit = fc.constantFrom<CalendarUnit>('hour', 'day', 'week')
  fc.assert(
    fc.property(places, unit, ended, cuts, cuts, ([zone, from], windowUnit, operations, some, others) => {
      const level = levelOf(windowUnit, zone)
      const start = at(from)
      const absolute = operations.map((one) => ({ ...one, at: start + one.at }))
      // As the loop does: no span crosses a minute, so none crosses the end of a window.
      const ends = Array.from({ length: 101 }, (_, i) => start + (i * HOUR) / 2)
      const cutAt = (extra: readonly number[]): readonly number[] =>
        [...new Set([...ends, ...extra.map((ms) => start + ms)])].toSorted((a, b) => a - b)
      const one = counted(level, absolute, cutAt(some))
      expect(counted(level, absolute, cutAt(others))).toEqual(one)
      const total = [...one.values()].reduce((sum, [, met, missed]) => sum + met + missed, 0)
      expect(total).toBe(operations.length)
    }),
    { numRuns: 60 },
  )
})

it.each([
  ['2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', 23],
  ['2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', 25],
])('A day of a shift that begins at %s counts all of its hours.', (from, to, length) => {
  const level = levelOf('day', 'Europe/Berlin')
  const begins = at(from)
  const cuts = Array.from({ length: length + 2 }, (_, i) => begins + i * HOUR)
  const hourly = cuts.slice(0, -1).map((hour) => ({ at: hour + 1, met: true }))
  expect(counted(level, hourly, cuts).get(begins)).toEqual([at(to), length, 0])
})
