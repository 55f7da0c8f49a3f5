// Goal: a number is read out of bytes as the language itself reads its text, to the last bit, and nothing else is one.
// Method: every text that a number has, and texts that are nearly one, are compared with Number().
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { NOT_READ, readNumber } from './number-text.ts'

function read(text: string): number | null {
  const bytes = new TextEncoder().encode(`x ${text}`)
  const into = { end: 0 }
  const value = readNumber(bytes, 2, bytes.length, into)
  if (into.end === NOT_READ) return null
  expect(into.end).toBeLessThanOrEqual(bytes.length)
  return value
}

it('reads each number as it was written, to the last bit', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.integer({ min: 1, max: 17 }), (value, digits) => {
      for (const text of [String(value), value.toExponential(), value.toPrecision(digits)])
        expect(read(text)).toBe(Number(text))
    }),
    { numRuns: 2_000 },
  )
})

it('reads short decimals as the language does', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[+-]?\d{1,20}(\.\d{0,20})?(e[+-]?\d{1,3})?$/), (text) => {
      expect(read(text)).toBe(Number(text))
    }),
    { numRuns: 2_000 },
  )
})

it.each([
  ['+Inf', Infinity],
  ['-Inf', -Infinity],
  ['inf', Infinity],
  ['.5', 0.5],
  ['5.', 5],
  ['1E3', 1_000],
  ['9007199254740993', 9_007_199_254_740_992],
])('reads %s', (text, value) => {
  expect(read(text)).toBe(value)
})

it('reads what is no number as none, where it says so', () => {
  expect(['NaN', '+nan'].map(read)).toEqual([Number.NaN, Number.NaN])
})

it.each(['', '.', '-', '0x10', '1_000', '1e', '1e+', '12a', 'Infinit', 'null', '1,5', '"1"', '--1'])(
  'does not take "%s" for a number',
  (text) => {
    expect(read(text)).toBeNull()
  },
)

it('ends where a blank or the line does', () => {
  const bytes = new TextEncoder().encode('12 34\n56')
  const into = { end: 0 }
  expect([readNumber(bytes, 0, 8, into), into.end]).toEqual([12, 2])
  expect([readNumber(bytes, 3, 8, into), into.end]).toEqual([34, 5])
})
