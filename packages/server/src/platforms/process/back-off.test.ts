/** Goal: the waits between restarts grow to a cap and never beyond. Method: the whole series. */
import { expect, it } from 'vitest'
import { backOff, FAILURES_IN_A_ROW } from './back-off.ts'

it('doubles the wait with each failure in a row up to half a minute', () => {
  const waits = Array.from({ length: FAILURES_IN_A_ROW }, (_, index) => backOff(index + 1))
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
})

it('stays at the cap however many failures there were', () => {
  expect(backOff(5_000)).toBe(30_000)
})
