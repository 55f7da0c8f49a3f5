/** Our source, as a process of its own: scrapes the target as often as it is told. */
import { noMemory } from '../../packages/server/src/sources/source-memory.ts'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSeriesTable } from '@holdfast/core/health'
import { branded, epochMs, type DurationMs, type ServiceName, type SourceName } from '@holdfast/core/units'
import { openPrometheus } from '../../packages/server/src/sources/prometheus/index.ts'
import type { PrometheusReads } from '../../packages/server/src/sources/source.ts'
import { announce } from '../child.ts'

const url = process.argv[2] ?? ''
const table = createSeriesTable({ source: 'bench', maxSeries: 1_000_000, latestMs: 60_000 })
table.want(() => false)
const scrape: PrometheusReads = { target: { at: 'url', url }, tokenFile: null }
const source = openPrometheus(scrape, {
  declared: {
    name: branded<SourceName>('bench'),
    service: branded<ServiceName>('bench'),
    part: null,
    every: branded<DurationMs>(1_000),
    timeout: branded<DurationMs>(30_000),
    reads: { kind: 'prometheus', scrape },
  },
  sink: table,
  memory: noMemory,
  instances: async () => [],
})
let at = Date.now()

/** `/COUNT` scrapes so often, one after the other. */
const server = createServer((request, response) => {
  void (async () => {
    for (let i = Number(request.url?.slice(1)); i > 0; i--) {
      at += 1_000
      await source.round(epochMs(at), AbortSignal.timeout(30_000))
      table.drain(epochMs(at))
    }
    response.end(JSON.stringify({ series: table.size(), faults: table.faults() }))
  })()
})

server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))
