/** Values recorded in a second of processor time, by us and by two recorders from npm, in turns. */
import { createRecorder, lognormal, seededRandom } from '@holdfast/core/stats'
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { Histogram, Registry } from 'prom-client'
import { median } from '../bench.ts'

export interface RecordingRates {
  readonly ours: number
  readonly promClient: number
  readonly openTelemetry: number
}

const VALUES = 4_096
const AT_ONCE = 1_000_000
const SEED = 5

type Record = (value: number) => void

export function recordingRates(rounds: number): RecordingRates {
  const random = seededRandom(SEED)
  const values = Float64Array.from({ length: VALUES }, () => lognormal(random, 100, 0.6))
  const recorders = [createRecorder().record, promClient(), openTelemetry()]
  const rates: number[][] = recorders.map(() => [])
  for (const record of recorders) rateOf(record, values)
  for (let round = 0; round < rounds; round++) {
    for (const [i, record] of recorders.entries()) rates[i]?.push(rateOf(record, values))
  }
  const [ours = 0, prom = 0, open = 0] = rates.map(median)
  return { ours, promClient: prom, openTelemetry: open }
}

function rateOf(record: Record, values: Float64Array): number {
  const before = process.cpuUsage()
  for (let i = 0; i < AT_ONCE; i++) record(values[i % VALUES] ?? 0)
  const { user, system } = process.cpuUsage(before)
  return (AT_ONCE * 1e6) / Math.max(1, user + system)
}

function promClient(): Record {
  const histogram = new Histogram({ name: 'time', help: 'Time.', registers: [new Registry()] })
  return (value) => histogram.observe(value)
}

/** Without a reader its SDK records nothing. */
class Unread extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
  override selectAggregationTemporality(): AggregationTemporality {
    return AggregationTemporality.CUMULATIVE
  }
}

function openTelemetry(): Record {
  const provider = new MeterProvider({ readers: [new Unread()] })
  const histogram = provider.getMeter('bench').createHistogram('time')
  return (value) => histogram.record(value)
}
