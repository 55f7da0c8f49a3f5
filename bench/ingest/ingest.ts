/**
 * What it costs to take in what others measured: Prometheus' text from a target, packed, from the socket to the series;
 * the memory that a series takes; and what becomes of a target that makes up a million labels.
 */
import { atLeast, atMost, rounded, type Bench, type BenchOptions, type Claim } from '../bench.ts'
import { bytesPerSeries, MAD_LABELS, madSource, MAX_SERIES } from './memory.ts'
import { scrapeRates, SERIES } from './scraping.ts'

export const ingest: Bench = {
  name: 'ingest',
  says: "what taking in Prometheus' text costs in time and memory, also from a target gone mad",
  run: runIngest,
}

const MILLIONS = 1e6
const MIB = 1_048_576
const MEASURED_SERIES = 100_000

async function runIngest({ quick, say, note }: BenchOptions): Promise<readonly Claim[]> {
  say('memory of series')
  const perSeries = await bytesPerSeries(MEASURED_SERIES)
  say('a target gone mad')
  const mad = await madSource(quick ? 2 : 5)
  say('scraping')
  const rates = await scrapeRates(quick ? 5 : 15, quick ? 6 : 20)
  const ours = rounded(rates.ours / MILLIONS)
  const madMib = rounded(mad.bytes / MIB)
  note(`scraping: ${SERIES} series of one target, packed with gzip, by a process of its own`)
  if (rates.prometheus === null) note('scraping: no Prometheus is installed to compare with')
  note(
    `gone mad: of ${MAD_LABELS} new series a round ${mad.series} were taken in and ${mad.refused} counted, in ${rounded(mad.secondsARound)} s of processor time a round, making them included`,
  )
  return [
    {
      claim: "samples of Prometheus' text taken in a second of processor time, with gunzip",
      unit: 'M/s',
      ours,
      peers: {
        'parse-prometheus-text-format': rounded(rates.fromNpm / MILLIONS),
        ...(rates.prometheus === null
          ? {}
          : { 'Prometheus, which stores them': rounded(rates.prometheus / MILLIONS) }),
      },
      bound: null,
      ...atLeast(1.5, ours),
    },
    {
      claim: `memory that a series takes, of ${MEASURED_SERIES}`,
      unit: 'bytes',
      ours: rounded(perSeries),
      peers: {},
      bound: null,
      ...atMost(400, perSeries),
    },
    {
      claim: `memory that a target takes which makes up ${MAD_LABELS} series a round, where ${MAX_SERIES} are let in`,
      unit: 'MiB',
      ours: madMib,
      peers: {},
      bound: null,
      ...atMost(16, madMib),
    },
  ]
}
