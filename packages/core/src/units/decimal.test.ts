// Goal: decimal texts never pass through binary fractions. Method: exact examples, and round trips over doubles.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatScaled, plainDecimal, scaleDecimal } from './decimal.ts'

test('a decimal is scaled exactly where floating point would not be', () => {
  expect(scaleDecimal('0.1', 1_000_000n)).toBe(100_000n)
  expect(scaleDecimal('1.005', 1_000n)).toBe(1_005n)
})

test('a decimal that is finer than the scale has no value', () => {
  expect(scaleDecimal('0.0001', 1_000n)).toBeUndefined()
})

test('a scaled value is written with the fewest decimals, but no fewer than asked for', () => {
  expect(formatScaled(1_500n, 3)).toBe('1.5')
  expect(formatScaled(2_000n, 3)).toBe('2')
  expect(formatScaled(2_000n, 3, 2)).toBe('2.00')
  expect(formatScaled(-5n, 3)).toBe('-0.005')
})

test('a plain decimal has no exponent, however small or large the number', () => {
  expect(plainDecimal(1e-7)).toBe('0.0000001')
  expect(plainDecimal(1.5e21)).toBe('1500000000000000000000')
  expect(plainDecimal(0.999, 2)).toBe('99.9')
})

test('a plain decimal reads back as the same number', () => {
  const positive = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })
  fc.assert(fc.property(positive, (value) => Number(plainDecimal(value)) === value))
})

test('scaling and formatting are inverse', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.integer({ min: 0, max: 9 }), (value, places) => {
      expect(scaleDecimal(formatScaled(value, places), 10n ** BigInt(places))).toBe(value)
    }),
  )
})
