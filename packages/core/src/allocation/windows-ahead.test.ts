// The windows within a time from now on: the present one with what is left of it, then whole ones.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { windowsAhead } from './windows-ahead.ts'

test('Short windows follow one another; the last counts as far as it is looked at.', () => {
  expect(windowsAhead({ leftMs: 20_000, windowMs: 60_000 }, 110_000)).toEqual([
    { fromMs: 0, toMs: 20_000, endMs: 20_000, share: 1 },
    { fromMs: 20_000, toMs: 80_000, endMs: 80_000, share: 1 },
    { fromMs: 80_000, toMs: 110_000, endMs: 140_000, share: 0.5 },
  ])
})

test('Of a window that lasts longer than is looked at, that part of the rest counts.', () => {
  expect(windowsAhead({ leftMs: 1_200_000, windowMs: 3_600_000 }, 120_000)).toEqual([
    { fromMs: 0, toMs: 120_000, endMs: 1_200_000, share: 0.1 },
  ])
})

test('They cover the whole time without a gap or an overlap.', () => {
  const ms = fc.integer({ min: 1, max: 7_200_000 })
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 7_200_000 }),
      ms,
      fc.integer({ min: 1, max: 600_000 }),
      (leftMs, windowMs, horizonMs) => {
        fc.pre(horizonMs / windowMs < 1_000)
        const windows = windowsAhead({ leftMs, windowMs }, horizonMs)
        expect(windows[0]?.fromMs).toBe(0)
        expect(windows.at(-1)?.toMs).toBe(horizonMs)
        for (const [i, { toMs }] of windows.slice(0, -1).entries()) expect(windows[i + 1]?.fromMs).toBe(toMs)
      },
    ),
  )
})
