/**
 * Goal: nothing is lost by keeping tallies as bytes, and adding them up from these is the same as adding the tallies
 * themselves. Method: whole numbers, so that sums are exact in whatever order; then odd numbers, one tally at a time.
 */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { LAST_INDEX, LEAST_INDEX, type Distribution } from '../stats/index.ts'
import { anyTally } from './testing/any-tally.ts'
import { addTallies, COUNTS, noTally, type Tally } from './tally.ts'
import { NumberedNames, tallyBytes } from './tally-bytes.ts'
import { createTallySum } from './tally-sum.ts'

function summed(tallies: readonly Tally[], names = new NumberedNames()): Tally {
  const kept = tallies.map((tally) => Uint8Array.from(tallyBytes(tally, names)))
  const sum = createTallySum()
  for (const bytes of kept) sum.add(new DataView(bytes.buffer), 0, names)
  return sum.total()
}

test('The sum from bytes is the sum of the tallies.', () => {
  const names = new NumberedNames()
  fc.assert(
    fc.property(fc.array(anyTally, { maxLength: 6 }), (tallies) => {
      expect(summed(tallies, names)).toEqual(tallies.reduce(addTallies, noTally))
    }),
  )
})

test('Nothing is left of a sum in the next one.', () => {
  fc.assert(
    fc.property(anyTally, anyTally, (before, tally) => {
      summed([before])
      expect(summed([tally])).toEqual(tally)
    }),
  )
})

/** Zero has one sign here: what was added to nothing has none. */
const anyNumber = fc
  .oneof(
    fc.double({ noNaN: true }),
    fc.nat(),
    fc.constantFrom(127, 128, 2 ** 28 - 1, 2 ** 28, 2 ** 31, 2 ** 53),
  )
  .map((value) => value + 0)
const bucketCounts = fc.array(
  fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 40 }),
    fc.nat(),
    fc.double({ min: 0.01, max: 1e12, noNaN: true }),
  ),
  { maxLength: 400 },
)

/** Trimmed to what holds anything, as all distributions are. */
const oddDistribution = fc
  .record({ buckets: bucketCounts, at: fc.double({ min: 0, max: 1, noNaN: true }), sum: anyNumber })
  .map(({ buckets, at, sum }): Distribution => {
    const first = buckets.findIndex((inside) => inside > 0)
    const trimmed =
      first === -1 ? [] : buckets.slice(first, buckets.findLastIndex((inside) => inside > 0) + 1)
    const room = LAST_INDEX - LEAST_INDEX + 1 - trimmed.length
    const offset = trimmed.length === 0 ? 0 : LEAST_INDEX + Math.floor(at * room)
    return { count: 3, zeroCount: 1, sum, min: 0.5, max: 7e30, offset, buckets: trimmed }
  })

test('Numbers of any size come back as they were.', () => {
  fc.assert(
    fc.property(
      fc.array(anyNumber, { minLength: COUNTS.length, maxLength: COUNTS.length }),
      oddDistribution,
      oddDistribution,
      (counts, response, service) => {
        const odd = Object.fromEntries(COUNTS.map((count, i) => [count, counts[i] ?? 0]))
        const tally: Tally = {
          ...noTally,
          ...odd,
          response,
          service,
          levels: { a: { met: 0.5, missed: 2e9 } },
        }
        expect(summed([tally])).toEqual(tally)
      },
    ),
  )
})

test('A minute of six hundred operations takes less than half a kilobyte, and one of none a few bytes.', () => {
  const names = new NumberedNames()
  const idle: Tally = { ...noTally, seenMs: 60_000, readyMs: 60_000, sources: ['gateway'] }
  expect(tallyBytes(idle, names).length).toBeLessThan(20)
  const buckets = Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? 0 : 3))
  const service: Distribution = {
    count: 600,
    zeroCount: 0,
    sum: 1.5,
    min: 0.1,
    max: 9.7,
    offset: 300,
    buckets,
  }
  expect(tallyBytes({ ...idle, completed: 600, service }, names).length).toBeLessThan(500)
})
