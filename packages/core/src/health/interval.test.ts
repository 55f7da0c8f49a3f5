// Which time is meant: aligned intervals that never change once told, all since an instant, or the last minute.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { durationMs, epochMs, minutes } from '../units/index.ts'
import { firstToTell, intervalOf, isKeptWhole, SETTLED_MS } from './interval.ts'

const at = (text: string) => epochMs(Date.parse(`2026-11-27T${text}Z`))

test('Five minutes are the last five whole minutes of the clock that are settled.', () => {
  const asked = { kind: 'interval', length: minutes(5) } as const
  expect(intervalOf(asked, at('09:03:00'))).toEqual({ from: at('08:55:00'), to: at('09:00:00') })
  expect(intervalOf(asked, at('09:05:09'))).toEqual({ from: at('08:55:00'), to: at('09:00:00') })
  expect(intervalOf(asked, at('09:05:10'))).toEqual({ from: at('09:00:00'), to: at('09:05:00') })
})

test('Intervals of any length follow one another without a gap, whenever they are asked for.', () => {
  const lengths = fc.integer({ min: 1_000, max: 3_600_000 })
  fc.assert(
    fc.property(lengths, fc.nat({ max: 1_000_000_000 }), (length, now) => {
      const asked = { kind: 'interval', length: durationMs(length) } as const
      const first = intervalOf(asked, epochMs(now + 4_000_000))
      const next = intervalOf(asked, epochMs(now + 4_000_000 + length))
      expect(next?.from).toBe(first?.to)
      expect(first?.to).toBeLessThanOrEqual(now + 4_000_000 - SETTLED_MS)
    }),
  )
})

test('Since an instant means until now, from the beginning of the cell that holds it.', () => {
  expect(intervalOf({ kind: 'since', from: at('08:59:31') }, at('09:00:01'))).toEqual({
    from: at('08:59:30'),
    to: at('09:00:01'),
  })
})

test('Nothing is told of a time of which nothing is kept.', () => {
  expect(intervalOf({ kind: 'since', from: epochMs(0) }, at('09:00:00'))).toBeNull()
})

test('Who asks for nothing in particular is told of the last minute.', () => {
  expect(intervalOf({ kind: 'lately' }, at('09:00:00'))).toEqual({ from: at('08:59:00'), to: at('09:00:00') })
})

test('An interval is kept whole where its ends lie on cells that are kept for so long.', () => {
  expect(isKeptWhole(durationMs(7_000))).toBe(true)
  expect(isKeptWhole(durationMs(45 * 60_000))).toBe(true)
  expect(isKeptWhole(durationMs(45 * 60_000 + 2_000))).toBe(false)
  expect(isKeptWhole(durationMs(15 * 3_600_000 + 60_000))).toBe(false)
})

test('Who comes back goes on where it stopped, or with the latest where that is too long ago or no end of one.', () => {
  const [length, now] = [durationMs(10_000), at('09:00:10')]
  expect(firstToTell(null, length, now)).toBe(at('08:59:50'))
  expect(firstToTell(at('08:30:00'), length, now)).toBe(at('08:30:00'))
  expect(firstToTell(at('08:30:01'), length, now)).toBe(at('08:59:50'))
  expect(firstToTell(at('09:10:00'), length, now)).toBe(at('08:59:50'))
  expect(firstToTell(at('06:00:00'), length, now)).toBe(at('08:59:50'))
  expect(firstToTell(at('08:26:00'), durationMs(2_000), now)).toBe(at('08:59:58'))
})
