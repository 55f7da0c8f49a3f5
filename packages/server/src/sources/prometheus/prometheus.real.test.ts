// Goal: what others write, push and read in Prometheus' formats is understood on both sides.
// Method: Debian's exporters are scraped by the source; a Prometheus pushes into the route, and scrapes Holdfast.
import { noMemory } from '../source-memory.ts'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSeriesTable, type SeriesTable } from '@holdfast/core/health'
import { branded, epochMs, type DurationMs, type ServiceName, type SourceName } from '@holdfast/core/units'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTestServer, type TestServer } from '../../http/testing/test-server.ts'
import type { OpenedSource, PrometheusReads } from '../source.ts'
import { openPrometheus } from './index.ts'
import {
  BLACKBOX_EXPORTER,
  checkMetrics,
  NODE_EXPORTER,
  PROMETHEUS,
  PROMTOOL,
  startPeer,
  without,
  type Peer,
} from './testing/peers.ts'

const PATIENCE = { timeout: 30_000, interval: 200 }
const never = new AbortController().signal

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-prometheus-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

function opened(url: string): { readonly source: OpenedSource; readonly table: SeriesTable } {
  const table = createSeriesTable({ source: 'metrics', maxSeries: 10_000, latestMs: 60_000 })
  const reads: PrometheusReads = { target: { at: 'url', url }, tokenFile: null }
  const declared = {
    name: branded<SourceName>('metrics'),
    service: branded<ServiceName>('shop'),
    part: null,
    every: branded<DurationMs>(15_000),
    timeout: branded<DurationMs>(10_000),
    reads: { kind: 'prometheus', scrape: reads },
  } as const
  return {
    source: openPrometheus(reads, { declared, sink: table, memory: noMemory, instances: async () => [] }),
    table,
  }
}

const now = () => epochMs(Date.now())

describe(`Debian's node exporter${without(NODE_EXPORTER)}`, () => {
  it.skipIf(without(NODE_EXPORTER) !== '')('is read line by line, and its counters grow', async () => {
    await using exporter = await startPeer(NODE_EXPORTER, [], '/metrics')
    const { source, table } = opened(`${exporter.url}/metrics`)
    await source.round(now(), never)
    const text = await (await fetch(`${exporter.url}/metrics`)).text()
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    // Beside what it writes: `up` and `scrape.duration`.
    expect(table.size()).toBe(lines.length + 2)
    const names = new Set(lines.map((line) => /^[a-zA-Z0-9_:]+/.exec(line)?.[0]))
    expect(new Set(table.list().map(({ series }) => series.name))).toEqual(
      new Set([...names, 'up', 'scrape.duration']),
    )
    table.drain(now())
    await vi.waitFor(async () => {
      await source.round(now(), never)
      const grown = table.drain(now()).filter(({ series }) => series.name === 'node_cpu_seconds_total')
      expect(grown.reduce((sum, one) => sum + one.sum, 0)).toBeGreaterThan(0)
      expect(grown[0]?.series).toMatchObject({
        kind: 'counter',
        unit: 's',
        labels: { cpu: expect.anything() },
      })
    }, PATIENCE)
    expect(table.faults()).toEqual({})
  })
})

describe(`Debian's blackbox exporter${without(BLACKBOX_EXPORTER)}`, () => {
  it.skipIf(without(BLACKBOX_EXPORTER) !== '')('tells whether what it asked answered', async () => {
    const config = join(directory, 'blackbox.yml')
    writeFileSync(
      config,
      'modules:\n  http_2xx:\n    prober: http\n    http: { preferred_ip_protocol: ip4 }\n',
    )
    await using exporter = await startPeer(BLACKBOX_EXPORTER, [`--config.file=${config}`], '/-/healthy')
    const { source, table } = opened(
      `${exporter.url}/probe?module=http_2xx&target=${encodeURIComponent(`${exporter.url}/-/healthy`)}`,
    )
    await source.round(now(), never)
    const said = new Map(table.list().map(({ series, last }) => [series.name, { kind: series.kind, last }]))
    expect(said.get('probe_success')).toEqual({ kind: 'gauge', last: 1 })
    expect(said.get('probe_http_status_code')).toEqual({ kind: 'gauge', last: 200 })
    expect(said.get('probe_duration_seconds')?.last).toBeGreaterThan(0)
    expect(table.faults()).toEqual({})
  })
})

describe(`a Prometheus beside Holdfast${without(PROMETHEUS, PROMTOOL)}`, () => {
  let test: TestServer
  let holdfast: string
  beforeEach(async () => {
    test = await createTestServer()
    // Its clock stands still: an hour from now nothing is of the future.
    test.pass(branded<DurationMs>(Math.max(0, Date.now() - test.now()) + 3_600_000))
    holdfast = await test.server.listen({ host: '127.0.0.1', port: 0 })
  })
  afterEach(() => test[Symbol.asyncDispose]())

  const startPrometheus = (config: string): Promise<Peer> => {
    const file = join(directory, 'prometheus.yml')
    writeFileSync(file, config)
    return startPeer(
      PROMETHEUS,
      [`--config.file=${file}`, `--storage.tsdb.path=${directory}/data`],
      '/-/ready',
    )
  }

  it.skipIf(without(PROMETHEUS) !== '')(
    'pushes what it scrapes, and tells when a target is gone',
    async () => {
      let requests = 0
      const shop = await serve(
        () => `# TYPE shop_requests counter\nshop_requests ${(requests += 7)}\nshop_open 3\n`,
      )
      await using prometheus = await startPrometheus(`
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: red-shop/web
    static_configs: [{ targets: ['127.0.0.1:${portOf(shop)}'] }]
  - job_name: of-nobody
    static_configs: [{ targets: ['127.0.0.1:${portOf(shop)}'] }]
remote_write:
  - url: ${holdfast}/v1/sources/prometheus/write
    authorization: { credentials: ${test.secrets.ingest} }
    queue_config: { batch_send_deadline: 200ms }
    metadata_config: { send_interval: 1s }
`)
      const table = test.intakes.table('red-shop', 'remote-write')
      const known = (name: string) => table.list().find(({ series }) => series.name === name)
      await vi.waitFor(() => expect(known('shop_open')).toBeDefined(), PATIENCE)
      expect(known('shop_open')).toMatchObject({
        last: 3,
        series: {
          kind: 'gauge',
          about: { part: 'web', instance: null },
          labels: { job: 'red-shop/web', instance: `127.0.0.1:${portOf(shop)}` },
        },
      })
      expect(known('up')?.last).toBe(1)
      await vi.waitFor(() => expect(known('shop_requests')?.last).toBeGreaterThan(7), PATIENCE)
      expect((known('shop_requests')?.last ?? 0) % 7).toBe(0)
      expect(test.logged()).toContain('of-nobody')

      shop.closeAllConnections()
      shop.close()
      await vi.waitFor(() => {
        table.drain(now())
        expect(known('shop_open')).toBeUndefined()
      }, PATIENCE)
      expect(known('up')?.last).toBe(0)
      expect(table.faults()).toEqual({})
      expect(prometheus.port).toBeGreaterThan(0)
    },
  )

  it.skipIf(without(PROMETHEUS) !== '')('scrapes its metrics', async () => {
    await using prometheus = await startPrometheus(`
scrape_configs:
  - job_name: holdfast
    scrape_interval: 1s
    authorization: { credentials: ${test.secrets.ingest} }
    static_configs: [{ targets: ['${new URL(holdfast).host}'] }]
`)
    const ask = async (query: string): Promise<readonly string[]> => {
      const answer = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}`)
      const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } }
      return data.result.map(({ value }) => value[1])
    }
    await vi.waitFor(async () => expect(await ask('up{job="holdfast"}')).toEqual(['1']), PATIENCE)
    const [samples] = await ask('scrape_samples_scraped{job="holdfast"}')
    expect(Number(samples)).toBeGreaterThan(0)
  })

  it.skipIf(without(PROMTOOL) !== '')('finds nothing wrong with its metrics', async () => {
    const { text } = await test.call({ url: '/metrics', as: 'ingest' })
    expect(await checkMetrics(text)).toEqual({ code: 0, says: '' })
  })
})

async function serve(text: () => string): Promise<Server> {
  const server = createServer((_request, response) => response.end(text()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port
