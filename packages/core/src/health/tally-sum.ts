/**
 * Adds tallies up without making one for each step, and keeps them small: of a distribution only the buckets that
 * hold anything. A short time holds few operations, and there are many short times.
 */
import { emptyDistribution, type Distribution } from '../stats/index.ts'
import { COUNTS, noCounts, type Counts, type LevelTally, type Tally } from './tally.ts'

/** A bucket's index and its count, one pair after the other. */
interface PackedDistribution extends Omit<Distribution, 'offset' | 'buckets'> {
  readonly pairs: Int32Array
}

/** A tally as it is kept. */
export interface PackedTally {
  /** In the order of COUNTS. */
  readonly counts: Float64Array
  readonly response: PackedDistribution
  readonly service: PackedDistribution
  readonly levels: readonly (readonly [string, LevelTally])[]
}

export function packTally(tally: Tally): PackedTally {
  return {
    counts: Float64Array.from(COUNTS, (count) => tally[count]),
    response: packed(tally.response),
    service: packed(tally.service),
    levels: Object.entries(tally.levels),
  }
}

function packed({ offset, buckets, ...rest }: Distribution): PackedDistribution {
  const pairs: number[] = []
  for (const [i, count] of buckets.entries()) if (count > 0) pairs.push(offset + i, count)
  return { ...rest, pairs: Int32Array.from(pairs) }
}

export interface TallySum {
  readonly add: (tally: PackedTally) => void
  readonly total: () => Tally
}

export function createTallySum(): TallySum {
  const counts = new Float64Array(COUNTS.length)
  const [response, service] = [createDistributionSum(), createDistributionSum()]
  const levels = new Map<string, LevelTally>()
  return {
    add: (tally) => {
      for (let i = 0; i < counts.length; i++) counts[i] = (counts[i] ?? 0) + (tally.counts[i] ?? 0)
      response.add(tally.response)
      service.add(tally.service)
      for (const [name, { met, missed }] of tally.levels) {
        const before = levels.get(name)
        levels.set(name, { met: (before?.met ?? 0) + met, missed: (before?.missed ?? 0) + missed })
      }
    },
    total: () => {
      const sums: { -readonly [K in keyof Counts]: number } = { ...noCounts }
      for (const [i, count] of COUNTS.entries()) sums[count] = counts[i] ?? 0
      return {
        ...sums,
        response: response.total(),
        service: service.total(),
        levels: Object.fromEntries(levels),
      }
    },
  }
}

interface DistributionSum {
  readonly add: (distribution: PackedDistribution) => void
  readonly total: () => Distribution
}

/** Room to either side of what is known, so that it seldom has to be made again. */
const SPARE_BUCKETS = 128

function createDistributionSum(): DistributionSum {
  let buckets = new Float64Array(0)
  let offset = 0
  let [count, zeroCount, sum, min, max] = [0, 0, 0, Infinity, 0]
  const makeRoom = (from: number, to: number): void => {
    const start = buckets.length === 0 ? from - SPARE_BUCKETS : Math.min(offset, from - SPARE_BUCKETS)
    const end = Math.max(offset + buckets.length, to + SPARE_BUCKETS)
    const larger = new Float64Array(end - start)
    if (buckets.length > 0) larger.set(buckets, offset - start)
    buckets = larger
    offset = start
  }
  return {
    add: (one) => {
      if (one.count === 0) return
      count += one.count
      zeroCount += one.zeroCount
      sum += one.sum
      min = Math.min(min, one.min)
      max = Math.max(max, one.max)
      const { pairs } = one
      if (pairs.length === 0) return
      const [from = 0, to = 0] = [pairs[0], pairs.at(-2)]
      if (from < offset || to >= offset + buckets.length) makeRoom(from, to + 1)
      for (let i = 0; i < pairs.length; i += 2) {
        const place = (pairs[i] ?? 0) - offset
        buckets[place] = (buckets[place] ?? 0) + (pairs[i + 1] ?? 0)
      }
    },
    total: () => {
      if (count === 0) return emptyDistribution
      const first = buckets.findIndex((one) => one > 0)
      const last = buckets.findLastIndex((one) => one > 0)
      const held =
        first === -1
          ? { offset: 0, buckets: [] }
          : { offset: offset + first, buckets: Array.from(buckets.subarray(first, last + 1)) }
      return { count, zeroCount, sum, min, max, ...held }
    },
  }
}
