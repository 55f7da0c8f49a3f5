// Goal: not a micro-unit is lost. Method: exact examples, conservation and round trips over arbitrary amounts.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { durationMs, hours, minutes } from './duration.ts'
import {
  addMoney,
  costOf,
  formatHourlyPrice,
  formatMoney,
  micros,
  money,
  parseHourlyPrice,
  parseMoney,
  scaleMoney,
} from './money.ts'
import { divideRounded } from './rounding.ts'

const anyAmount = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n })
const anyCurrency = fc.constantFrom('EUR', 'USD', 'JPY')
const FIVE_CENTS_AN_HOUR = { currency: 'EUR', microsPerHour: micros(50_000n) }

const refused = (text: string): unknown => {
  const result = parseMoney(text)
  return result.ok ? undefined : result.error
}

const refusedPrice = (text: string): unknown => {
  const result = parseHourlyPrice(text)
  return result.ok ? undefined : result.error
}

test.each([
  ['0.05 EUR', 50_000n],
  ['1 EUR', 1_000_000n],
  ['-3EUR', -3_000_000n],
  ['0.000001 EUR', 1n],
])('the amount %j is read exactly', (text, expected) => {
  expect(parseMoney(text)).toEqual({ ok: true, value: money(expected, 'EUR') })
})

test('amounts show at least cents and otherwise all their decimals', () => {
  expect(formatMoney(money(1_000_000n, 'EUR'))).toBe('1.00 EUR')
  expect(formatMoney(money(-1n, 'USD'))).toBe('-0.000001 USD')
})

test('every amount survives being written and read', () => {
  fc.assert(
    fc.property(anyAmount, anyCurrency, (amount, currency) => {
      const value = money(amount, currency)
      expect(parseMoney(formatMoney(value))).toEqual({ ok: true, value })
    }),
  )
})

test('every hourly price survives being written and read', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), anyCurrency, (amount, currency) => {
      const value = { currency, microsPerHour: micros(amount) }
      expect(parseHourlyPrice(formatHourlyPrice(value))).toEqual({ ok: true, value })
    }),
  )
})

test('an amount without a currency is refused', () => {
  expect(refused('5')).toEqual({
    code: 'money-without-currency',
    message: 'The amount "5" has no currency.',
    hint: 'Say the currency, such as 5 EUR.',
  })
})

test('a currency in small letters is refused with its capitals', () => {
  expect(refused('1 eur')).toEqual({
    code: 'money-unknown-currency',
    message: 'The amount "1 eur" has the unknown currency "eur".',
    hint: 'Did you mean "EUR"? Write the three capital letters of ISO 4217, such as 0.05 EUR.',
  })
})

test('an amount finer than a micro-unit is refused rather than rounded', () => {
  expect(refused('0.0000001 EUR')).toMatchObject({
    message: 'The amount "0.0000001 EUR" has more than six decimals.',
  })
})

test.each(['', 'EUR 5', 'free', '1,50 EUR'])('%j is no amount of money', (text) => {
  expect(refused(text)).toMatchObject({
    message: `${JSON.stringify(text)} is not an amount of money.`,
    hint: 'Write a number and a currency, such as 0.05 EUR.',
  })
})

test('a price must say that it is by the hour', () => {
  expect(refusedPrice('0.05 EUR')).toMatchObject({
    message: 'The price "0.05 EUR" does not say for how long.',
  })
  expect(refusedPrice('0.05 EUR/day')).toMatchObject({
    message: 'The price "0.05 EUR/day" has the unknown unit "/day".',
    hint: 'Prices are by the hour: write /h, such as 0.05 EUR/h.',
  })
  expect(refusedPrice('-1 EUR/h')).toMatchObject({ message: 'The price "-1 EUR/h" is negative.' })
  expect(refusedPrice('x/h')).toMatchObject({ message: '"x" is not an amount of money.' })
})

test('amounts of one currency add up', () => {
  expect(addMoney(money(1n, 'EUR'), money(2n, 'EUR'))).toEqual({ ok: true, value: money(3n, 'EUR') })
})

test('amounts of two currencies are not added, and nothing is thrown', () => {
  expect(addMoney(money(1n, 'EUR'), money(2n, 'USD'))).toEqual({
    ok: false,
    error: {
      code: 'currency-mismatch',
      message: 'Amounts in EUR and USD cannot be added.',
      left: 'EUR',
      right: 'USD',
    },
  })
})

test('the cost is price times time times instances', () => {
  expect(costOf(FIVE_CENTS_AN_HOUR, hours(1.5), 3)).toEqual(money(225_000n, 'EUR'))
  expect(costOf(FIVE_CENTS_AN_HOUR, minutes(0), 3)).toEqual(money(0n, 'EUR'))
})

test('halves of a micro-unit are rounded to the even neighbour', () => {
  const perHour = { currency: 'EUR', microsPerHour: micros(1n) }
  expect(costOf(perHour, hours(0.5), 1).micros).toBe(0n)
  expect(costOf(perHour, hours(1.5), 1).micros).toBe(2n)
  expect(costOf(perHour, durationMs(1_800_001), 1).micros).toBe(1n)
})

test.each([
  [7n, 2n, 3n, 4n, 4n],
  [5n, 2n, 2n, 3n, 2n],
  [-5n, 2n, -2n, -3n, -2n],
  [5n, -2n, -2n, -3n, -2n],
  [-7n, 2n, -3n, -4n, -4n],
  [6n, 2n, 3n, 3n, 3n],
])('%d ÷ %d is %d down, %d up and %d half-even', (numerator, denominator, down, up, halfEven) => {
  expect(divideRounded(numerator, denominator, 'down')).toBe(down)
  expect(divideRounded(numerator, denominator, 'up')).toBe(up)
  expect(divideRounded(numerator, denominator, 'half-even')).toBe(halfEven)
})

test('scaling by a ratio and its complement loses at most one micro-unit', () => {
  fc.assert(
    fc.property(anyAmount, fc.bigInt({ min: 0n, max: 1_000n }), (amount, share) => {
      const whole = money(amount, 'EUR')
      const part = scaleMoney(whole, share, 1_000n, 'half-even').micros
      const rest = scaleMoney(whole, 1_000n - share, 1_000n, 'half-even').micros
      const lost = part + rest - amount
      expect(lost >= -1n && lost <= 1n).toBe(true)
    }),
  )
})
