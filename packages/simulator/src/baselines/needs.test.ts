/** Goal: needs follow the known load as its smoothing and factor say. */
import { expect, test } from 'vitest'
import type { Sizer } from '../bounds.ts'
import { needsFor } from './needs.ts'
import { serviceOf, WEB } from './testing/seen.ts'

/** One instance for each operation a second. */
const sizer: Sizer = (rate) => ({ [WEB]: Math.ceil(rate) })
const rates = Float64Array.from([4, 4, 10, 4, 0, 0])

const needs = (over: { readonly smoothing?: number; readonly factor?: number }, maxInstances = 100) => [
  ...(needsFor({ service: serviceOf({ maxInstances }), sizer, rates, smoothing: 1, factor: 1, ...over })[
    WEB
  ] ?? []),
]

test('Without smoothing each second needs what its own load takes, and the least instances stay.', () => {
  expect(needs({})).toEqual([4, 4, 10, 4, 1, 1])
})

test('Smoothing takes the mean of a second and those before it, and of what there is at first.', () => {
  expect(needs({ smoothing: 3 })).toEqual([4, 4, 6, 6, 5, 2])
})

test('The factor is of the load.', () => {
  expect(needs({ factor: 0.5 })).toEqual([2, 2, 5, 2, 1, 1])
})

test('No part needs more than it may have.', () => {
  expect(needs({}, 6)).toEqual([4, 4, 6, 4, 1, 1])
})
