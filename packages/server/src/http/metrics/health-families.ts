/** The eight metrics of each service and part over the last minute, for Prometheus. */
import type { EightMetricsView, MoreMetricView } from '../api.ts'
import type { HealthOfParts } from '../views/health-view.ts'
import type { Family, Sample } from './exposition.ts'

const MS_PER_SECOND = 1_000

interface Exposed {
  readonly name: string
  readonly help: string
  readonly of: (metrics: EightMetricsView) => readonly Sample[]
}

const one = (value: number | null): readonly Sample[] => (value === null ? [] : [{ labels: {}, value }])

const EXPOSED: readonly Exposed[] = [
  {
    name: 'holdfast_health_availability_ratio',
    help: 'Share of operations answered without an error; where none came, share of time ready.',
    of: ({ availability }) => one(availability.value),
  },
  {
    name: 'holdfast_health_capacity_operations_per_second',
    help: 'Operations a second that could be served.',
    of: ({ capacity }) => one(capacity.value),
  },
  {
    name: 'holdfast_health_throughput_operations_per_second',
    help: 'Operations a second that were answered.',
    of: ({ throughput }) => one(throughput.value),
  },
  {
    name: 'holdfast_health_service_time_seconds',
    help: 'What one operation took: the mean, and quantiles.',
    of: ({ serviceTime: { value } }) =>
      value === null
        ? []
        : (
            [
              ['mean', value.meanMs],
              ['0.5', value.p50Ms],
              ['0.9', value.p90Ms],
              ['0.95', value.p95Ms],
              ['0.99', value.p99Ms],
              ['1', value.maxMs],
            ] as const
          ).map(([statistic, ms]) => ({ labels: { statistic }, value: ms / MS_PER_SECOND })),
  },
  {
    name: 'holdfast_health_queue_length_operations',
    help: 'Operations that wait, on average over time.',
    of: ({ queueLength }) => one(queueLength.value),
  },
  {
    name: 'holdfast_health_utilisation_ratio',
    help: 'Share of the capacity that is used.',
    of: ({ utilisation }) => one(utilisation.value),
  },
  {
    name: 'holdfast_health_violations_operations',
    help: 'Operations over the limit of each level.',
    of: ({ violations }) =>
      (violations.value ?? []).map(({ level, over }) => ({ labels: { level }, value: over })),
  },
  {
    name: 'holdfast_health_satisfaction_ratio',
    help: 'Satisfaction of clients, from 0 to 1.',
    of: ({ satisfaction }) => one(satisfaction.value),
  },
]

const OF_WHAT = 'Over the last minute; without part of the whole service.'

/** What is not known has no sample, so that nobody takes it for 0. */
export const healthFamilies = (views: readonly HealthOfParts[]): readonly Family[] => [
  ...EXPOSED.map(({ name, help, of }): Family => ({
    name,
    kind: 'gauge',
    help: `${help} ${OF_WHAT}`,
    samples: views.flatMap(({ service, metrics, parts }) => [
      ...labelled({ service }, of(metrics)),
      ...parts.flatMap(({ part, metrics: ofPart }) => labelled({ service, part }, of(ofPart))),
    ]),
  })),
  {
    name: 'holdfast_health_metric',
    kind: 'gauge',
    help: `What rules give besides. ${OF_WHAT}`,
    samples: views.flatMap(({ service, more, parts }) => [
      ...labelled({ service }, moreSamples(more)),
      ...parts.flatMap(({ part, more: ofPart }) => labelled({ service, part }, moreSamples(ofPart))),
    ]),
  },
]

const moreSamples = (more: readonly MoreMetricView[]): readonly Sample[] =>
  more.flatMap(({ name, metric: { value, unit } }) =>
    value === null ? [] : [{ labels: { metric: name, unit }, value }],
  )

const labelled = (labels: Sample['labels'], samples: readonly Sample[]): readonly Sample[] =>
  samples.map((sample) => ({ ...sample, labels: { ...labels, ...sample.labels } }))
