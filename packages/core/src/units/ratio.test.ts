// Goal: percentages and ratios read and written without rounding noise. Method: examples, faults, a round trip.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatRatio, parseRatio, ratio } from './ratio.ts'

const refused = (input: string | number): unknown => {
  const result = parseRatio(input)
  return result.ok ? undefined : result.error
}

test.each([
  ['90 %', 0.9],
  ['99.9%', 0.999],
  ['0.9', 0.9],
  [0.9, 0.9],
  ['100 %', 1],
  [0, 0],
])('the ratio %j is read as %d', (input, expected) => {
  expect(parseRatio(input)).toEqual({ ok: true, value: expected })
})

test.each([
  [0.999, '99.9 %'],
  [0.9, '90 %'],
  [1, '100 %'],
  [0, '0 %'],
  [0.07, '7 %'],
])('the ratio %d is written as %j', (value, expected) => {
  expect(formatRatio(ratio(value))).toBe(expected)
})

test('every ratio survives being written and read', () => {
  const anyRatio = fc.double({ min: 1e-9, max: 1, noNaN: true })
  fc.assert(
    fc.property(anyRatio, (value) => {
      expect(parseRatio(formatRatio(ratio(value)))).toEqual({ ok: true, value })
    }),
  )
})

test('a percentage without its sign is refused with the right text', () => {
  expect(refused('90')).toEqual({
    code: 'ratio-outside',
    message: 'The ratio "90" is not between 0 and 1.',
    hint: 'Did you mean 90 %? Write 0 % to 100 %, such as 90 % or 0.9.',
  })
})

test.each([-0.1, '-5 %', '101 %', Number.NaN])('%j is outside 0 to 1', (input) => {
  expect(refused(input)).toMatchObject({
    code: 'ratio-outside',
    hint: 'Write 0 % to 100 %, such as 90 % or 0.9.',
  })
})

test.each(['', 'most', '9 of 10', '1e-3'])('%j is no ratio', (text) => {
  expect(refused(text)).toMatchObject({
    message: `${JSON.stringify(text)} is not a ratio.`,
    hint: 'Write a percentage, such as 90 %, or a number from 0 to 1, such as 0.9.',
  })
})

test('a ratio above one is a programming error', () => {
  expect(() => ratio(1.1)).toThrow('A ratio must be from 0 to 1, not 1.1')
})
