// Goal: rates read in any unit of time and are written in the shortest. Method: examples, faults, round trips.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatRate, parseRate, perSecond, roughRate } from './rate.ts'

const refused = (text: string): unknown => {
  const result = parseRate(text)
  return result.ok ? undefined : result.error
}

test.each([
  ['10/s', 10],
  ['600/min', 10],
  ['600 / m', 10],
  ['36 / h', 0.01],
  ['2.5/sec', 2.5],
  ['86400/d', 1],
])('the rate %j is read as %d per second', (text, expected) => {
  expect(parseRate(text)).toEqual({ ok: true, value: expected })
})

test.each([
  [10, '10/s'],
  [0, '0/s'],
  [0.01, '36/h'],
  [1_000 / 60, '1000/min'],
  [1 / 86_400, '1/d'],
])('%d per second is written as %j', (value, expected) => {
  expect(formatRate(perSecond(value))).toBe(expected)
})

test('every rate survives being written and read', () => {
  const anyRate = fc.double({ min: 1e-6, max: 1e12, noNaN: true })
  fc.assert(
    fc.property(anyRate, (value) => {
      expect(parseRate(formatRate(perSecond(value)))).toEqual({ ok: true, value })
    }),
  )
})

test('a bare number is refused with a request for the unit', () => {
  expect(refused('10')).toEqual({
    code: 'rate-without-unit',
    message: 'The rate "10" has no unit.',
    hint: 'Say the unit, such as 10/s or 10/min.',
  })
})

test('an unknown unit is refused with the unit that was probably meant', () => {
  expect(refused('10/hours')).toEqual({
    code: 'rate-unknown-unit',
    message: 'The rate "10/hours" has the unknown unit "/hours".',
    hint: 'Did you mean "/h"? The units are /s, /sec, /m, /min, /h, /d, such as in 10/s.',
  })
})

test('a negative rate is refused', () => {
  expect(refused('-1/s')).toMatchObject({ message: 'The rate "-1/s" is negative.' })
})

test.each(['', 'fast', '10 requests/s', '10 s'])('%j is no rate', (text) => {
  expect(refused(text)).toEqual({
    code: 'rate-malformed',
    message: `${JSON.stringify(text)} is not a rate.`,
    hint: 'Write a number, a slash and a unit of time, such as 10/s or 600/min.',
  })
})

test.each([-1, Number.NaN, Infinity])('a rate of %d is a programming error', (value) => {
  expect(() => perSecond(value)).toThrow(RangeError)
})

test.each([
  [13.405890526064029, '13.4/s'],
  [8.1523, '8.15/s'],
  [10, '10/s'],
  [0, '0/s'],
  [0.05, '3/min'],
  [0.0001, '0.36/h'],
  [12_345, '12300/s'],
])('the rate %d is %s in a sentence', (rate, text) => {
  expect(roughRate(perSecond(rate))).toBe(text)
})
