/** The loads that are compared on: recorded ones by the second where there are any, else generated ones. */
import {
  bySecond,
  firstSeconds,
  generatedTraces,
  meanOf,
  readLoadTraces,
  secondsOf,
  tracesFolder,
  withMean,
  type Trace,
} from '@holdfast/simulator'
import { CannotRun } from '../bench.ts'
import { MEAN_RATE } from './shop-at-scale.ts'

/** Loads by the minute hardly tell one autoscaler from another. */
const LONGEST_STEP_SECONDS = 1

/** The first part of each load; of a day still a rise and a fall. */
const LONGEST_SECONDS = { full: 8 * 3_600, quick: 1_200 }

const SEED = 7

/** The first minutes do not count, and what is left should be more than an accident. */
const SHORTEST_SECONDS = 900

export interface Panel {
  readonly traces: readonly Trace[]
  /** Where they are from, in words. */
  readonly says: string
}

/** Every load is scaled to the same mean, of the part that is run. */
export function readPanel(quick: boolean): Panel {
  const folder = tracesFolder(process.env)
  const found = folder === null ? [] : recorded(folder)
  const traces = found.length === 0 ? generatedTraces(SEED) : found
  const longest = LONGEST_SECONDS[quick ? 'quick' : 'full']
  return {
    traces: traces.map((trace) => withMean(firstSeconds(trace, longest), MEAN_RATE)),
    says:
      found.length === 0
        ? `${traces.length} generated ones, as HOLDFAST_TRACES names no recorded ones by the second`
        : `${traces.length} recorded ones by the second`,
  }
}

function recorded(folder: string): readonly Trace[] {
  const read = readLoadTraces(folder, { longestStep: LONGEST_STEP_SECONDS })
  if (!read.ok) throw new CannotRun(`${read.error.place}: ${read.error.message} ${read.error.hint}`)
  return read.value
    .filter((trace) => secondsOf(trace) >= SHORTEST_SECONDS && meanOf(trace) > 0)
    .map((trace) => bySecond(trace))
}
