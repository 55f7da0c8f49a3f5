/**
 * Tallies as JSON, small enough to be written at every tick: counts without their names, and of distributions only
 * the buckets that hold anything.
 */
import { emptyDistribution, type Distribution } from '../stats/index.ts'
import { INPUT_FIGURES, nothingTold, type InputTally } from './rules/index.ts'
import { COUNTS, noCounts, type Counts, type Tally } from './tally.ts'

/** Count, count of zeros, sum, minimum, maximum, then index and count of each bucket; empty for none. */
export type DistributionJson = readonly number[]

export interface TallyJson {
  /** In the order of COUNTS. */
  readonly counts: readonly number[]
  readonly response: DistributionJson
  readonly service: DistributionJson
  readonly levels: Tally['levels']
  /** Left out where there are none. */
  readonly inputs?: Readonly<Record<string, InputJson>>
  /** Left out where it was the gateway. */
  readonly sources?: readonly string[]
}

/** The figures in the order of INPUT_FIGURES; without least and greatest where no gauge told. */
interface InputJson {
  readonly figures: readonly number[]
  readonly range?: readonly [least: number, greatest: number]
  readonly distribution?: DistributionJson
  readonly sources: readonly string[]
}

const GATEWAY: readonly string[] = ['gateway']

export const tallyJson = (tally: Tally): TallyJson => ({
  counts: COUNTS.map((count) => tally[count]),
  response: distributionJson(tally.response),
  service: distributionJson(tally.service),
  levels: tally.levels,
  ...(Object.keys(tally.inputs).length === 0 ? {} : { inputs: mapped(tally.inputs, inputJson) }),
  ...(tally.sources.length === 1 && tally.sources[0] === 'gateway' ? {} : { sources: tally.sources }),
})

export function tallyOf({ counts, response, service, levels, inputs = {}, sources }: TallyJson): Tally {
  const named: { -readonly [K in keyof Counts]: number } = { ...noCounts }
  for (const [i, count] of COUNTS.entries()) named[count] = counts[i] ?? 0
  return {
    ...named,
    response: distributionOfJson(response),
    service: distributionOfJson(service),
    levels,
    inputs: mapped(inputs, inputOf),
    sources: sources ?? GATEWAY,
  }
}

const mapped = <From, To>(
  all: Readonly<Record<string, From>>,
  of: (one: From) => To,
): Readonly<Record<string, To>> =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, of(one)]))

function inputJson(input: InputTally): InputJson {
  const { least, greatest, distribution, sources } = input
  return {
    figures: INPUT_FIGURES.map((figure) => input[figure]),
    // JSON has no infinity.
    ...(least === Infinity ? {} : { range: [least, greatest] as const }),
    ...(distribution.count === 0 ? {} : { distribution: distributionJson(distribution) }),
    sources,
  }
}

function inputOf({
  figures,
  range = [Infinity, -Infinity],
  distribution = [],
  sources,
}: InputJson): InputTally {
  const named: { -readonly [K in keyof InputTally]: InputTally[K] } = { ...nothingTold }
  for (const [i, figure] of INPUT_FIGURES.entries()) named[figure] = figures[i] ?? 0
  return {
    ...named,
    least: range[0],
    greatest: range[1],
    distribution: distributionOfJson(distribution),
    sources,
  }
}

export function distributionJson({
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

export function distributionOfJson([
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
