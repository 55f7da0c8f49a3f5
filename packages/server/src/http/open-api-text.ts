/** Writes packages/server/openapi.json: the document of a server that is put together and never listens. */
import { pino } from 'pino'
import { createSignIns } from '../auth/index.ts'
import { systemClock } from '../clock.ts'
import type { LiveView } from '../loop/live.ts'
import { createPacing } from '../pacing/index.ts'
import { openStore } from '../store/open-store.ts'
import { createServerMetrics } from './metrics/server-metrics.ts'
import { createHttpServer } from './server.ts'

const nothingRuns: LiveView = {
  services: () => [],
  service: () => null,
  instances: () => [],
  history: async () => ({ points: [], changes: [] }),
  ready: () => false,
  nudge: () => {},
  subscribe: () => () => {},
}

export async function openApiText(version: string): Promise<string> {
  await using store = await openStore(':memory:')
  using metrics = createServerMetrics(version)
  const server = await createHttpServer({
    store,
    metrics,
    live: nothingRuns,
    health: { read: () => null, latestAsked: (now) => now },
    sources: { statuses: () => [], series: () => [], history: () => null },
    recorder: { pending: () => [] },
    intakes: { of: () => null },
    pacing: createPacing({
      store,
      keeper: '',
      keys: [],
      declared: async () => [],
      clock: systemClock,
      chance: () => 0,
      log: pino({ level: 'silent' }),
    }),
    clock: systemClock,
    logger: pino({ level: 'silent' }),
    signIns: createSignIns(),
    dashboardDirectory: null,
    allowedHosts: [],
    version,
    region: null,
  })
  try {
    await server.ready()
    return `${JSON.stringify(server.swagger(), null, 2)}\n`
  } finally {
    await server.close()
  }
}
