/**
 * What the forecast of load is worth half a minute ahead: its error and the pinball loss of its 90 % quantile
 * beside those of the last value, a mean that fades and Holt's trend, over every load by the second.
 */
import { firstSeconds, generatedTraces, readLoadTraces, tracesFolder, type Trace } from '@holdfast/simulator'
import { atLeast, atMost, rounded, type Bench, type BenchOptions, type Claim } from '../bench.ts'
import { followTrace, LEAD_SECONDS, UPPER, type Followed, type Losses } from './follow-trace.ts'

const SEED = 7
const QUICK_SECONDS = 2 * 3_600
/** Too short a load ends before it was learned. */
const LEAST_SECONDS = 1_800

const MOST_MICROSECONDS = 20
const LEAST_COVERED = 0.85

export const forecast: Bench = {
  name: 'forecast',
  says: `how well the load is forecast ${LEAD_SECONDS} s ahead, beside simple forecasts, and what it costs`,
  run: runForecast,
}

async function runForecast({ quick, say }: BenchOptions): Promise<readonly Claim[]> {
  const traces = loads(say).filter(({ rates }) => rates.length >= LEAST_SECONDS)
  const followed = traces.map((trace) => {
    say(`following ${trace.name}`)
    return followTrace(quick ? firstSeconds(trace, QUICK_SECONDS) : trace)
  })
  const over = `${LEAD_SECONDS} s ahead, over ${traces.length} ${traces[0]?.source ?? ''} loads`
  const slowest = Math.max(...followed.map(({ microsecondsEachTick }) => microsecondsEachTick))
  const least = rounded(Math.min(...followed.map(({ covered }) => covered)))
  return [
    compared(`pinball loss of the ${100 * UPPER} % quantile ${over}`, followed, ({ upper }) => upper),
    compared(`mean error of the forecast ${over}`, followed, ({ absolute }) => absolute),
    {
      claim: `share of what came that stayed below the ${100 * UPPER} % quantile, the least of all loads`,
      unit: 'share',
      ours: least,
      peers: {},
      bound: UPPER,
      ...atLeast(LEAST_COVERED, least),
    },
    {
      claim: 'time for a tick of one service, the slowest load',
      unit: 'µs',
      ours: rounded(slowest),
      peers: {},
      bound: null,
      ...atMost(MOST_MICROSECONDS, slowest),
    },
  ]
}

function loads(say: BenchOptions['say']): readonly Trace[] {
  const folder = tracesFolder(process.env)
  if (folder !== null) {
    const read = readLoadTraces(folder, { longestStep: 1 })
    if (!read.ok) throw new Error(`${read.error.place}: ${read.error.message} ${read.error.hint}`)
    if (read.value.length > 0) return read.value
  }
  say('no recorded loads by the second were found: generated ones are followed')
  return generatedTraces(SEED)
}

/**
 * Geometric means of the ratio to the best peer on each load, as is known afterwards; so the best peer of all
 * loads together has a ratio of more than 1 as well.
 */
function compared(claim: string, followed: readonly Followed[], lossOf: (losses: Losses) => number): Claim {
  const ratioOf = (loss: (one: Followed) => number): number => {
    const logs = followed.map((one) =>
      Math.log(loss(one) / Math.min(...Object.values(one.peers).map(lossOf))),
    )
    return rounded(Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length))
  }
  const ours = ratioOf((one) => lossOf(one.ours))
  const names = Object.keys(followed[0]?.peers ?? {})
  return {
    claim: `${claim}, geometric mean against each load's best peer`,
    unit: 'ratio',
    ours,
    peers: Object.fromEntries(
      names.map((name) => [name, ratioOf((one) => lossOf(one.peers[name] ?? one.ours))]),
    ),
    bound: null,
    ...atMost(1, ours),
  }
}
