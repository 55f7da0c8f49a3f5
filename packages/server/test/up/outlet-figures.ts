/**
 * The figures of a service as each outlet says them, under one name and in one unit: times in seconds, violations of the
 * one level. What an outlet does not say of a service is not there.
 */
import type { HealthView } from '../../src/http/api.ts'
import type { GaugePoint } from './otlp-receiver.ts'

export type Figures = Readonly<Record<string, number>>

const MS_PER_SECOND = 1_000

const named = (all: readonly (readonly [string, number | null | undefined])[]): Figures =>
  Object.fromEntries(
    all.flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, value]])),
  )

export function figuresOfHealth({ metrics, more }: Pick<HealthView, 'metrics' | 'more'>): Figures {
  const times = metrics.serviceTime.value
  const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? ms : ms / MS_PER_SECOND)
  return named([
    ['availability', metrics.availability.value],
    ['capacity', metrics.capacity.value],
    ['throughput', metrics.throughput.value],
    ['service_time.mean', seconds(times?.meanMs)],
    ['service_time.p50', seconds(times?.p50Ms)],
    ['service_time.p90', seconds(times?.p90Ms)],
    ['service_time.p95', seconds(times?.p95Ms)],
    ['service_time.p99', seconds(times?.p99Ms)],
    ['service_time.max', seconds(times?.maxMs)],
    ['queue_length', metrics.queueLength.value],
    ['utilisation', metrics.utilisation.value],
    ['violations.over', metrics.violations.value?.[0]?.over],
    ['satisfaction', metrics.satisfaction.value],
    ...more.map(({ name, metric }) => [`more.${name}`, metric.value] as const),
  ])
}

/** All that an outlet may say of the service, in the order above. */
export const EVERY_FIGURE: readonly string[] = [
  'availability',
  'capacity',
  'throughput',
  'service_time.mean',
  'service_time.p50',
  'service_time.p90',
  'service_time.p95',
  'service_time.p99',
  'service_time.max',
  'queue_length',
  'utilisation',
  'violations.over',
  'satisfaction',
  'more.pages',
]

/** A plug-in has fewer percentiles. */
export const OF_A_CHECK: readonly string[] = EVERY_FIGURE.filter((name) => !/\.(p95|max)$/.test(name))

/** The performance data of `holdfast check`. */
export function figuresOfCheck(line: string): Figures {
  const data = line.split(' | ')[1]?.trim().split(' ') ?? []
  return named(
    data.map((datum) => {
      const [label = '', said = ''] = datum.split('=')
      const name = label
        .replace(/^service_time_/, 'service_time.')
        .replace(/^violations_.*/, 'violations.over')
        .replace(/^more_/, 'more.')
      return [name, Number.parseFloat(said)]
    }),
  )
}

const OF_PROMETHEUS: Readonly<Record<string, string>> = {
  holdfast_health_availability_ratio: 'availability',
  holdfast_health_capacity_operations_per_second: 'capacity',
  holdfast_health_throughput_operations_per_second: 'throughput',
  holdfast_health_queue_length_operations: 'queue_length',
  holdfast_health_utilisation_ratio: 'utilisation',
  holdfast_health_violations_operations: 'violations.over',
  holdfast_health_satisfaction_ratio: 'satisfaction',
}

const STATISTICS: Readonly<Record<string, string>> = {
  mean: 'mean',
  '0.5': 'p50',
  '0.9': 'p90',
  '0.95': 'p95',
  '0.99': 'p99',
  '1': 'max',
}

export interface PrometheusSample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [at: number, value: string]
}

/** What Prometheus' own API answers. */
export const figuresOfPrometheus = (samples: readonly PrometheusSample[]): Figures =>
  named(
    samples.map(({ metric, value: [, value] }) => {
      const { __name__: name = '', statistic = '', metric: more = '' } = metric
      if (name === 'holdfast_health_metric') return [`more.${more}`, Number(value)]
      if (name === 'holdfast_health_service_time_seconds')
        return [`service_time.${STATISTICS[statistic] ?? statistic}`, Number(value)]
      return [OF_PROMETHEUS[name] ?? name, Number(value)]
    }),
  )

/** Gauges of OpenTelemetry, of the service alone. */
export const figuresOfGauges = (points: readonly GaugePoint[]): Figures =>
  named(
    points
      .filter(({ attributes }) => attributes['holdfast.part'] === undefined)
      .map(({ name, attributes, value }) => {
        const plain = name.replace('holdfast.service.', '')
        if (plain === 'metric') return [`more.${attributes['holdfast.metric']}`, value]
        if (plain === 'violations') return ['violations.over', value]
        return [plain, plain.startsWith('service_time') ? value / MS_PER_SECOND : value]
      }),
  )

/** What pminfo prints of a service's metrics; of those with instances the first. */
export const figuresOfPminfo = (text: string): Figures =>
  named(
    text.split(/\n(?=mmv\.)/).map((block) => {
      const name = /^\s*mmv\.holdfast_shop\.(\S+)/.exec(block)?.[1] ?? ''
      return [name, Number(/value (\S+)/.exec(block)?.[1])]
    }),
  )
