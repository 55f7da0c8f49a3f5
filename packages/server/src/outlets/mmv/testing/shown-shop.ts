/** The health of a shop of two parts as the API would say it, for tests. */
import type { ShownHealth, ShownMetrics, ShownMore } from '../../shown-health.ts'

const nothing = { value: null }

const unknownMetrics: ShownMetrics = {
  availability: nothing,
  capacity: nothing,
  throughput: nothing,
  serviceTime: nothing,
  queueLength: nothing,
  utilisation: nothing,
  violations: nothing,
  satisfaction: nothing,
}

/** Each value is another one, made from the number. */
export const metricsOf = (number: number): ShownMetrics => ({
  availability: { value: number + 0.01 },
  capacity: { value: number + 0.02 },
  throughput: { value: number + 0.03 },
  serviceTime: {
    value: {
      meanMs: number * 1_000 + 40,
      p50Ms: number * 1_000 + 50,
      p90Ms: number * 1_000 + 60,
      p95Ms: number * 1_000 + 70,
      p99Ms: number * 1_000 + 80,
      maxMs: number * 1_000 + 90,
    },
  },
  queueLength: { value: number + 0.1 },
  utilisation: { value: number + 0.11 },
  violations: nothing,
  satisfaction: nothing,
})

export const shopHealth: ShownHealth = {
  from: '2026-11-27T09:00:00Z',
  to: '2026-11-27T09:01:00Z',
  measuredUntil: '2026-11-27T09:00:58.5Z',
  seenRatio: 0.75,
  metrics: {
    ...metricsOf(1),
    violations: {
      value: [
        { level: 'fast', operations: 62, over: 7 },
        { level: 'sure', operations: 62, over: 1 },
      ],
    },
  },
  more: [],
  parts: [
    { part: 'web', metrics: metricsOf(2), more: [] },
    { part: 'data', metrics: unknownMetrics, more: [] },
  ],
}

/** One that a rule gives besides the eight. */
export const moreOf = (name: string, value: number | null, unit = '1'): ShownMore => ({
  name,
  metric: { value, unit },
})

/** The same with other parts, of which nothing is known. */
export const withParts = (...parts: readonly string[]): ShownHealth => ({
  ...shopHealth,
  parts: parts.map((part) => ({ part, metrics: unknownMetrics, more: [] })),
})
