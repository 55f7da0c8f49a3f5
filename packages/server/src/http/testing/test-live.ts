/** A live view that says what a test puts there. */
import type { LiveView } from '../../loop/live.ts'
import type { LiveEvent } from '../api.ts'
import type { ServiceDetail } from '../api.ts'

export interface TestLive extends LiveView {
  put(detail: ServiceDetail): void
  setReady(ready: boolean): void
  publish(event: LiveEvent): void
  nudges(): number
}

export function createTestLive(): TestLive {
  const details = new Map<string, ServiceDetail>()
  const listeners = new Set<(event: LiveEvent) => void>()
  let ready = true
  let nudges = 0
  return {
    put: (detail) => void details.set(detail.name, detail),
    setReady: (now) => void (ready = now),
    publish: (event) => {
      for (const listener of listeners) listener(event)
    },
    nudges: () => nudges,
    services: () => [...details.values()],
    service: (name) => details.get(name) ?? null,
    instances: () => [],
    history: async () => ({ points: [], changes: [] }),
    ready: () => ready,
    nudge: () => void (nudges += 1),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export const testDetail = (
  name: string,
  owner: string,
  changes: Partial<ServiceDetail> = {},
): ServiceDetail => ({
  name,
  owner,
  state: 'kept',
  cause: null,
  says: 'All levels are kept.',
  requestsPerSecond: 8.5,
  response: { p50Ms: 20, p90Ms: 60, p99Ms: 90 },
  limitMs: 100,
  promisedRatio: 0.9,
  measuredRatio: 0.99,
  budgetLeftRatio: 0.9,
  parts: [{ part: 'web', desired: 2, ready: 1 }],
  instances: { desired: 2, ready: 1, atMost: 20 },
  costPerHour: '0.10 EUR',
  mode: 'act',
  generation: 3,
  updatedAt: '2026-11-27T08:59:58.000Z',
  version: 1,
  agreements: [`${owner}-gold`],
  url: 'http://127.0.0.1:8080',
  routeFault: null,
  partDetails: [
    {
      part: 'web',
      desired: 2,
      ready: 1,
      instanceType: 'small',
      pricePerHour: '0.05 EUR/h',
      minInstances: 1,
      maxInstances: 4,
      expectedServiceMs: 20,
      measuredServiceMs: 21,
      plannedServiceMs: null,
      measuredWaitingMs: 2,
      capacityPerSecond: 40,
      requestsPerSecond: 8.5,
      queued: 0,
      calls: [],
    },
  ],
  verdicts: [
    {
      agreement: `${owner}-gold`,
      level: 'quick',
      at: '2026-11-27T08:59:58.000Z',
      windowFrom: '2026-11-27T08:00:00.000Z',
      windowTo: '2026-11-27T09:00:00.000Z',
      state: 'kept',
      met: 990,
      missed: 10,
      promisedRatio: 0.9,
      measuredRatio: 0.99,
      missedBy: { platform: 10 },
      platformRatio: 0.99,
      allowedMisses: 100,
      missesLeft: 90,
      burn: 0.1,
      cause: null,
      reason: '99 % within 100 ms.',
    },
  ],
  reasons: [],
  advice: [],
  ...changes,
})

/** What a tick of the service tells who listens. */
export const eventOf = (service: string, owner: string): LiveEvent => ({
  kind: 'service',
  service,
  summary: testDetail(service, owner),
  point: {
    at: '2026-11-27T09:00:00.000Z',
    requestsPerSecond: 8,
    p50Ms: 20,
    p90Ms: 60,
    p99Ms: 90,
    met: 10,
    missed: 0,
    state: 'kept',
    cause: null,
    parts: [],
  },
})
