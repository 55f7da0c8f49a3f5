/**
 * The well-behaved target, as a process of its own: it counts on at an even pace until it is told to stop, and says at any
 * time what it has counted since it was asked for its metrics first.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { announce } from '../child.ts'

export interface Counted {
  /** Since the first scrape, by how they ended. */
  readonly completed: number
  readonly failed: number
  /** Of those that were completed. */
  readonly overLimit: number
  readonly scrapes: number
}

const TICK_MS = 100
/** Seconds that operations take in each tick, and how many of each. */
const PACE = [
  { le: '0.05', operations: 7 },
  { le: '0.1', operations: 3 },
  { le: '0.25', operations: 2 },
  { le: '+Inf', operations: 1 },
] as const
const WITHIN_LIMIT = 2
const FAILED = 1

let [ticks, first, scrapes, isStopped] = [0, 0, 0, false]
setInterval(() => void (ticks += isStopped ? 0 : 1), TICK_MS)

const each = (many: readonly { readonly operations: number }[]): number =>
  many.reduce((sum, { operations }) => sum + operations, 0)

function metrics(): string {
  const lines = ['# TYPE http_request_duration_seconds histogram']
  for (const [i, { le }] of PACE.entries())
    lines.push(
      `http_request_duration_seconds_bucket{code="200",le="${le}"} ${ticks * each(PACE.slice(0, i + 1))}`,
    )
  lines.push(
    `http_request_duration_seconds_sum{code="200"} ${ticks * 0.9}`,
    `http_request_duration_seconds_count{code="200"} ${ticks * each(PACE)}`,
    `http_request_duration_seconds_bucket{code="500",le="0.1"} ${ticks * FAILED}`,
    `http_request_duration_seconds_bucket{code="500",le="+Inf"} ${ticks * FAILED}`,
    `http_request_duration_seconds_count{code="500"} ${ticks * FAILED}`,
    '# TYPE jobs_waiting gauge',
    'jobs_waiting 7',
  )
  return `${lines.join('\n')}\n`
}

function counted(): Counted {
  const since = ticks - first
  return {
    completed: since * each(PACE),
    failed: since * FAILED,
    overLimit: since * each(PACE.slice(WITHIN_LIMIT)),
    scrapes,
  }
}

const server = createServer(({ url }, response) => {
  if (url === '/stop') isStopped = true
  if (url !== '/metrics') return response.end(JSON.stringify(counted()))
  if (scrapes === 0) first = ticks
  scrapes += 1
  return response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(metrics())
})

server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))
