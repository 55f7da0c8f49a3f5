/**
 * What measuring costs and how exact it is: recording a value, percentiles over any interval, and answering consumers
 * that each ask for their own, beside two recorders from npm and the ways in which others get percentiles.
 */
import { atLeast, atMost, rounded, type Bench, type BenchOptions, type Claim } from '../bench.ts'
import { answerCosts } from './answers.ts'
import { percentileErrors } from './percentiles.ts'
import { recordingRates } from './recording.ts'

export const health: Bench = {
  name: 'health',
  says: 'what recording and answering cost, and how exact percentiles over any interval are',
  run: runHealth,
}

const MILLIONS = 1e6
const CONSUMERS = 10_000

async function runHealth({ quick, say, note }: BenchOptions): Promise<readonly Claim[]> {
  say('recording')
  const rates = recordingRates(quick ? 5 : 15)
  say('percentiles')
  const errors = percentileErrors(quick ? 200 : 2_000)
  say('answering')
  const answers = answerCosts(quick ? 5 : 15)
  const perSecond = rounded(rates.ours / MILLIONS)
  const worst = rounded(errors.ours)
  const share = rounded((CONSUMERS * answers.microseconds) / MILLIONS)
  note(`percentiles: p50, p90, p99 and p99.9 of ${errors.intervals} intervals of 7 s to 5 min of an hour`)
  note(`answers: the eight metrics of one part, of which an hour in cells of two seconds is kept`)
  return [
    {
      claim: 'values recorded a second, without labels',
      unit: 'M/s',
      ours: perSecond,
      peers: {
        'prom-client': rounded(rates.promClient / MILLIONS),
        'OpenTelemetry SDK': rounded(rates.openTelemetry / MILLIONS),
      },
      bound: null,
      ...atLeast(50, perSecond),
    },
    {
      claim: 'largest error of a percentile over an interval',
      unit: '%',
      ours: worst,
      peers: {
        "OpenTelemetry's default buckets": rounded(errors.defaultBuckets),
        'mean of the percentiles of cells': rounded(errors.averaged),
      },
      bound: 0.55,
      ...atMost(0.6, worst),
    },
    {
      claim: 'operations that intervals which follow one another count more or fewer than the one over them',
      unit: 'operations',
      ours: errors.miscounted,
      peers: {},
      bound: 0,
      ...atMost(0, errors.miscounted),
    },
    {
      claim: 'time to answer for one interval',
      unit: 'µs',
      ours: rounded(answers.microseconds),
      peers: {},
      bound: null,
      ...atMost(10, answers.microseconds),
    },
    {
      claim: `share of a core that ${CONSUMERS} consumers take which ask once a second`,
      unit: 'share',
      ours: share,
      peers: {},
      bound: null,
      ...atMost(0.1, share),
    },
  ]
}
