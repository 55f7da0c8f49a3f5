/** What was measured of the shop that commands are shown. */
import type { EightMetricsView, HealthView, MetricView } from '../../src/http/api.ts'

const metric = <Value>(value: Value | null, unit: string, rule: string): MetricView<Value> => ({
  value,
  unit,
  rule: value === null ? null : rule,
  observations: value === null ? 0 : 708,
  sources: value === null ? [] : ['gateway'],
  reason: value === null ? 'No client was asked, and none said anything.' : null,
})

const metrics = (throughput: number, meanMs: number): EightMetricsView => ({
  availability: metric(0.997, 'ratio', 'share-answered'),
  capacity: metric(20, 'operations/s', 'expected-capacity'),
  throughput: metric(throughput, 'operations/s', 'count-over-time'),
  serviceTime: metric(
    {
      meanMs,
      p50Ms: meanMs * 0.9,
      p90Ms: meanMs * 2,
      p95Ms: meanMs * 2.5,
      p99Ms: meanMs * 4,
      maxMs: meanMs * 6,
    },
    'ms',
    'distribution',
  ),
  queueLength: metric(0.42, 'operations', 'littles-law'),
  utilisation: metric(throughput / 20, 'ratio', 'throughput-over-capacity'),
  violations: metric([{ level: 'fast', operations: 710, over: 49 }], 'operations', 'limit-exceeded'),
  satisfaction: metric<number>(null, 'ratio', ''),
})

export const health: HealthView = {
  service: 'shop',
  from: '2026-11-27T10:38:42.000Z',
  to: '2026-11-27T10:39:42.000Z',
  measuredUntil: '2026-11-27T10:39:42.000Z',
  seenRatio: 1,
  sources: ['gateway'],
  metrics: metrics(11.8, 47.2),
  more: [{ name: 'cache-hits', metric: metric(41.2, 'hits', 'rule:cached') }],
  findings: [
    {
      part: 'processing',
      law: 'littles-law',
      says: 'Operations of part processing are said to wait and be served for 160.0 ms each, but are inside for 60.8 ms: what its Server-Timing header says cannot be true.',
    },
  ],
  parts: [
    { part: 'interface', metrics: metrics(11.8, 10.4), more: [] },
    { part: 'processing', metrics: metrics(11.75, 20.9), more: [] },
  ],
  instances: [{ instance: 'shop-interface-1-1', metrics: metrics(5.9, 10.4) }],
}
