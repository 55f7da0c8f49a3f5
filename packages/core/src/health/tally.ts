/**
 * What was counted of one subject (a service, a part, an instance) over some time: sums, integrals over time, and
 * distributions. All of it adds up, so that the tally of a time is the sum of those of its pieces, however it is
 * cut: nothing here is a mean or a percentile yet.
 */
import { addInputs, inputsWithout, union, type InputTally } from './rules/index.ts'
import {
  emptyDistribution,
  mergeDistributions,
  subtractDistribution,
  type Distribution,
} from '../stats/index.ts'

export interface Counts {
  /** For so long somebody measured. */
  readonly seenMs: number
  /** Of that, so long it was ready to serve. */
  readonly readyMs: number
  readonly arrivals: number
  readonly completed: number
  /** As clients see it; those refused are among them. */
  readonly failed: number
  readonly refused: number
  readonly aborted: number
  /** What completed operations waited and were served for, together. */
  readonly waitedMs: number
  readonly servedMs: number
  /** Operations inside, waiting or not, added up over time. */
  readonly insideMs: number
  /** Operations that could be served at once, added up over time. */
  readonly placesMs: number
  /** Operations that could be taken in, by what is expected of the instances that were ready. */
  readonly takesIn: number
  /** Instances that were ready, added up over time. */
  readonly instancesMs: number
}

export interface LevelTally {
  readonly met: number
  readonly missed: number
}

export interface Tally extends Counts {
  /** From arrival to the end of the answer, as clients see it. */
  readonly response: Distribution
  /** Own service time: without waiting, and without calls to other parts. */
  readonly service: Distribution
  /** Exact, by the name of the level. */
  readonly levels: Readonly<Record<string, LevelTally>>
  /** What the inputs of rules and defaults came to, by their names. */
  readonly inputs: Readonly<Record<string, InputTally>>
  /** Who told of the operations. */
  readonly sources: readonly string[]
}

export const COUNTS: readonly (keyof Counts)[] = [
  'seenMs',
  'readyMs',
  'arrivals',
  'completed',
  'failed',
  'refused',
  'aborted',
  'waitedMs',
  'servedMs',
  'insideMs',
  'placesMs',
  'takesIn',
  'instancesMs',
]

export const noCounts: Counts = {
  seenMs: 0,
  readyMs: 0,
  arrivals: 0,
  completed: 0,
  failed: 0,
  refused: 0,
  aborted: 0,
  waitedMs: 0,
  servedMs: 0,
  insideMs: 0,
  placesMs: 0,
  takesIn: 0,
  instancesMs: 0,
}

export const noTally: Tally = {
  ...noCounts,
  response: emptyDistribution,
  service: emptyDistribution,
  levels: {},
  inputs: {},
  sources: [],
}

export function addTallies(a: Tally, b: Tally): Tally {
  return {
    ...withCounts((count) => a[count] + b[count]),
    response: mergeDistributions(a.response, b.response),
    service: mergeDistributions(a.service, b.service),
    levels: addLevels(a.levels, b.levels),
    inputs: withInputs(a.inputs, b.inputs, addInputs),
    sources: union(a.sources, b.sources),
  }
}

/** What `all` holds beside `part`, which is a part of it. */
export function tallyWithout(all: Tally, part: Tally): Tally {
  return {
    ...withCounts((count) => all[count] - part[count]),
    response: subtractDistribution(all.response, part.response),
    service: subtractDistribution(all.service, part.service),
    levels: addLevels(all.levels, negated(part.levels)),
    inputs: withInputs(all.inputs, part.inputs, inputsWithout),
    sources: all.sources,
  }
}

/** What is in one alone stays as it is. */
function withInputs(
  a: Tally['inputs'],
  b: Tally['inputs'],
  both: (a: InputTally, b: InputTally) => InputTally,
): Tally['inputs'] {
  const entries = Object.entries(b)
  if (entries.length === 0) return a
  const all: Record<string, InputTally> = { ...a }
  for (const [name, input] of entries) {
    const one = all[name]
    all[name] = one === undefined ? input : both(one, input)
  }
  return all
}

const negated = (levels: Tally['levels']): Tally['levels'] =>
  Object.fromEntries(
    Object.entries(levels).map(([name, { met, missed }]) => [name, { met: -met, missed: -missed }]),
  )

const withCounts = (of: (count: keyof Counts) => number): Counts => {
  const counts: { -readonly [K in keyof Counts]: number } = { ...noCounts }
  for (const count of COUNTS) counts[count] = of(count)
  return counts
}

function addLevels(a: Tally['levels'], b: Tally['levels']): Tally['levels'] {
  const added: Record<string, LevelTally> = { ...a }
  for (const [name, { met, missed }] of Object.entries(b)) {
    const one = added[name] ?? { met: 0, missed: 0 }
    added[name] = { met: one.met + met, missed: one.missed + missed }
  }
  return added
}
