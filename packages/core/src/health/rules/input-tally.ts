/**
 * What one input of a rule came to over some time. It adds up, as everything that is counted does, so that a rule gives
 * each consumer the right figure for its own interval; the statistic is taken at the very end.
 */
import {
  emptyDistribution,
  mergeAll,
  mergeDistributions,
  subtractDistribution,
  type Distribution,
} from '../../stats/index.ts'
import { epochMs, type EpochMs } from '../../units/index.ts'
import type { JoinedReading } from '../series/index.ts'
import type { Statistic } from './rule.ts'
import { valuesOver } from './values-over.ts'

export interface InputTally {
  readonly samples: number
  /** For so long each series told, together; and for so long any did. */
  readonly seriesMs: number
  readonly coveredMs: number
  /** Of counters what they grew by; of distributions the sum of their values. */
  readonly grew: number
  /** Of gauges value times milliseconds. */
  readonly levelMs: number
  /** Of gauges; infinite where none was told of. */
  readonly least: number
  readonly greatest: number
  /** Of the last instant, all series together. */
  readonly last: number
  readonly lastAt: number
  /** How many values exceeded the statistic's limit, and of how many that is only estimated. */
  readonly over: number
  readonly estimated: number
  readonly distribution: Distribution
  /** Who told, by name. */
  readonly sources: readonly string[]
}

type InputFigure = Exclude<keyof InputTally, 'least' | 'greatest' | 'distribution' | 'sources'>

/** In the order in which they are written down. */
export const INPUT_FIGURES: readonly InputFigure[] = [
  'samples',
  'seriesMs',
  'coveredMs',
  'grew',
  'levelMs',
  'last',
  'lastAt',
  'over',
  'estimated',
]

export const nothingTold: InputTally = {
  samples: 0,
  seriesMs: 0,
  coveredMs: 0,
  grew: 0,
  levelMs: 0,
  least: Infinity,
  greatest: -Infinity,
  last: 0,
  lastAt: 0,
  over: 0,
  estimated: 0,
  distribution: emptyDistribution,
  sources: [],
}

export function addInputs(a: InputTally, b: InputTally): InputTally {
  const lastAt = Math.max(a.lastAt, b.lastAt)
  return {
    samples: a.samples + b.samples,
    seriesMs: a.seriesMs + b.seriesMs,
    coveredMs: a.coveredMs + b.coveredMs,
    grew: a.grew + b.grew,
    levelMs: a.levelMs + b.levelMs,
    least: Math.min(a.least, b.least),
    greatest: Math.max(a.greatest, b.greatest),
    last: (a.lastAt === lastAt ? a.last : 0) + (b.lastAt === lastAt && lastAt > 0 ? b.last : 0),
    lastAt,
    over: a.over + b.over,
    estimated: a.estimated + b.estimated,
    distribution: mergeDistributions(a.distribution, b.distribution),
    sources: union(a.sources, b.sources),
  }
}

/** What `all` holds beside `part`. Least, greatest and last cannot be taken apart and are those of all. */
export function inputsWithout(all: InputTally, part: InputTally): InputTally {
  return {
    ...all,
    samples: all.samples - part.samples,
    seriesMs: all.seriesMs - part.seriesMs,
    coveredMs: all.coveredMs - part.coveredMs,
    grew: all.grew - part.grew,
    levelMs: all.levelMs - part.levelMs,
    over: all.over - part.over,
    estimated: all.estimated - part.estimated,
    distribution: subtractDistribution(all.distribution, part.distribution),
  }
}

/** Sorted, so that the order in which they told does not matter. */
export function union(a: readonly string[], b: readonly string[]): readonly string[] {
  if (b.every((one) => a.includes(one))) return a
  return [...new Set([...a, ...b])].toSorted()
}

/** Of the time that readings are of, how much was not told of before. */
export type NewMs = (from: EpochMs, to: EpochMs) => number

const allOfIt: NewMs = (from, to) => to - from

/** What the readings of one tick come to. */
export function tallyReadings(
  readings: readonly JoinedReading[],
  statistic: Statistic,
  newMs: NewMs = allOfIt,
): InputTally {
  const told = readings.map((reading) => tallyReading(reading, statistic))
  const sum = told.reduce(
    (all, one) => addInputs(all, { ...one, distribution: emptyDistribution }),
    nothingTold,
  )
  let [from, to] = [Infinity, -Infinity]
  for (const one of readings) {
    from = Math.min(from, one.from)
    to = Math.max(to, one.to)
  }
  return {
    ...sum,
    coveredMs: readings.length === 0 ? 0 : newMs(epochMs(from), epochMs(to)),
    distribution: mergeAll(told.map(({ distribution }) => distribution)),
  }
}

function tallyReading(reading: JoinedReading, statistic: Statistic): InputTally {
  const { series, samples, sum, least, greatest, last, to, from } = reading
  const told: InputTally = {
    ...nothingTold,
    samples,
    seriesMs: to - from,
    last,
    lastAt: to,
    sources: [series.source],
  }
  if (series.kind === 'counter') return { ...told, grew: sum }
  if (series.kind === 'gauge') return { ...told, levelMs: sum, least, greatest }
  const { distribution } = reading
  if (distribution === null) return told
  return {
    ...told,
    samples: distribution.count,
    grew: distribution.sum,
    distribution: needsDistribution(statistic) ? distribution : { ...distribution, offset: 0, buckets: [] },
    ...(statistic.of === 'over' ? overIn(reading, statistic.limit) : {}),
  }
}

/** The buckets are most of what is kept; only some statistics need them. */
const needsDistribution = ({ of }: Statistic): boolean => of === 'percentile' || of === 'distribution'

/** How many values exceeded the limit; exact where that is known, else by the distribution's buckets. */
export function overIn(
  { distribution, overs }: Pick<JoinedReading, 'distribution' | 'overs'>,
  limit: number,
): Pick<InputTally, 'over' | 'estimated'> {
  if (distribution === null) return { over: 0, estimated: 0 }
  const exact = overs.get(limit)
  if (exact !== undefined) return { over: exact, estimated: 0 }
  return { over: valuesOver(distribution, limit), estimated: distribution.count }
}
