// Goal: every number says its unit and none says more than is true. Narrow spaces are shown as plain ones here.
import { describe, expect, it } from 'vitest'
import {
  amountOf,
  counted,
  formatBudgetLeft,
  formatCount,
  formatFactor,
  formatMs,
  formatRate,
  formatShare,
} from './quantity.ts'
import { formatAge, instantMs, staleAge } from './time.ts'
import { codeWords, spokenVerdict } from './words.ts'

const plain = (text: string): string => text.replaceAll('\u202f', ' ')

describe('quantities', () => {
  it.each([
    [null, '–'],
    [0, '0 ms'],
    [0.25, '0.3 ms'],
    [6.34, '6.3 ms'],
    [63.4, '63 ms'],
    [999.4, '999 ms'],
    [1_240, '1.24 s'],
    [90_000, '1.5 min'],
  ])('a time of %s ms reads %s', (ms, text) => expect(plain(formatMs(ms))).toBe(text))

  it.each([
    [null, '–'],
    [0, '0/s'],
    [0.004, '<0.01/s'],
    [0.05, '0.05/s'],
    [9.87, '9.9/s'],
    [10, '10/s'],
    [1_234.4, '1,234/s'],
  ])('a rate of %s a second reads %s', (rate, text) => expect(formatRate(rate)).toBe(text))

  it.each([
    [null, '–'],
    [0, '0 %'],
    [0.9, '90 %'],
    [0.9349, '93.4 %'],
    [0.999, '99.9 %'],
    [0.99996, '99.99 %'],
    [1, '100 %'],
  ])('a share of %s reads %s, never rounded up', (ratio, text) =>
    expect(plain(formatShare(ratio))).toBe(text),
  )

  it.each([
    [null, '–'],
    [0, 'none left'],
    [0.001, '1 % left'],
    [0.379, '37 % left'],
    [1, '100 % left'],
  ])('a budget of %s reads %s', (ratio, text) => expect(plain(formatBudgetLeft(ratio))).toBe(text))

  it('counts are grouped and their nouns agree', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567')
    expect([counted(1, 'miss', 'misses'), counted(2, 'miss', 'misses')]).toEqual(['1 miss', '2 misses'])
    expect(formatFactor(0.34)).toBe('0.3×')
  })

  it('a cost is sorted by its amount, and no cost is none', () => {
    expect([amountOf('0.15 EUR'), amountOf('')]).toEqual([0.15, 0])
  })
})

describe('times', () => {
  it.each([
    [-5, '0 s'],
    [12_900, '12 s'],
    [180_000, '3 min'],
    [7_300_000, '2 h'],
    [200_000_000, '2 d'],
  ])('an age of %s ms reads %s', (ms, text) => expect(formatAge(ms)).toBe(text))

  it('figures are marked with their age only once they are stale', () => {
    const updatedAt = '2026-05-04T14:00:00.000Z'
    const now = Date.parse(updatedAt)
    expect(staleAge(updatedAt, now + 10_000)).toBeNull()
    expect(staleAge(updatedAt, now + 30_000)).toBe(30_000)
    expect(staleAge(null, now)).toBeNull()
    expect(instantMs('never')).toBeNull()
  })
})

describe('words', () => {
  it('a verdict is spoken with its cause and without figures', () => {
    expect(spokenVerdict({ name: 'shop', state: 'at-risk', cause: 'platform' })).toBe(
      'shop: at risk, because of the platform',
    )
    expect(spokenVerdict({ name: 'shop', state: 'kept', cause: null })).toBe('shop: kept')
    expect(codeWords('held-to-settle')).toBe('held to settle')
  })
})
