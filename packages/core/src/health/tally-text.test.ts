// Tallies go to JSON and come back whole, and a part that was told of before can be taken out again.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { addTallies, COUNTS, tallyWithout } from './tally.ts'
import { tallyJson, tallyOf } from './tally-text.ts'
import { anyTally } from './testing/any-tally.ts'

test('What is written is read again as it was.', () => {
  fc.assert(
    fc.property(anyTally, (tally) => {
      expect(tallyOf(JSON.parse(JSON.stringify(tallyJson(tally))))).toEqual(tally)
    }),
  )
})

test('Without a part of it the rest is left, to the operation.', () => {
  fc.assert(
    fc.property(anyTally, anyTally, (part, rest) => {
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
