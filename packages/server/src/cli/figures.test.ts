// Goal: figures are short and never say more good than there is.
import { expect, it } from 'vitest'
import { count, figure, figures, percent, percents } from './figures.ts'

it('writes as few digits as say something', () => {
  expect([0, 0.126, 9.999, 11.84, 100, 12_345.6, null].map(figure)).toEqual([
    '0',
    '0.13',
    '10',
    '11.8',
    '100',
    '12346',
    '-',
  ])
})

it('rounds shares down, so that a promise that was missed never reads as kept', () => {
  expect(percent(0.999_999_6)).toBe('99.999')
  expect(percent(1)).toBe('100')
  expect(percent(0.899_999)).toBe('89.9')
  expect(percent(null)).toBe('-')
})

it('does not let binary fractions show', () => {
  expect([0.57, 0.29, 0.07, 0.9, 0.995].map(percent)).toEqual(['57', '29', '7', '90', '99.5'])
})

it('counts in singular and plural', () => {
  expect([count(1, 'reason'), count(2, 'reason')]).toEqual(['1 reason', '2 reasons'])
})

it('writes the figures of one column with the same digits after the point', () => {
  expect(percents([0.997_145, 0.977_129, 0.9, 1, null])).toEqual([
    '99.714',
    '97.712',
    '90.000',
    '100.000',
    '-',
  ])
  expect(percents([0.9, 0.57])).toEqual(['90', '57'])
  expect(figures([11.84, 100, 0.5, null])).toEqual(['11.8', '100.0', '0.5', '-'])
  expect(figures([])).toEqual([])
})

it('rounds the shares of a column down as well', () => {
  expect(percents([0.999_999_6, 0.29])).toEqual(['99.999', '29.000'])
})
