/** What the HTTP server is given. It owns none of it, and ends none of it. */
import type { FastifyBaseLogger } from 'fastify'
import type { SignIns } from '../auth/index.ts'
import type { Clock } from '../clock.ts'
import type { HealthKeeper } from '../health/index.ts'
import type { LiveView } from '../loop/live.ts'
import type { Region } from '../manifests/index.ts'
import type { Pacing } from '../pacing/index.ts'
import type { Recorder } from '../recording/index.ts'
import type { Intakes, SourceKeeper } from '../sources/index.ts'
import type { Store } from '../store/store.ts'
import type { ServerMetrics } from './metrics/server-metrics.ts'

export interface HttpDependencies {
  readonly store: Store
  readonly live: LiveView
  readonly health: Pick<HealthKeeper, 'read' | 'latestAsked'>
  readonly sources: Pick<SourceKeeper, 'statuses' | 'series' | 'history'>
  /** Has what was recorded last and is not stored yet. */
  readonly recorder: Pick<Recorder, 'pending'>
  /** Where what is pushed goes. */
  readonly intakes: Intakes
  /** Takes clients' updates and tells them when to report next. */
  readonly pacing: Omit<Pacing, 'run'>
  readonly clock: Clock
  readonly logger: FastifyBaseLogger
  readonly metrics: ServerMetrics
  readonly signIns: SignIns
  /** Where the built dashboard is; null serves a page that says how to build it. */
  readonly dashboardDirectory: string | null
  /** Host names besides the loopback ones under which the server may be called. */
  readonly allowedHosts: readonly string[]
  readonly version: string
  /** Where this machine is, as whoever started the server said; null where nobody did. */
  readonly region: Region
}
