/**
 * Adds tallies up without making one for each step, and keeps them small: of a distribution only the buckets that
 * hold anything. A short time holds few operations, and there are many short times.
 */
import { emptyDistribution, LAST_INDEX, LEAST_INDEX, type Distribution } from '../stats/index.ts'
import { addInputs, union, type InputTally } from './rules/index.ts'
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
  readonly inputs: readonly (readonly [string, InputTally])[]
  readonly sources: readonly string[]
}

export function packTally(tally: Tally): PackedTally {
  return {
    counts: Float64Array.from(COUNTS, (count) => tally[count]),
    response: packed(tally.response),
    service: packed(tally.service),
    levels: Object.entries(tally.levels),
    inputs: Object.entries(tally.inputs),
    sources: tally.sources,
  }
}

function packed({ offset, buckets, ...rest }: Distribution): PackedDistribution {
  const pairs: number[] = []
  for (const [i, count] of buckets.entries()) if (count > 0) pairs.push(offset + i, count)
  return { ...rest, pairs: Int32Array.from(pairs) }
}

export interface TallySum {
  readonly add: (tally: PackedTally) => void
  /** The sum; after it nothing is added any more. */
  readonly total: () => Tally
}

export function createTallySum(): TallySum {
  const counts = new Float64Array(COUNTS.length)
  const [response, service] = [createDistributionSum(), createDistributionSum()]
  const levels = new Map<string, { met: number; missed: number }>()
  const inputs = new Map<string, InputTally>()
  let sources: readonly string[] = []
  return {
    add: (tally) => {
      for (let i = 0; i < counts.length; i++) counts[i] = (counts[i] ?? 0) + (tally.counts[i] ?? 0)
      response.add(tally.response)
      service.add(tally.service)
      for (const level of tally.levels) {
        const sum = levels.get(level[0])
        if (sum === undefined) levels.set(level[0], { ...level[1] })
        else {
          sum.met += level[1].met
          sum.missed += level[1].missed
        }
      }
      for (const [name, input] of tally.inputs) {
        const sum = inputs.get(name)
        inputs.set(name, sum === undefined ? input : addInputs(sum, input))
      }
      sources = union(sources, tally.sources)
    },
    total: () => {
      const sums: { -readonly [K in keyof Counts]: number } = { ...noCounts }
      for (let i = 0; i < COUNTS.length; i++) {
        const count = COUNTS[i]
        if (count !== undefined) sums[count] = counts[i] ?? 0
      }
      return {
        ...sums,
        response: response.total(),
        service: service.total(),
        levels: Object.fromEntries(levels),
        inputs: Object.fromEntries(inputs),
        sources,
      }
    },
  }
}

interface DistributionSum {
  readonly add: (distribution: PackedDistribution) => void
  /** The sum; after it nothing is added any more. */
  readonly total: () => Distribution
}

/** One place for every bucket that there is: all zero while nobody adds in it. */
const spare: Float64Array[] = []
const ALL_BUCKETS = LAST_INDEX - LEAST_INDEX + 1

function createDistributionSum(): DistributionSum {
  const buckets = spare.pop() ?? new Float64Array(ALL_BUCKETS)
  let [first, last] = [ALL_BUCKETS, -1]
  let [count, zeroCount] = [0, 0]
  // Sum, minimum and maximum: a closure's variables would be boxed on every change.
  const totals = new Float64Array([0, Infinity, 0])
  return {
    add: (one) => {
      if (one.count === 0) return
      count += one.count
      zeroCount += one.zeroCount
      totals[0] = (totals[0] ?? 0) + one.sum
      if (one.min < (totals[1] ?? 0)) totals[1] = one.min
      if (one.max > (totals[2] ?? 0)) totals[2] = one.max
      const { pairs } = one
      if (pairs.length === 0) return
      first = Math.min(first, (pairs[0] ?? 0) - LEAST_INDEX)
      last = Math.max(last, (pairs[pairs.length - 2] ?? 0) - LEAST_INDEX)
      for (let i = 0; i < pairs.length; i += 2) {
        const place = (pairs[i] ?? 0) - LEAST_INDEX
        buckets[place] = (buckets[place] ?? 0) + (pairs[i + 1] ?? 0)
      }
    },
    total: () => {
      const held: number[] = []
      for (let place = first; place <= last; place++) {
        held.push(buckets[place] ?? 0)
        buckets[place] = 0
      }
      spare.push(buckets)
      if (count === 0) return emptyDistribution
      const [sum = 0, min = 0, max = 0] = totals
      const offset = held.length === 0 ? 0 : first + LEAST_INDEX
      return { count, zeroCount, sum, min, max, offset, buckets: held }
    },
  }
}
