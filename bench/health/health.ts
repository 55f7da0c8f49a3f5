/**
 * What measuring costs and how exact it is, from a value that is recorded to the answer that a consumer gets, and what is
 * kept of it; beside recorders, decoders and a server of others. What comes by Prometheus' text and by OTLP are benches of
 * their own as well.
 */
import { atLeast, atMost, rounded, type Bench, type BenchOptions, type Claim } from '../bench.ts'
import { besides, goneMad, memoryOfSeries, takingInText } from '../ingest/ingest.ts'
import { otlp, SUMS, takingIn } from '../otlp/otlp.ts'
import { answerCosts } from './answers.ts'
import { dayOfPart, INSTANCES, MINUTES, OPERATIONS_A_SECOND, restoring, TICKS } from './day.ts'
import { percentileErrors } from './percentiles.ts'
import { childRates, COMBINATIONS, labelledRates, recordingRates } from './recording.ts'

export const health: Bench = {
  name: 'health',
  says: 'what recording, taking in, keeping and answering cost, and how exact percentiles over any interval are',
  run: runHealth,
}

const MILLIONS = 1e6
const MB = 1e6
const CONSUMERS = 10_000

interface Row {
  readonly says: string
  readonly claims: (options: BenchOptions) => Promise<readonly Claim[]>
}

const QUICK: readonly Row[] = [
  { says: 'recording', claims: recording },
  { says: 'percentiles', claims: percentiles },
  { says: 'answering', claims: answering },
  { says: 'a day of a part', claims: keeping },
  { says: 'starting again', claims: startingAgain },
]

/** What takes long, and what is said of it in a hurry; null where it is left out then. */
const SLOW: readonly (Row & { readonly inAHurry: Row | null })[] = [
  {
    says: "Prometheus' text, and the memory of a series, beside a Prometheus",
    claims: async (options) => {
      const beside = await besides(options)
      return [await takingInText(options, beside), await memoryOfSeries(options, beside)]
    },
    inAHurry: {
      says: "Prometheus' text, and the memory of a series",
      claims: async (options) => [await takingInText(options, null), await memoryOfSeries(options, null)],
    },
  },
  {
    says: 'sums and histograms by OTLP',
    claims: (options) => otlp.run(options),
    inAHurry: { says: 'sums by OTLP', claims: async (options) => [await takingIn(SUMS, options)] },
  },
  { says: 'a target gone mad', claims: async (options) => [await goneMad(options)], inAHurry: null },
]

async function runHealth(options: BenchOptions): Promise<readonly Claim[]> {
  const { quick, note } = options
  const slow = SLOW.flatMap((row) => (!quick ? [row] : row.inAHurry === null ? [] : [row.inAHurry]))
  const claims: Claim[] = []
  for (const row of [...QUICK, ...slow]) claims.push(...(await row.claims(options)))
  if (quick)
    note(
      `left out in a hurry: ${SLOW.map(({ says }) => says).join('; ')}; of these ${slow.map(({ says }) => says).join(' and ')} were measured`,
    )
  note('that all outlets show the same figures of an interval is held by tests, not measured here')
  return claims
}

async function recording({ quick, say, note }: BenchOptions): Promise<readonly Claim[]> {
  say('recording')
  const rounds = quick ? 5 : 15
  const [plain, labelled, children] = [recordingRates(rounds), labelledRates(rounds), childRates(rounds)]
  const millions = (rate: number): number => rounded(rate / MILLIONS)
  note(`labels: method, route, status and class in ${COMBINATIONS} combinations, in no order`)
  return [
    {
      claim: 'values recorded a second, without labels',
      unit: 'M/s',
      ours: millions(plain.ours),
      peers: {
        'prom-client': millions(plain.promClient),
        'OpenTelemetry SDK': millions(plain.openTelemetry),
      },
      bound: null,
      ...atLeast(50, millions(plain.ours)),
    },
    {
      claim: 'values recorded a second, with four labels',
      unit: 'M/s',
      ours: millions(labelled.ours),
      peers: {
        'prom-client': millions(labelled.promClient),
        'OpenTelemetry SDK': millions(labelled.openTelemetry),
      },
      bound: millions(plain.ours),
      ...atLeast(5, millions(labelled.ours)),
    },
    {
      claim: 'values recorded a second, by a child for each combination of four labels',
      unit: 'M/s',
      ours: millions(children.ours),
      peers: { 'prom-client': millions(children.promClient) },
      bound: millions(plain.ours),
      ...atLeast(5, millions(children.ours)),
    },
  ]
}

async function percentiles({ quick, say, note }: BenchOptions): Promise<readonly Claim[]> {
  say('percentiles')
  const errors = percentileErrors(quick ? 200 : 2_000)
  const worst = rounded(errors.ours)
  note(`percentiles: p50, p90, p99 and p99.9 of ${errors.intervals} intervals of 7 s to 5 min of an hour`)
  return [
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
  ]
}

async function answering({ quick, say, note }: BenchOptions): Promise<readonly Claim[]> {
  say('answering')
  const { microseconds } = answerCosts(quick ? 5 : 15)
  const share = rounded((CONSUMERS * microseconds) / MILLIONS)
  note('answers: the eight metrics of one part, of which an hour in cells of two seconds is kept')
  return [
    {
      claim: 'time to answer for one interval',
      unit: 'µs',
      ours: rounded(microseconds),
      peers: {},
      bound: null,
      ...atMost(10, microseconds),
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

async function keeping({ quick, say, note }: BenchOptions): Promise<readonly Claim[]> {
  say('a day of a part')
  const { bytes, bytesOnceRead } = await dayOfPart(quick ? 1 : 8)
  note(
    `memory of a day: ${OPERATIONS_A_SECOND} operations a second; heap and what it holds outside, after the collector; with the sums that are made once every minute was asked for ${rounded(bytesOnceRead / MB)} MB`,
  )
  return [
    {
      claim: 'memory of a part for a day',
      unit: 'MB',
      ours: rounded(bytes / MB),
      peers: {},
      bound: null,
      ...atMost(1, bytes / MB),
    },
  ]
}

async function startingAgain({ quick, say, note }: BenchOptions): Promise<readonly Claim[]> {
  say('starting again')
  const { seconds, bytesOfTick, bytesOfMinute } = await restoring(quick ? 3 : 9)
  note(
    `taken in again: ${TICKS} ticks of ${Math.round(bytesOfTick)} and ${MINUTES} minutes of ${Math.round(bytesOfMinute)} characters, of a service with one part and ${INSTANCES} instances`,
  )
  return [
    {
      claim: 'processor time until what was measured of a service is there again after a start',
      unit: 's',
      ours: rounded(seconds),
      peers: {},
      bound: null,
      ...atMost(0.9, seconds),
    },
  ]
}
