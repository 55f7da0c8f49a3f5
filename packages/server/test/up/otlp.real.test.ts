// OpenTelemetry into a running server (H1.4, H1.19). Goal: what programs count with OpenTelemetry's own SDK is what the loop
// judges, to the operation, over HTTP and over gRPC, also where the server is killed while they send. Method: real
// instances of two services that send each their way; requests go straight to them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CreatedKey, HealthView } from '../../src/http/api.ts'
import { sendTo, type CountedLoad } from './counted-load.ts'
import { addressesOf, fixture, sourcesOf, verdictOver, writeMeasuredShop } from './measured-shop.ts'
import { startConsumer, type NamedConsumer } from './named-consumer.ts'
import { freePorts, startUp, until, type Ports, type RunningUp } from './running-server.ts'

const SERVICES = ['by-http', 'by-grpc'] as const
const [BEFORE_THE_KILL, AFTER_THE_START] = [300, 300]

/** Several times as long as it takes. */
const WITHIN_MS = 180_000

let directory: string
let ports: Ports
let server: RunningUp | null = null

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-otlp-'))
  ports = await freePorts()
})

afterEach(async () => {
  await server?.interrupt()
  rmSync(directory, { recursive: true, force: true })
})

/** Where OpenTelemetry comes in, as the server says when it starts. */
function otlpPorts({ output }: RunningUp): { readonly http: string; readonly grpc: string } {
  const said = /OTLP +http:\/\/127\.0\.0\.1:(\d+) · gRPC 127\.0\.0\.1:(\d+)/.exec(output())
  return { http: said?.[1] ?? '', grpc: said?.[2] ?? '' }
}

async function applyShops(up: RunningUp, { http, grpc }: ReturnType<typeof otlpPorts>): Promise<void> {
  const { secret } = (await up.post('/v1/keys', { name: 'telemetry', scope: 'ingest' })) as CreatedKey
  const keyFile = join(directory, 'ingest.key')
  writeFileSync(keyFile, secret, { mode: 0o600 })
  for (const service of SERVICES) {
    const way = service === 'by-http' ? 'http' : 'grpc'
    const port = way === 'http' ? http : grpc
    const name = writeMeasuredShop(directory, {
      service,
      command: ['node', fixture('otel-shop.ts')],
      environment: { OTLP_BY: way, OTLP_TO: `http://127.0.0.1:${port}`, KEY_FILE: keyFile },
      instances: 1,
      sources: {},
    })
    await up.post('/v1/apply', { files: [{ name, directory, text: readFileSync(name, 'utf8') }] })
  }
}

interface Followed {
  readonly service: string
  readonly load: CountedLoad
  readonly consumer: NamedConsumer
}

async function follow(up: RunningUp, service: string): Promise<Followed> {
  const addresses = await addressesOf(up, service, 1)
  const consumer = startConsumer(up, service)
  return { service, consumer, load: sendTo(addresses) }
}

it(
  'is judged to the operation and told once, by both ways and through a kill',
  async () => {
    const first = await startUp(directory, ports, ['--otlp-http-port', '0', '--otlp-grpc-port', '0'])
    server = first
    await until('where OpenTelemetry comes in', async () => otlpPorts(first).grpc !== '')
    const at = otlpPorts(first)
    await applyShops(first, at)
    const all = await Promise.all(SERVICES.map((service) => follow(first, service)))
    const haveAll = async (more: readonly number[]): Promise<boolean> =>
      all.every(({ load }, i) => load.answered().operations >= (more[i] ?? 0))
    await until('requests before the kill', () => haveAll(SERVICES.map(() => BEFORE_THE_KILL)))
    await Promise.all(all.map(({ consumer }) => consumer.pause()))
    await first.kill()
    const then = all.map(({ load }) => load.answered().operations + AFTER_THE_START)
    const second = await startUp(directory, ports, ['--otlp-http-port', at.http, '--otlp-grpc-port', at.grpc])
    server = second
    for (const { consumer } of all) consumer.resume(second)
    await until('requests after the start', () => haveAll(then))

    for (const { service, load, consumer } of all) {
      const { operations, completed, met, missed, failed } = await load.stop()
      expect([failed > 40, missed > failed]).toEqual([true, true])
      const judged = await verdictOver(second, service, operations)
      const read = await consumer.readUntil(operations)
      expect({ service, judged, read }).toEqual({
        service,
        judged: { met, missed },
        read: { completed, operations, over: missed },
      })
    }
    for (const service of SERVICES) {
      const { metrics } = (await second.get(`/v1/services/${service}/health`)) as HealthView
      expect(metrics).toMatchObject({
        availability: { rule: 'share-answered', sources: ['otlp'] },
        throughput: { rule: 'count-over-time', sources: ['otlp'] },
        serviceTime: { rule: 'distribution', sources: ['otlp'] },
      })
      const told = (await sourcesOf(second, service)).get('otlp')
      expect([service, told?.faults]).toEqual([service, []])
    }
  },
  WITHIN_MS,
)
