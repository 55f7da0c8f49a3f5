/** Goal: the eight metrics are told over the interval that is asked for, exactly, and what is not known with the reason. */
import { distributionOf, emptyDistribution } from '@holdfast/core/stats'
import { branded, durationMs, epochMs, micros, perSecond, seconds, type EpochMs } from '@holdfast/core/units'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HealthKeeper } from '../health/index.ts'
import type { HealthView } from './api.ts'
import { testDetail } from './testing/test-live.ts'
import { createTestServer, type TestServer } from './testing/test-server.ts'

type Tick = Parameters<HealthKeeper['accept']>[0]

const service = branded<Tick['resolved']['service']['name']>('red-shop')
const part = branded<Tick['resolved']['service']['parts'][number]['name']>('web')
const instance = branded<Tick['present'][number]['id']>('red-shop-web-1-1')
const level = branded<Tick['observation']['levels'][number]['level']>('quick')
const TICK_MS = 2_000

/** Two seconds in which ten operations of 50 ms ended, each having waited 10 ms; one of them was over the limit. */
function tickAt(to: EpochMs): Tick {
  const span = { from: epochMs(to - TICK_MS), to }
  const took = distributionOf(Array.from({ length: 10 }, () => 60))
  const counts = { arrivals: 10, completed: 10, failed: 0, refused: 0, aborted: 0 }
  return {
    at: to,
    resolved: {
      concurrency: {},
      service: {
        name: service,
        entry: part,
        mode: 'act',
        hints: [],
        batch: null,
        parts: [
          {
            name: part,
            instanceType: branded('small'),
            price: { currency: 'EUR', microsPerHour: micros(0n) },
            revision: '1',
            characteristics: {
              serviceTime: { mean: durationMs(50) },
              capacity: perSecond(10),
              startTime: seconds(1),
            },
            calls: [],
            minInstances: 1,
            maxInstances: 4,
          },
        ],
      },
    },
    present: [
      {
        id: instance,
        service,
        part,
        revision: '1',
        phase: 'ready',
        phaseSince: epochMs(0),
        restarts: 0,
        address: null,
        says: '',
      },
    ],
    observation: { span, levels: [{ level, met: 9, missed: 1 }] },
    measured: {
      service,
      ...span,
      ...counts,
      responseMs: took,
      firstByteMs: emptyDistribution,
      levels: [],
      operations: [],
      clients: [],
      parts: [
        {
          part,
          ...counts,
          passedOn: 0,
          queued: 0,
          inPartMean: 0.3,
          serviceMs: distributionOf(Array.from({ length: 10 }, () => 50)),
          waitingMs: distributionOf(Array.from({ length: 10 }, () => 10)),
          instances: [{ instance, completed: 10, failed: 0, inFlight: 0.3, serviceMs: distributionOf([50]) }],
        },
      ],
    },
  }
}

let test: TestServer
beforeAll(async () => {
  test = await createTestServer()
  // Ten minutes until now, which is nine o'clock.
  for (let to = test.now() - 600_000 + TICK_MS; to <= test.now(); to += TICK_MS)
    test.health.accept(tickAt(epochMs(to)))
})
afterAll(() => test[Symbol.asyncDispose]())

const health = async (query: string): Promise<HealthView> =>
  (await test.call({ url: `/v1/services/red-shop/health${query}`, as: 'red' })).json()

describe('the health of a service', () => {
  it('is that of the last minute where nothing else is asked for', async () => {
    const { metrics, seenRatio, sources } = await health('')
    expect(seenRatio).toBe(1)
    expect(sources).toEqual(['gateway'])
    expect(metrics.throughput).toEqual({
      value: 5,
      unit: 'operations/s',
      rule: 'count-over-time',
      observations: 300,
      reason: null,
    })
    expect(metrics.availability.value).toBe(1)
    expect(metrics.serviceTime.value?.meanMs).toBe(60)
    expect(metrics.violations.value).toEqual([{ level: 'quick', operations: 300, over: 30 }])
  })

  it('says of each part its own service time, its line and what it could do', async () => {
    const [web] = (await health('')).parts
    expect(web?.metrics.serviceTime.value?.meanMs).toBe(50)
    expect(web?.metrics.queueLength.value).toBeCloseTo(0.05)
    expect(web?.metrics.capacity).toMatchObject({ value: 10, rule: 'expected-capacity' })
    expect(web?.metrics.utilisation.value).toBe(0.5)
  })

  it('says which instances there were', async () => {
    expect((await health('')).instances).toMatchObject([{ instance, metrics: { throughput: { value: 5 } } }])
  })

  it('is that of the last whole interval of the clock', async () => {
    const { from, to, metrics } = await health('?interval=5m')
    expect([from, to]).toEqual(['2026-11-27T08:50:00.000Z', '2026-11-27T08:55:00.000Z'])
    expect(metrics.throughput.observations).toBe(1_500)
  })

  it('is the same in total for consumers at any pace', async () => {
    const since = await health('?since=2026-11-27T08:52:00Z')
    expect(since.metrics.throughput.observations).toBe(2_400)
    expect(since.to).toBe('2026-11-27T09:00:00.000Z')
  })

  it('is not known of a service that nothing was measured of, with the reason', async () => {
    const { json } = await test.call({ url: '/v1/services/blue-shop/health' })
    const view = json() as HealthView
    expect(view).toMatchObject({ measuredUntil: null, seenRatio: 0, sources: [], parts: [], instances: [] })
    for (const { value, reason } of Object.values(view.metrics)) {
      expect(value).toBeNull()
      expect(reason).toMatch(/\.$/)
    }
  })
})

describe('what is asked for', () => {
  it.each([
    ['?interval=soon', '/query/interval'],
    ['?interval=0s', '/query/interval'],
    ['?interval=90d', '/query/interval'],
    ['?since=yesterday', '/query/since'],
    ['?since=1999-01-01T00:00:00Z', '/query/since'],
    ['?interval=5m&since=2026-11-27T08:52:00Z', '/query/since'],
  ])('%s is refused at its place', async (query, pointer) => {
    const response = await test.call({ url: `/v1/services/red-shop/health${query}`, as: 'red' })
    expect(response.status).toBe(400)
    expect(response.json().faults[0].pointer).toBe(pointer)
  })

  it('is hidden from other owners', async () => {
    expect((await test.call({ url: '/v1/services/red-shop/health', as: 'blue' })).status).toBe(404)
  })
})

describe('the metrics for Prometheus', () => {
  it('are those of the last minute, of the service and of each part, and none that is not known', async () => {
    test.live.put(testDetail('red-shop', 'red'))
    const { text } = await test.call({ url: '/metrics' })
    expect(text).toContain('holdfast_health_throughput_operations_per_second{service="red-shop"} 5\n')
    expect(text).toContain(
      'holdfast_health_capacity_operations_per_second{service="red-shop",part="web"} 10\n',
    )
    expect(text).toContain('holdfast_health_service_time_seconds{service="red-shop",statistic="mean"} 0.06\n')
    expect(text).toContain('holdfast_health_violations_operations{service="red-shop",level="quick"} 30\n')
    expect(text).not.toContain('holdfast_health_satisfaction_ratio{')
  })
})
