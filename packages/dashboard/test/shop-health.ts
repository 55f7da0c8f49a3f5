/** The eight metrics of the shop as the server would tell them, from what the model shows at present. */
import type {
  EightMetricsView,
  HealthView,
  MetricView,
  ServiceDetail,
  SourceStatusView,
} from '../../server/src/http/api.ts'

const metric = <Value>(value: Value | null, unit: string, rule: string): MetricView<Value> => ({
  value,
  unit,
  rule: value === null ? null : rule,
  observations: value === null ? 0 : 600,
  sources: value === null ? [] : ['gateway'],
  reason: value === null ? 'No client was asked, and none said anything.' : null,
})

interface Given {
  readonly rate: number | null
  readonly capacity: number | null
  readonly ms: number | null
  readonly queued: number
}

const metricsOf = ({ rate, capacity, ms, queued }: Given): EightMetricsView => ({
  availability: metric(0.998, 'ratio', 'share-answered'),
  capacity: metric(capacity, 'operations/s', 'expected-capacity'),
  throughput: metric(rate, 'operations/s', 'count-over-time'),
  serviceTime: metric(
    ms === null
      ? null
      : { meanMs: ms, p50Ms: ms, p90Ms: 2 * ms, p95Ms: 2 * ms, p99Ms: 3 * ms, maxMs: 4 * ms },
    'ms',
    'distribution',
  ),
  queueLength: metric(queued, 'operations', 'littles-law'),
  utilisation: metric(
    rate === null || capacity === null ? null : rate / capacity,
    'ratio',
    'throughput-over-capacity',
  ),
  violations: metric([{ level: 'fast', operations: 600, over: 12 }], 'operations', 'limit-exceeded'),
  satisfaction: metric<number>(null, 'ratio', ''),
})

const MS_PER_MINUTE = 60_000

/** An interval of five minutes is told to last as long, and ends when the model is. */
export function healthOf(detail: ServiceDetail, interval: string | null): HealthView {
  const to = Date.parse(detail.updatedAt ?? '')
  const minutes = interval === '5m' ? 5 : interval === '1h' ? 60 : 1
  const { requestsPerSecond: rate, response, partDetails } = detail
  return {
    service: detail.name,
    from: new Date(to - minutes * MS_PER_MINUTE).toISOString(),
    to: new Date(to).toISOString(),
    measuredUntil: new Date(to).toISOString(),
    seenRatio: 1,
    sources: ['gateway'],
    more: [{ name: 'cache-hits', metric: metric(41, 'hits/s', 'rule:cached') }],
    metrics: metricsOf({ rate, capacity: 20, ms: response?.p50Ms ?? null, queued: 0.4 }),
    findings: [
      { part: 'data', law: 'littles-law', says: 'Operations of part data are inside for too short.' },
    ],
    parts: partDetails.map((part) => ({
      part: part.part,
      more: [],
      metrics: metricsOf({
        rate: part.requestsPerSecond,
        capacity: part.capacityPerSecond,
        ms: part.measuredServiceMs,
        queued: part.queued,
      }),
    })),
    instances: [],
  }
}

/** Two that tell of the shop: one does, the other cannot be reached. */
export const shopSources = (at: string): readonly SourceStatusView[] => [
  {
    name: 'access-log',
    reads: 'log',
    part: 'interface',
    everyMs: 5_000,
    state: 'well',
    says: null,
    lastAt: at,
    rounds: 40,
    failedRounds: 0,
    series: 12,
    faults: [{ kind: 'malformed', times: 3 }],
    believedAbout: [],
  },
  {
    name: 'node',
    reads: 'prometheus',
    part: null,
    everyMs: 15_000,
    state: 'failing',
    says: 'Nobody answers at 127.0.0.1:9100; is it running?',
    lastAt: null,
    rounds: 13,
    failedRounds: 13,
    series: 0,
    faults: [{ kind: 'unreachable', times: 13 }],
    believedAbout: [],
  },
]
