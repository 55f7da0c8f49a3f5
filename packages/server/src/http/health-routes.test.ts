/** Goal: the eight metrics are told over the interval that is asked for, exactly, and what is not known with the reason. */
import { branded, epochMs, type ServiceName } from '@holdfast/core/units'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { instance, tickAt, TICK_MS } from '../health/testing/ticks.ts'
import type { HealthView } from './api.ts'
import { testDetail } from './testing/test-live.ts'
import { createTestServer, type TestServer } from './testing/test-server.ts'

let test: TestServer
beforeAll(async () => {
  test = await createTestServer()
  // Ten minutes until now, which is nine o'clock.
  for (let to = test.now() - 600_000 + TICK_MS; to <= test.now(); to += TICK_MS)
    test.health.measure(tickAt(epochMs(to)))?.keep()
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
      sources: ['gateway'],
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

  it('finds figures that cannot be true together, and only those', async () => {
    expect((await health('')).findings).toEqual([])
    await using other = await createTestServer()
    for (let to = other.now() - 60_000 + TICK_MS; to <= other.now(); to += TICK_MS) {
      const tick = tickAt(epochMs(to))
      const parts = tick.measured?.parts.map((one) => ({ ...one, inPartMean: 0.01 })) ?? []
      const measured = tick.measured === null ? null : { ...tick.measured, parts }
      other.health.measure({ ...tick, measured })?.keep()
    }
    const { json } = await other.call({ url: '/v1/services/red-shop/health' })
    expect(json().findings).toMatchObject([{ part: 'web', law: 'littles-law' }])
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

describe('a named consumer', () => {
  const url = '/v1/services/red-shop/health/consumers'
  const read = async (consumer: string) =>
    test.call({ method: 'POST', url: `${url}/${consumer}/read`, as: 'red' })

  it('reads the last settled minute first, and then what is new', async () => {
    const first = (await read('billing')).json() as HealthView
    expect([first.from, first.to]).toEqual(['2026-11-27T08:58:50.000Z', '2026-11-27T08:59:50.000Z'])
    expect(first.metrics.throughput.observations).toBe(300)
    const again = (await read('billing')).json() as HealthView
    expect([again.from, again.metrics.throughput.observations]).toEqual([first.to, 0])
  })

  it('is listed with how far it has read, and can be forgotten', async () => {
    await read('alerts')
    const { items } = (await test.call({ url, as: 'red' })).json()
    expect(items).toEqual([
      { consumer: 'alerts', readUntil: '2026-11-27T08:59:50.000Z' },
      { consumer: 'billing', readUntil: '2026-11-27T08:59:50.000Z' },
    ])
    const drop = () => test.call({ method: 'DELETE', url: `${url}/alerts`, as: 'red' })
    expect((await drop()).status).toBe(204)
    expect((await drop()).status).toBe(404)
  })

  it('has a name like everything else', async () => {
    const { status, json } = await read('No%20Name')
    expect([status, json().faults[0].pointer]).toEqual([400, '/params/consumer'])
  })

  it('is one of a thousand at most, who all read on', async () => {
    await using other = await createTestServer()
    const service = branded<ServiceName>('red-shop')
    const readUntil = epochMs(other.now() - 60_000)
    for (let i = 0; i < 1_000; i++)
      await other.store.moveHealthConsumer({ service, name: `c${i}`, readUntil, readOfHour: '' }, null)
    const readAs = async (name: string): Promise<number> =>
      (await other.call({ method: 'POST', url: `${url}/${name}/read` })).status
    expect(await readAs('c999')).toBe(200)
    expect(await readAs('another')).toBe(400)
  })

  it('is hidden from other owners', async () => {
    const { status } = await test.call({ method: 'POST', url: `${url}/billing/read`, as: 'blue' })
    expect(status).toBe(404)
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
