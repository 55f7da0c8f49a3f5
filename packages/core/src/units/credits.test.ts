// Goal: credits are exact thousandths. Method: examples, faults, a round trip.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { credits, formatCredits, milliCredits, parseCredits } from './credits.ts'

const refused = (text: string): unknown => {
  const result = parseCredits(text)
  return result.ok ? undefined : result.error
}

test.each([
  ['12.5', 12_500],
  ['12.5 credits', 12_500],
  ['1 credit', 1_000],
  ['-3', -3_000],
  ['-0', 0],
])('the amount %j is read as %d thousandths', (text, expected) => {
  expect(parseCredits(text)).toEqual({ ok: true, value: expected })
})

test('one credit is singular, all other amounts are plural', () => {
  expect(formatCredits(credits(1))).toBe('1 credit')
  expect(formatCredits(credits(12.5))).toBe('12.5 credits')
  expect(formatCredits(milliCredits(-1))).toBe('-0.001 credits')
})

test('every amount survives being written and read', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      expect(parseCredits(formatCredits(milliCredits(value)))).toEqual({ ok: true, value })
    }),
  )
})

test('an amount finer than a thousandth is refused rather than rounded', () => {
  expect(refused('0.0001')).toEqual({
    code: 'credits-too-fine',
    message: 'The amount of credits "0.0001" has more than three decimals.',
    hint: 'Write at most three, such as 0.001 credits.',
  })
})

test('another unit is refused', () => {
  expect(refused('3 cores')).toEqual({
    code: 'credits-unknown-unit',
    message: 'The amount of credits "3 cores" has the unknown unit "cores".',
    hint: 'Write credits or nothing after the number, such as 12.5 credits.',
  })
})

test('texts without a number and amounts beyond exactness are refused', () => {
  expect(refused('many')).toMatchObject({ message: '"many" is not an amount of credits.' })
  expect(refused('99999999999999999')).toMatchObject({ code: 'credits-too-large' })
})
