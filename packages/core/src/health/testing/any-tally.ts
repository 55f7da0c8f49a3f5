/** Any tally, for tests of what is done with them. Whole numbers, so that sums are exact in whatever order they are made. */
import * as fc from 'fast-check'
import { distributionOf } from '../../stats/index.ts'
import { COUNTS, noTally, type Tally } from '../tally.ts'
import { anyInputs } from './any-inputs.ts'

const whole = fc.nat({ max: 10_000 })
const distribution = fc.array(fc.nat({ max: 60_000 }), { maxLength: 8 }).map(distributionOf)

export const anyTally: fc.Arbitrary<Tally> = fc
  .record({
    counts: fc.array(whole, { minLength: COUNTS.length, maxLength: COUNTS.length }),
    response: distribution,
    service: distribution,
    levels: fc.dictionary(fc.constantFrom('quick', 'slow'), fc.record({ met: whole, missed: whole }), {
      noNullPrototype: true,
    }),
    inputs: anyInputs,
    sources: fc.subarray(['app', 'gateway']),
  })
  .map(({ counts, ...rest }) => ({
    ...noTally,
    ...Object.fromEntries(COUNTS.map((count, i) => [count, counts[i] ?? 0])),
    ...rest,
  }))
