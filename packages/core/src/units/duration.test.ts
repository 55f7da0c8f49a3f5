// Goal: durations read as people write them, exactly. Method: examples, exact faults, and a round trip.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  days,
  durationMs,
  formatDuration,
  hours,
  milliseconds,
  minutes,
  parseDuration,
  seconds,
} from './duration.ts'

const parsed = (text: string): number | undefined => {
  const result = parseDuration(text)
  return result.ok ? result.value : undefined
}

const refused = (text: string): unknown => {
  const result = parseDuration(text)
  return result.ok ? undefined : result.error
}

test.each([
  ['100ms', 100],
  ['1.5s', 1_500],
  ['1h30m', 5_400_000],
  ['1h 30m', 5_400_000],
  ['2 min', 120_000],
  ['10 s', 10_000],
  ['10sec', 10_000],
  ['7d', 604_800_000],
  ['1w', 604_800_000],
  ['0.001s', 1],
  [' 5s ', 5_000],
  ['0s', 0],
])('the duration %j is read as %d ms', (text, expected) => {
  expect(parsed(text)).toBe(expected)
})

test.each([
  [0, '0s'],
  [250, '250ms'],
  [1_500, '1.5s'],
  [61_050, '1m1.05s'],
  [60_250, '1m250ms'],
  [5_400_000, '1h30m'],
  [604_800_000, '7d'],
  [-1_500, '-1.5s'],
])('%d ms is written as %j', (value, expected) => {
  expect(formatDuration(durationMs(value))).toBe(expected)
})

test('every whole number of milliseconds survives being written and read', () => {
  fc.assert(
    fc.property(fc.nat({ max: 10 ** 13 }), (value) => {
      expect(parsed(formatDuration(durationMs(value)))).toBe(value)
    }),
  )
})

test('no text makes the parser throw', () => {
  const pieces = fc.string({ unit: fc.constantFrom('1', '.', ' ', 'm', 's', 'h', '-', '+', 'x', ',') })
  fc.assert(fc.property(fc.oneof(fc.string(), pieces), (text) => typeof parseDuration(text).ok === 'boolean'))
})

test('a bare number is refused with a request for the unit', () => {
  expect(refused('100')).toEqual({
    code: 'duration-without-unit',
    message: 'The duration "100" has no unit.',
    hint: 'Say the unit, such as 100ms or 100s.',
  })
})

test('an unknown unit is refused with the unit that was probably meant', () => {
  expect(refused('5 minuts')).toEqual({
    code: 'duration-unknown-unit',
    message: 'The duration "5 minuts" has the unknown unit "minuts".',
    hint: 'Did you mean "min"? The units are ms, s, sec, m, min, h, d, w, such as in 10s.',
  })
})

test('an unknown unit that is like no other is refused without a guess', () => {
  expect(refused('5 foo')).toMatchObject({
    hint: 'The units are ms, s, sec, m, min, h, d, w, such as in 10s.',
  })
})

test('a negative duration is refused', () => {
  expect(refused('-5s')).toEqual({
    code: 'duration-negative',
    message: 'The duration "-5s" is negative.',
    hint: 'Write a duration of zero or more, such as 5s.',
  })
})

test('a fraction of a millisecond is refused rather than rounded', () => {
  expect(refused('0.5ms')).toMatchObject({
    message: 'The duration "0.5ms" is not a whole number of milliseconds.',
  })
})

test.each(['1h1h', '30m1h'])('the units of %j are refused as out of order', (text) => {
  expect(refused(text)).toMatchObject({ code: 'duration-disordered' })
})

test.each(['', 'soon', '1.5.5s', '1h,30m', '1h 30', '1e3s'.repeat(30)])('%j is no duration', (text) => {
  expect(refused(text)).toMatchObject({ code: 'duration-malformed' })
})

test('a duration that could not be exact is refused', () => {
  expect(refused('99999999999w')).toMatchObject({ code: 'duration-too-long' })
})

test('constructors round to the millisecond', () => {
  expect([milliseconds(1.4), seconds(1.5), minutes(2), hours(1), days(1)]).toEqual([
    1, 1_500, 120_000, 3_600_000, 86_400_000,
  ])
})

test('a duration that is no number is a programming error', () => {
  expect(() => durationMs(Number.NaN)).toThrow('A duration must be a finite number, not NaN')
})
