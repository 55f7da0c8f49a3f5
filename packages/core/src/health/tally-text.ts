/**
 * Tallies as JSON, small enough to be written at every tick: counts without their names, and of distributions only
 * the buckets that hold anything.
 */
import { emptyDistribution, type Distribution } from '../stats/index.ts'
import { COUNTS, noCounts, type Counts, type Tally } from './tally.ts'

/** Count, count of zeros, sum, minimum, maximum, then index and count of each bucket; empty for none. */
type DistributionJson = readonly number[]

export interface TallyJson {
  /** In the order of COUNTS. */
  readonly counts: readonly number[]
  readonly response: DistributionJson
  readonly service: DistributionJson
  readonly levels: Tally['levels']
}

export const tallyJson = (tally: Tally): TallyJson => ({
  counts: COUNTS.map((count) => tally[count]),
  response: distributionJson(tally.response),
  service: distributionJson(tally.service),
  levels: tally.levels,
})

export function tallyOf({ counts, response, service, levels }: TallyJson): Tally {
  const named: { -readonly [K in keyof Counts]: number } = { ...noCounts }
  for (const [i, count] of COUNTS.entries()) named[count] = counts[i] ?? 0
  return { ...named, response: distributionOfJson(response), service: distributionOfJson(service), levels }
}

function distributionJson({
  count,
  zeroCount,
  sum,
  min,
  max,
  offset,
  buckets,
}: Distribution): DistributionJson {
  if (count === 0) return []
  return [
    count,
    zeroCount,
    sum,
    min,
    max,
    ...buckets.flatMap((inside, i) => (inside === 0 ? [] : [offset + i, inside])),
  ]
}

function distributionOfJson([
  count,
  zeroCount = 0,
  sum = 0,
  min = 0,
  max = 0,
  ...pairs
]: DistributionJson): Distribution {
  if (count === undefined) return emptyDistribution
  const [offset = 0, last = -1] = [pairs[0], pairs.at(-2)]
  const buckets = Array.from({ length: last - offset + 1 }, () => 0)
  for (let i = 0; i < pairs.length; i += 2) buckets[(pairs[i] ?? 0) - offset] = pairs[i + 1] ?? 0
  return { count, zeroCount, sum, min, max, offset: pairs.length === 0 ? 0 : offset, buckets }
}
