/** Values recorded in a second of processor time, by us and by two recorders from npm, in turns, without labels and with four. */
import { createLabelledRecorder, createRecorder, lognormal, seededRandom } from '@holdfast/core/stats'
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { Histogram, Registry } from 'prom-client'
import { median } from '../bench.ts'

export interface Rates {
  readonly ours: number
  readonly promClient: number
  readonly openTelemetry: number
}

export interface ChildRates {
  readonly ours: number
  readonly promClient: number
}

const VALUES = 4_096
const SEED = 5

const values = ((): Float64Array => {
  const random = seededRandom(SEED)
  return Float64Array.from({ length: VALUES }, () => lognormal(random, 100, 0.6))
})()

const AT_ONCE = 1_000_000

export function recordingRates(rounds: number): Rates {
  const ways = [createRecorder().record, promClient(), openTelemetry()]
  const [ours = 0, prom = 0, open = 0] = ratesOf(ways.map(overValues), rounds)
  return { ours, promClient: prom, openTelemetry: open }
}

function overValues(record: (value: number) => void): Work {
  return {
    values: AT_ONCE,
    run: () => {
      for (let i = 0; i < AT_ONCE; i++) record(values[i % VALUES] ?? 0)
    },
  }
}

interface Work {
  readonly values: number
  readonly run: () => void
}

function ratesOf(works: readonly Work[], rounds: number): readonly number[] {
  const rates: number[][] = works.map(() => [])
  for (let round = -1; round < rounds; round++) {
    for (const [i, { values, run }] of works.entries()) {
      const before = process.cpuUsage()
      run()
      const { user, system } = process.cpuUsage(before)
      // In the first round all are still compiled.
      if (round >= 0) rates[i]?.push((values * 1e6) / Math.max(1, user + system))
    }
  }
  return rates.map(median)
}

/** As a program that serves requests has them, in no order. */
const NAMES = ['method', 'route', 'status', 'class'] as const
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const
const STATUS = ['200', '201', '304', '404', '500'] as const
const CLASSES = ['gold', 'silver'] as const
const ROUTES = 10
const LABELLED_AT_ONCE = 200_000

export const COMBINATIONS: number = METHODS.length * ROUTES * STATUS.length * CLASSES.length

type Labels = readonly [method: string, route: string, status: string, clientClass: string]

const combinations: readonly Labels[] = METHODS.flatMap((method) =>
  Array.from({ length: ROUTES }, (_, i) => `/shops/:shop/orders/${i}`).flatMap((route) =>
    STATUS.flatMap((status) => CLASSES.map((one): Labels => [method, route, status, one])),
  ),
)

/** Which of them each value has; objects and arrays for all ways are there before. */
const drawn = ((): Int32Array => {
  const random = seededRandom(SEED)
  return Int32Array.from({ length: VALUES }, () => Math.floor(random.next() * combinations.length))
})()

export function labelledRates(rounds: number): Rates {
  const objects = combinations.map(([method, route, status, one]) => ({ method, route, status, class: one }))
  const labelled = createLabelledRecorder({ labels: NAMES })
  const prom = labelledHistogram()
  const open = openTelemetryHistogram()
  const ways: readonly ((value: number, which: number) => void)[] = [
    (value, which) => {
      const [a, b, c, d] = combinations[which] ?? NO_LABELS
      labelled.record(value, a, b, c, d)
    },
    (value, which) => prom.observe(objects[which] ?? {}, value),
    (value, which) => open.record(value, objects[which] ?? {}),
  ]
  const [ours = 0, promClient = 0, openTelemetry = 0] = ratesOf(ways.map(overLabels), rounds)
  return { ours, promClient, openTelemetry }
}

/** By what each gives whoever records the same labels often; the SDK of OpenTelemetry has no such thing. */
export function childRates(rounds: number): ChildRates {
  const labelled = createLabelledRecorder({ labels: NAMES })
  const prom = labelledHistogram()
  const mine = combinations.map((labels) => labelled.child(...labels))
  const theirs = combinations.map((labels) => prom.labels(...labels))
  const ways: readonly ((value: number, which: number) => void)[] = [
    (value, which) => mine[which]?.record(value),
    (value, which) => theirs[which]?.observe(value),
  ]
  const [ours = 0, promClient = 0] = ratesOf(ways.map(overLabels), rounds)
  return { ours, promClient }
}

const NO_LABELS: Labels = ['', '', '', '']

function overLabels(record: (value: number, which: number) => void): Work {
  return {
    values: LABELLED_AT_ONCE,
    run: () => {
      for (let i = 0; i < LABELLED_AT_ONCE; i++) record(values[i % VALUES] ?? 0, drawn[i % VALUES] ?? 0)
    },
  }
}

const labelledHistogram = (): Histogram<(typeof NAMES)[number]> =>
  new Histogram({ name: 'time', help: 'Time.', labelNames: NAMES, registers: [new Registry()] })

function promClient(): (value: number) => void {
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

const openTelemetryHistogram = () =>
  new MeterProvider({ readers: [new Unread()] }).getMeter('bench').createHistogram('time')

function openTelemetry(): (value: number) => void {
  const histogram = openTelemetryHistogram()
  return (value) => histogram.record(value)
}
