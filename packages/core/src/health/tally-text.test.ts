// Tallies go to JSON and come back whole, and a part that was told of before can be taken out again.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { distributionOf } from '../stats/index.ts'
import { anyInputs } from './rules/testing/any-inputs.ts'
import { addTallies, COUNTS, noTally, tallyWithout, type Tally } from './tally.ts'
import { tallyJson, tallyOf } from './tally-text.ts'

const whole = fc.nat({ max: 10_000 })
const distribution = fc.array(fc.nat({ max: 60_000 }), { maxLength: 8 }).map(distributionOf)
const tallies: fc.Arbitrary<Tally> = fc
  .record({
    counts: fc.array(whole, { minLength: COUNTS.length, maxLength: COUNTS.length }),
    response: distribution,
    service: distribution,
    levels: fc.dictionary(fc.constantFrom('quick', 'slow'), fc.record({ met: whole, missed: whole })),
    inputs: anyInputs,
    sources: fc.subarray(['app', 'gateway']),
  })
  .map(({ counts, ...rest }) => ({
    ...noTally,
    ...Object.fromEntries(COUNTS.map((count, i) => [count, counts[i] ?? 0])),
    ...rest,
  }))

test('What is written is read again as it was.', () => {
  fc.assert(
    fc.property(tallies, (tally) => {
      expect(tallyOf(JSON.parse(JSON.stringify(tallyJson(tally))))).toEqual(tally)
    }),
  )
})

test('Without a part of it the rest is left, to the operation.', () => {
  fc.assert(
    fc.property(tallies, tallies, (part, rest) => {
      const left = tallyWithout(addTallies(part, rest), part)
      for (const count of COUNTS) expect(left[count]).toBe(rest[count])
      expect([left.response.count, left.response.sum]).toEqual([rest.response.count, rest.response.sum])
      expect(left.service.buckets).toEqual(rest.service.buckets)
      for (const [name, level] of Object.entries(rest.levels)) expect(left.levels[name]).toEqual(level)
      for (const [name, { grew, levelMs, samples }] of Object.entries(rest.inputs))
        expect(left.inputs[name]).toMatchObject({ grew, levelMs, samples })
    }),
  )
})
