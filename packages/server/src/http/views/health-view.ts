/** The eight metrics as the API says them, from what was counted in an interval. */
import {
  crossCheck,
  eightMetrics,
  latelyAt,
  moreMetrics,
  noTally,
  type EightMetrics,
  type Interval,
  type Metric,
  type Rule,
  type Subject,
  type Tally,
} from '@holdfast/core/health'
import { branded, formatInstant, type PartName } from '@holdfast/core/units'
import type { Clock } from '../../clock.ts'
import type { HealthKeeper, HealthReading } from '../../health/index.ts'
import { rulesOf } from '../../sources/index.ts'
import type { EightMetricsView, HealthView, MetricView, MoreMetricView } from '../api.ts'

interface Shown {
  readonly service: string
  readonly interval: Interval
  readonly reading: HealthReading | null
}

export const healthView = (shown: Shown): HealthView => ({
  ...healthOfParts(shown),
  instances: [...(shown.reading?.instances ?? [])].map(([instance, of]) => ({
    instance,
    metrics: metricsView({ kind: 'instance', tally: of, parts: [], rules: [] }),
  })),
})

/** Of the service and its parts. */
export type HealthOfParts = Omit<HealthView, 'instances'>

function healthOfParts({ service, interval, reading }: Shown): HealthOfParts {
  const { from, to } = interval
  const parts = [...(reading?.parts ?? [])]
  const tally = reading?.service ?? noTally
  const rules = (part: string | null): readonly Rule[] => rulesOf(reading?.rules ?? [], part)
  return {
    service,
    from: formatInstant(from),
    to: formatInstant(to),
    measuredUntil: reading === null || reading.latest === null ? null : formatInstant(reading.latest),
    seenRatio: Math.min(1, tally.seenMs / Math.max(1, to - from)),
    sources: [...new Set([tally, ...parts.map(([, of]) => of)].flatMap(sourcesOf))].toSorted(),
    metrics: metricsView({
      kind: 'service',
      tally,
      parts: parts.map(([part, of]) => ({ tally: of, visits: reading?.visits.get(part) ?? 0 })),
      rules: rules(null),
    }),
    more: moreView({ tally, rules: rules(null) }),
    findings: parts.flatMap(([part, of]) => crossCheck(branded<PartName>(part), of)),
    parts: parts.map(([part, of]) => ({
      part,
      metrics: metricsView({ kind: 'part', tally: of, parts: [], rules: rules(part) }),
      more: moreView({ tally: of, rules: rules(part) }),
    })),
  }
}

/** What everybody is shown who asks for nothing in particular. */
export function healthLately(
  service: string,
  { health, clock }: { readonly health: Pick<HealthKeeper, 'read'>; readonly clock: Pick<Clock, 'now'> },
): HealthOfParts {
  const interval = latelyAt(clock.now())
  return healthOfParts({ service, interval, reading: health.read(service, interval.from, interval.to) })
}

const UNITS: Readonly<Record<keyof EightMetrics, string>> = {
  availability: 'ratio',
  capacity: 'operations/s',
  throughput: 'operations/s',
  serviceTime: 'ms',
  queueLength: 'operations',
  utilisation: 'ratio',
  violations: 'operations',
  satisfaction: 'ratio',
}

function metricsView(subject: Subject): EightMetricsView {
  const metrics = eightMetrics(subject)
  return {
    availability: metricView(metrics.availability, UNITS.availability),
    capacity: metricView(metrics.capacity, UNITS.capacity),
    throughput: metricView(metrics.throughput, UNITS.throughput),
    serviceTime: metricView(metrics.serviceTime, UNITS.serviceTime),
    queueLength: metricView(metrics.queueLength, UNITS.queueLength),
    utilisation: metricView(metrics.utilisation, UNITS.utilisation),
    violations: metricView(metrics.violations, UNITS.violations),
    satisfaction: metricView(metrics.satisfaction, UNITS.satisfaction),
  }
}

/**
 * What holds now of the metric that a rule is about; null where there is no such metric yet. Of a service time the mean,
 * of violations those of all levels.
 */
export function metricNow(reading: HealthReading | null, { part, metric }: Rule): MetricView | null {
  if (reading === null) return null
  const subject = subjectOf(reading, part)
  const one = ONE_OF_EIGHT[metric]
  if (one !== undefined) return one(metricsView(subject))
  return moreView(subject).find(({ name }) => name === metric)?.metric ?? null
}

const ONE_OF_EIGHT: Readonly<Record<string, (metrics: EightMetricsView) => MetricView>> = {
  availability: ({ availability }) => availability,
  capacity: ({ capacity }) => capacity,
  throughput: ({ throughput }) => throughput,
  'service-time': ({ serviceTime }) => ({ ...serviceTime, value: serviceTime.value?.meanMs ?? null }),
  'queue-length': ({ queueLength }) => queueLength,
  utilisation: ({ utilisation }) => utilisation,
  violations: ({ violations }) => ({
    ...violations,
    value: violations.value?.reduce((sum, { over }) => sum + over, 0) ?? null,
  }),
  satisfaction: ({ satisfaction }) => satisfaction,
}

function subjectOf(reading: HealthReading, part: string | null): Subject {
  const rules = rulesOf(reading.rules, part)
  if (part !== null) return { kind: 'part', tally: reading.parts.get(part) ?? noTally, parts: [], rules }
  const parts = [...reading.parts].map(([name, tally]) => ({ tally, visits: reading.visits.get(name) ?? 0 }))
  return { kind: 'service', tally: reading.service, parts, rules }
}

const moreView = (of: Pick<Subject, 'tally' | 'rules'>): readonly MoreMetricView[] =>
  moreMetrics(of).map(({ name, unit, metric }) => ({ name, metric: metricView(metric, unit) }))

/** Who told of operations, and who told what rules and defaults are made of. */
const sourcesOf = ({ sources, inputs }: Tally): readonly string[] => [
  ...sources,
  ...Object.values(inputs).flatMap((input) => input.sources),
]

const metricView = <Value>(metric: Metric<Value>, unit: string): MetricView<Value> =>
  'reason' in metric
    ? { value: null, unit, rule: null, observations: 0, sources: [], reason: metric.reason }
    : { ...metric, unit, reason: null }
