/** What the API says of health, written once as zod: checked against api.ts, and the source of OpenAPI. */
import { z } from 'zod'
import type {
  EightMetricsView,
  FindingView,
  HealthConsumerView,
  HealthView,
  MetricView,
  MoreMetricView,
  TimesView,
  ViolationsView,
} from '../api.ts'
import { named, pageOf } from './registry.ts'
import { instant } from './service.ts'

const count = z.int().min(0)

const metricOf = <Value>(id: string, value: z.ZodType<Value>): z.ZodType<MetricView<Value>> =>
  named<MetricView<Value>>(
    id,
    z.object({
      value: value.nullable(),
      unit: z.string(),
      rule: z.string().nullable().describe('How the value came about; null where there is none.'),
      observations: z.number().min(0).describe('Operations, or readings, that it rests on.'),
      sources: z.array(z.string()).describe('Who told what it rests on.'),
      reason: z.string().nullable().describe('Why there is no value; null where there is one.'),
    }),
  )

export const numberMetric: z.ZodType<MetricView> = metricOf('Metric', z.number())

const times = named<TimesView>(
  'Times',
  z.object({
    meanMs: z.number(),
    p50Ms: z.number(),
    p90Ms: z.number(),
    p95Ms: z.number(),
    p99Ms: z.number(),
    maxMs: z.number(),
  }),
)

const violations = named<ViolationsView>(
  'Violations',
  z.object({
    level: z.string(),
    operations: count,
    over: count.describe('Of these so many were over the limit of the level.'),
  }),
)

const eightMetrics = named<EightMetricsView>(
  'EightMetrics',
  z.object({
    availability: numberMetric,
    capacity: numberMetric,
    throughput: numberMetric,
    serviceTime: metricOf('TimesMetric', times),
    queueLength: numberMetric,
    utilisation: numberMetric,
    violations: metricOf('ViolationsMetric', z.array(violations)),
    satisfaction: numberMetric,
  }),
)

const more = z
  .array(named<MoreMetricView>('MoreMetric', z.object({ name: z.string(), metric: numberMetric })))
  .describe('Those that rules give besides.')

const finding = named<FindingView>(
  'HealthFinding',
  z.object({
    part: z.string(),
    law: z.enum(['littles-law', 'utilisation-law']),
    says: z.string(),
  }),
)

export const healthView = named<HealthView>(
  'Health',
  z.object({
    service: z.string(),
    from: instant,
    to: instant,
    measuredUntil: instant.nullable(),
    seenRatio: z.number().describe('Share of the interval in which somebody measured, 0 to 1.'),
    sources: z.array(z.string()),
    metrics: eightMetrics,
    more,
    findings: z.array(finding).describe('Figures that cannot be true together.'),
    parts: z.array(z.object({ part: z.string(), metrics: eightMetrics, more })),
    instances: z
      .array(z.object({ instance: z.string(), metrics: eightMetrics }))
      .describe('Those that were there in the interval.'),
  }),
)

export const healthConsumerPage = pageOf(
  'HealthConsumerPage',
  named<HealthConsumerView>('HealthConsumer', z.object({ consumer: z.string(), readUntil: instant })),
)
