/** What inputs may come to, for tests of whatever adds up or is written down. */
import * as fc from 'fast-check'
import { distributionOf } from '../../stats/index.ts'
import type { InputTally } from '../rules/index.ts'

/** Whole numbers, so that sums are exact in whatever order they are made. */
const distribution = fc.array(fc.nat({ max: 60_000 }), { maxLength: 8 }).map(distributionOf)

const input = fc
  .record({
    samples: fc.nat({ max: 99 }),
    seriesMs: fc.nat({ max: 9_999 }),
    coveredMs: fc.nat({ max: 9_999 }),
    grew: fc.nat({ max: 999 }),
    levelMs: fc.nat({ max: 9_999 }),
    range: fc.option(fc.tuple(fc.integer({ min: -9, max: 0 }), fc.integer({ min: 0, max: 9 }))),
    last: fc.nat({ max: 9 }),
    lastAt: fc.nat({ max: 9 }),
    over: fc.nat({ max: 9 }),
    estimated: fc.nat({ max: 9 }),
    distribution,
    sources: fc.subarray(['app', 'node']),
  })
  .map(({ range, ...rest }): InputTally => {
    const [least, greatest] = range ?? [Infinity, -Infinity]
    return { ...rest, least, greatest, last: rest.lastAt === 0 ? 0 : rest.last }
  })

export const anyInputs: fc.Arbitrary<Readonly<Record<string, InputTally>>> = fc.dictionary(
  fc.constantFrom('rule a@1 0', 'rule b@1 0', 'default up'),
  input,
  { noNullPrototype: true },
)
