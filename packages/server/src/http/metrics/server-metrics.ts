/**
 * What the server counts of itself. One is made at start-up and handed to the loop, which reports its
 * ticks, and to the HTTP server, which reports requests and writes everything down at /metrics.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Family, Sample } from './exposition.ts'
import { createHistogram, type Histogram } from './histogram.ts'

interface AnsweredRequest {
  readonly method: string
  /** The route's pattern, not the path: a label must not grow with what is asked for. */
  readonly route: string
  readonly status: number
  readonly durationMs: number
}

export interface ServerMetrics extends Disposable {
  observeRequest(request: AnsweredRequest): void
  observeTick(durationMs: number): void
  families(): readonly Family[]
}

interface RouteCount {
  readonly method: string
  readonly route: string
  readonly byStatus: Map<number, number>
  readonly durations: Histogram
}

const LOOP_DELAY_RESOLUTION_MS = 20
const MS_PER_SECOND = 1_000
const NS_PER_SECOND = 1_000_000_000
const MICROS_PER_SECOND = 1_000_000

export function createServerMetrics(version: string): ServerMetrics {
  const routes = new Map<string, RouteCount>()
  const ticks = createHistogram()
  const loopDelay = monitorEventLoopDelay({ resolution: LOOP_DELAY_RESOLUTION_MS })
  loopDelay.enable()
  return {
    observeRequest: ({ method, route, status, durationMs }) => {
      const key = `${method} ${route}`
      const count = routes.get(key) ?? { method, route, byStatus: new Map(), durations: createHistogram() }
      routes.set(key, count)
      count.byStatus.set(status, (count.byStatus.get(status) ?? 0) + 1)
      count.durations.observe(durationMs / MS_PER_SECOND)
    },
    observeTick: (durationMs) => ticks.observe(durationMs / MS_PER_SECOND),
    families: () => [
      ...processFamilies(version, loopDelay.percentile(99) / NS_PER_SECOND),
      ...requestFamilies([...routes.values()]),
      {
        name: 'holdfast_tick_duration_seconds',
        kind: 'histogram',
        help: 'Time that a tick of the control loop took, over all services.',
        samples: ticks.samples({}),
      },
    ],
    [Symbol.dispose]: () => void loopDelay.disable(),
  }
}

function requestFamilies(routes: readonly RouteCount[]): readonly Family[] {
  return [
    {
      name: 'holdfast_http_requests_total',
      kind: 'counter',
      help: 'Requests answered, by route and status.',
      samples: routes.flatMap(({ method, route, byStatus }) =>
        [...byStatus].map(([status, value]) => ({
          labels: { method, route, status: String(status) },
          value,
        })),
      ),
    },
    {
      name: 'holdfast_http_request_duration_seconds',
      kind: 'histogram',
      help: 'Time from the request to the end of its answer, by route.',
      samples: routes.flatMap(({ method, route, durations }) => durations.samples({ method, route })),
    },
  ]
}

function processFamilies(version: string, loopDelaySeconds: number): readonly Family[] {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  const started = performance.timeOrigin / MS_PER_SECOND
  const family = (
    name: string,
    kind: Family['kind'],
    help: string,
    value: number,
    labels: Sample['labels'] = {},
  ): Family => ({
    name,
    kind,
    help,
    samples: [{ labels, value }],
  })
  return [
    family('holdfast_build_info', 'gauge', 'Always 1; the labels say which program runs.', 1, {
      version,
      node: process.version,
    }),
    family('process_cpu_seconds_total', 'counter', 'CPU time spent.', (user + system) / MICROS_PER_SECOND),
    family('process_resident_memory_bytes', 'gauge', 'Memory held in RAM.', rss),
    family('nodejs_heap_used_bytes', 'gauge', 'Memory used on the JavaScript heap.', heapUsed),
    family('process_start_time_seconds', 'gauge', 'When the process started, since 1970.', started),
    family(
      'nodejs_eventloop_delay_p99_seconds',
      'gauge',
      '99th percentile of the event loop delay.',
      loopDelaySeconds,
    ),
  ]
}
