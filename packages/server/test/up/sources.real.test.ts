// Sources of a service that no operation passes Holdfast to reach (H1.5, H1.8, H1.10, H1.19). Goal: the loop judges its
// level by what a scraped source tells, to the operation, and a named consumer is told each operation once, also
// where the server is killed while requests go on. Method: the real server and real instances; requests go straight to
// these, which say of each how long it took.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { HealthView } from '../../src/http/api.ts'
import { sendTo } from './counted-load.ts'
import {
  addressesOf,
  fixture,
  sourcesOf,
  verdictOver,
  writeMeasuredShop,
  type MeasuredShop,
} from './measured-shop.ts'
import { startConsumer } from './named-consumer.ts'
import { freePorts, startUp, until, type Ports, type RunningUp } from './running-server.ts'

const SHOP: MeasuredShop = {
  service: 'shop',
  command: ['node', fixture('counting-shop.ts')],
  instances: 2,
  sources: {
    'shop-metrics': 'every: 1s, prometheus: { path: /metrics }',
    'shop-probe': 'every: 1s, probe: { http: { path: /readyz } }',
    'shop-host': 'every: 1s, host: {}',
  },
}

/** Enough for the counts of several ticks, with requests of all kinds. */
const BEFORE_THE_KILL = 400
const AFTER_THE_START = 400

/** Several times as long as it takes. */
const WITHIN_MS = 180_000

let directory: string
let ports: Ports
let server: RunningUp | null = null

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-sources-'))
  ports = await freePorts()
})

afterEach(async () => {
  await server?.interrupt()
  rmSync(directory, { recursive: true, force: true })
})

/** Each source has told, the one that counts of both instances: from now on it misses nothing. */
async function allTell(up: RunningUp): Promise<void> {
  await until('all sources to tell', async () => {
    const sources = await sourcesOf(up, 'shop')
    const series = (await up.get('/v1/services/shop/sources/shop-metrics/series')) as {
      readonly items: readonly { readonly name: string; readonly instance: string | null }[]
    }
    const counting = series.items.filter(({ name }) => name === 'http_request_duration_seconds_count')
    const instances = new Set(counting.map(({ instance }) => instance))
    return instances.size === 2 && [...sources.values()].every(({ state }) => state === 'well')
  })
}

it(
  'are what the loop judges by, to the operation, and what a consumer is told once, also through a kill',
  async () => {
    const manifest = writeMeasuredShop(directory, SHOP)
    const first = await startUp(directory, ports, ['-f', manifest])
    server = first
    const addresses = await addressesOf(first, 'shop', 2)
    await allTell(first)
    const consumer = startConsumer(first, 'shop')
    const load = sendTo(addresses)
    await until('requests before the kill', async () => load.answered().operations >= BEFORE_THE_KILL)
    await consumer.pause()
    await first.kill()
    const answeredThen = load.answered().operations
    const second = await startUp(directory, ports)
    server = second
    consumer.resume(second)
    await until(
      'requests after the start',
      async () => load.answered().operations >= answeredThen + AFTER_THE_START,
    )
    const health = (await second.get('/v1/services/shop/health')) as HealthView
    const { operations, completed, met, missed, failed } = await load.stop()
    expect(await verdictOver(second, 'shop', operations)).toEqual({ met, missed })
    const read = await consumer.readUntil(operations)
    expect(read).toEqual({ completed, operations, over: missed })
    for (const [i, { from }] of consumer.intervals().entries())
      if (i > 0) expect(from).toBe(consumer.intervals()[i - 1]?.to)
    expect([failed > 50, missed > failed]).toEqual([true, true])
    expect(health.metrics).toMatchObject({
      availability: { rule: 'share-up', sources: ['shop-probe'] },
      throughput: { rule: 'count-over-time', sources: ['shop-metrics'] },
      serviceTime: { rule: 'distribution', sources: ['shop-metrics'] },
      utilisation: { rule: 'busiest-of-host', sources: ['shop-host'] },
    })
    expect(health.metrics.throughput.value).toBeGreaterThan(10)
    expect(health.metrics.serviceTime.value?.maxMs).toBeGreaterThanOrEqual(300)
    // It was asked before the instances were there as well, so that the first minute is no whole one.
    const lately = (await second.get('/v1/services/shop/health?interval=6s')) as HealthView
    expect(lately.metrics.availability).toMatchObject({ value: 1, rule: 'share-up' })
    for (const { name, faults } of (await sourcesOf(second, 'shop')).values())
      expect([name, faults]).toEqual([name, []])
  },
  WITHIN_MS,
)
