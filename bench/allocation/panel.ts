/** The loads that are compared on: recorded ones by the second where there are any, else generated ones. */
import {
  firstSeconds,
  generatedTraces,
  readLoadTraces,
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

export interface Panel {
  readonly traces: readonly Trace[]
  /** Where they are from, in words. */
  readonly says: string
}

/** Every load is scaled to the same mean, of the part that is run. */
export function readPanel(quick: boolean): Panel {
  const folder = tracesFolder(process.env)
  const { traces, says } = folder === null ? generated() : recorded(folder)
  const longest = LONGEST_SECONDS[quick ? 'quick' : 'full']
  return { traces: traces.map((trace) => withMean(firstSeconds(trace, longest), MEAN_RATE)), says }
}

function recorded(folder: string): Panel {
  const read = readLoadTraces(folder, { longestStep: LONGEST_STEP_SECONDS })
  if (!read.ok) throw new CannotRun(`${read.error.place}: ${read.error.message} ${read.error.hint}`)
  if (read.value.length === 0) return generated()
  return { traces: read.value, says: `${read.value.length} recorded ones by the second` }
}

function generated(): Panel {
  const traces = generatedTraces(SEED)
  return {
    traces,
    says: `${traces.length} generated ones, as HOLDFAST_TRACES names no recorded ones by the second`,
  }
}
