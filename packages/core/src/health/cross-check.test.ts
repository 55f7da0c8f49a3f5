// Figures that cannot be true together are found, those that can are not.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { distributionOf } from '../stats/index.ts'
import { branded, type PartName } from '../units/index.ts'
import { crossCheck } from './cross-check.ts'
import { noTally, type Tally } from './tally.ts'

const part = branded<PartName>('data')

/** A minute of 600 operations that wait 10 ms and are served for 50. */
const minute: Tally = {
  ...noTally,
  seenMs: 60_000,
  completed: 600,
  waitedMs: 6_000,
  servedMs: 30_000,
  insideMs: 36_500,
  placesMs: 120_000,
  service: distributionOf(Array.from({ length: 600 }, () => 50)),
}

test('What is inside for as long as it waits and is served is true.', () => {
  expect(crossCheck(part, minute)).toEqual([])
})

test('What is inside for longer may do something else there, such as call another part.', () => {
  expect(crossCheck(part, { ...minute, insideMs: 200_000 })).toEqual([])
})

test('What is said to be served for longer than it is inside cannot be true.', () => {
  const [finding, ...others] = crossCheck(part, { ...minute, servedMs: 90_000 })
  expect(others).toEqual([])
  expect(finding).toMatchObject({ part, law: 'littles-law' })
  expect(finding?.says).toContain('wait and be served for 160.0 ms each, but are inside for 60.8 ms')
})

test('Nobody works for more time than there is.', () => {
  const [finding] = crossCheck(part, { ...minute, insideMs: 90_000, servedMs: 60_000, placesMs: 40_000 })
  expect(finding).toMatchObject({ part, law: 'utilisation-law' })
  expect(finding?.says).toContain('150 % of the time')
})

test('Few operations say nothing.', () => {
  expect(crossCheck(part, { ...minute, completed: 49, servedMs: 90_000 })).toEqual([])
})

test('Operations that began before the time, or end after it, make no finding.', () => {
  const inFlight = fc.integer({ min: 0, max: 20 })
  fc.assert(
    fc.property(inFlight, inFlight, (before, after) => {
      // Those of before are inside for a part of the time only, and count whole where they end.
      const edges = { insideMs: 36_000 - 25 * before + 25 * after }
      expect(crossCheck(part, { ...minute, ...edges, completed: 600 })).toEqual([])
    }),
  )
})
