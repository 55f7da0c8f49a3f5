/**
 * What it costs to take in what others measured: Prometheus' text from a target, packed, from the socket to the series;
 * the memory that a series takes; and what becomes of a target that makes up a million labels.
 */
import { atLeast, atMost, rounded, type Bench, type BenchOptions, type Claim } from '../bench.ts'
import { bytesPerSeries, MAD_LABELS, madSource, MAX_SERIES } from './memory.ts'
import { hasPrometheus, prometheusOf, type PrometheusFigures } from './prometheus.ts'
import { scrapeRates, SERIES } from './scraping.ts'

export const ingest: Bench = {
  name: 'ingest',
  says: "what taking in Prometheus' text costs in time and memory, also from a target gone mad",
  run: runIngest,
}

const MILLIONS = 1e6
const MIB = 1_048_576
const MEASURED_SERIES = 100_000
/** Beside SERIES, so that what a Prometheus takes without any is not counted. */
const FEWER_SERIES = 5_000

async function runIngest(options: BenchOptions): Promise<readonly Claim[]> {
  const beside = await besides(options)
  return [await takingInText(options, beside), await memoryOfSeries(options, beside), await goneMad(options)]
}

/** What a Prometheus takes for SERIES and for fewer; null where none is installed. */
export interface Besides {
  readonly many: PrometheusFigures
  readonly fewer: PrometheusFigures
}

export async function besides({ quick, say, note }: BenchOptions): Promise<Besides | null> {
  if (!hasPrometheus) {
    note('no Prometheus is installed to compare with')
    return null
  }
  say('scraping by a Prometheus')
  const fewer = await prometheusOf(FEWER_SERIES, quick ? 2 : 10)
  const many = await prometheusOf(SERIES, quick ? 6 : 20)
  return { many, fewer }
}

export async function takingInText(
  { quick, say, note }: BenchOptions,
  beside: Besides | null,
): Promise<Claim> {
  say('scraping')
  const rates = await scrapeRates(quick ? 5 : 15)
  const ours = rounded(rates.ours / MILLIONS)
  note(`scraping: ${SERIES} series of one target, packed with gzip, by a process of its own`)
  return {
    claim: "samples of Prometheus' text taken in a second of processor time, with gunzip",
    unit: 'M/s',
    ours,
    peers: {
      'parse-prometheus-text-format': rounded(rates.fromNpm / MILLIONS),
      ...(beside === null
        ? {}
        : { 'Prometheus, which stores them': rounded(beside.many.samplesACpuSecond / MILLIONS) }),
    },
    bound: null,
    ...atLeast(1.5, ours),
  }
}

export async function memoryOfSeries({ say, note }: BenchOptions, beside: Besides | null): Promise<Claim> {
  say('memory of series')
  const bytes = await bytesPerSeries(MEASURED_SERIES)
  if (beside !== null)
    note(`memory of Prometheus: what it is resident with at ${SERIES} series more than at ${FEWER_SERIES}`)
  return {
    claim: `memory that a series takes, of ${MEASURED_SERIES}`,
    unit: 'bytes',
    ours: rounded(bytes),
    peers: beside === null ? {} : { Prometheus: Math.round(prometheusBytes(beside)) },
    bound: null,
    ...atMost(400, bytes),
  }
}

const prometheusBytes = ({ many, fewer }: Besides): number =>
  (many.residentBytes - fewer.residentBytes) / (SERIES - FEWER_SERIES)

export async function goneMad({ quick, say, note }: BenchOptions): Promise<Claim> {
  say('a target gone mad')
  const mad = await madSource(quick ? 2 : 5)
  const madMib = rounded(mad.bytes / MIB)
  note(
    `gone mad: of ${MAD_LABELS} new series a round ${mad.series} were taken in and ${mad.refused} counted, in ${rounded(mad.secondsARound)} s of processor time a round, making them included`,
  )
  return {
    claim: `memory that a target takes which makes up ${MAD_LABELS} series a round, where ${MAX_SERIES} are let in`,
    unit: 'MiB',
    ours: madMib,
    peers: {},
    bound: null,
    ...atMost(16, madMib),
  }
}
