/** Who tells of the shop that commands are shown, in which series, and what a rule would have given. */
import type { MetricView, SeriesView, SourceStatusView, TriedRulesView } from '../../src/http/api.ts'

const asked = { part: null, everyMs: 15_000, rounds: 240, failedRounds: 0, believedAbout: [] }

export const sources: readonly SourceStatusView[] = [
  {
    ...asked,
    name: 'access-log',
    reads: 'log',
    part: 'interface',
    everyMs: 5_000,
    state: 'well',
    says: null,
    lastAt: '2026-11-27T10:39:40.000Z',
    series: 24,
    faults: [{ kind: 'malformed', times: 3 }],
    believedAbout: ['service', 'interface'],
  },
  {
    ...asked,
    name: 'node',
    reads: 'prometheus',
    state: 'failing',
    says: 'Nobody answers at 127.0.0.1:9100: look whether it runs.',
    lastAt: '2026-11-27T10:21:00.000Z',
    failedRounds: 75,
    series: 412,
    faults: [{ kind: 'unreachable', times: 75 }],
  },
  {
    ...asked,
    name: 'otlp',
    reads: 'pushed',
    everyMs: null,
    rounds: null,
    failedRounds: null,
    state: 'silent',
    says: null,
    lastAt: '2026-11-27T10:02:00.000Z',
    series: 31,
    faults: [],
  },
]

const of = { part: null, instance: null, lastAt: '2026-11-27T10:39:40.000Z' }

export const series: readonly SeriesView[] = [
  {
    ...of,
    name: 'node_cpu_seconds_total',
    labels: { cpu: '0', mode: 'idle' },
    kind: 'counter',
    unit: null,
    last: 81234.5,
  },
  { ...of, name: 'node_load1', labels: {}, kind: 'gauge', unit: null, last: 0.42 },
  { ...of, name: 'job.duration', labels: { queue: 'mail' }, kind: 'distribution', unit: 'ms', last: null },
]

const metric = (value: number | null, sources: readonly string[]): MetricView => ({
  value,
  unit: 'ratio',
  rule: value === null ? null : 'rule:busy',
  observations: value === null ? 0 : 4,
  sources,
  reason: value === null ? 'Nothing was told in this time of node_cpu_seconds_total.' : null,
})

export const tried: TriedRulesView = {
  service: 'shop',
  since: '2026-11-27T09:39:40.000Z',
  rules: [
    {
      rule: 'busy',
      part: 'processing',
      metric: 'utilisation',
      selectsNothing: [],
      figures: [0.61, 0.64, null].map((value, i) => ({
        from: `2026-11-27T10:3${i + 6}:00.000Z`,
        to: `2026-11-27T10:3${i + 7}:00.000Z`,
        now: { ...metric(0.59, ['gateway']), rule: 'throughput-over-capacity' },
        tried: metric(value, value === null ? [] : ['node']),
      })),
    },
  ],
}
