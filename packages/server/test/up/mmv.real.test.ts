// Shared memory of a running server (H1.22). Goal: what stands there is to the bit what the API and /metrics say of the
// same tick; a kill leaves it readable, the next server takes it over, and a clean stop takes it away. Method: real
// processes under load, the file read by the example in Python.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { EightMetricsView, HealthView } from '../../src/http/api.ts'
import { noPython, readByPython, type ReadFile } from '../../src/outlets/mmv/testing/readers.ts'
import { freePorts, startUp, until, type Ports, type RunningUp } from './running-server.ts'
import { writeShop } from './shop-manifest.ts'

let directory: string
let mmv: string
let ports: Ports
let server: RunningUp

beforeAll(async () => {
  if (noPython !== '') return
  directory = mkdtempSync(join(tmpdir(), 'holdfast-up-mmv-'))
  mmv = join(directory, 'mmv')
  ports = await freePorts()
  server = await startUp(directory, ports, ['-f', writeShop(directory, ports.service), '--mmv', mmv])
})

afterAll(async () => {
  if (noPython !== '') return
  await server.interrupt()
  rmSync(directory, { recursive: true, force: true })
})

async function ask(): Promise<number | null> {
  return (await fetch(`http://127.0.0.1:${ports.service}/`).catch(() => null))?.status ?? null
}

const health = async (): Promise<HealthView> => (await server.get('/v1/services/shop/health')) as HealthView

async function exposition(): Promise<string> {
  const key = readFileSync(join(directory, 'data', 'operator.key'), 'utf8').trim()
  const answer = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${key}` } })
  return answer.text()
}

async function shared(): Promise<ReadFile> {
  const [read] = await readByPython(join(mmv, 'holdfast_shop'))
  if (read === undefined) throw new Error('nothing was read')
  return read
}

/** As the file names them. */
function figuresOf(metrics: EightMetricsView): Readonly<Record<string, number | null>> {
  const times = metrics.serviceTime.value
  const seconds = (ms: number | undefined): number | null => (ms === undefined ? null : ms / 1_000)
  return {
    availability: metrics.availability.value,
    capacity: metrics.capacity.value,
    throughput: metrics.throughput.value,
    'service_time.mean': seconds(times?.meanMs),
    'service_time.p50': seconds(times?.p50Ms),
    'service_time.p90': seconds(times?.p90Ms),
    'service_time.p95': seconds(times?.p95Ms),
    'service_time.p99': seconds(times?.p99Ms),
    'service_time.max': seconds(times?.maxMs),
    queue_length: metrics.queueLength.value,
    utilisation: metrics.utilisation.value,
    satisfaction: metrics.satisfaction.value,
  }
}

interface SameTick {
  readonly said: HealthView
  readonly read: ReadFile
  readonly text: string
}

/** What all three say of one tick: nothing changed at the API while the others were asked. */
async function ofOneTick(): Promise<SameTick> {
  let found: SameTick | null = null
  await until('three answers within one tick', async () => {
    const said = await health()
    const [read, text] = [await shared(), await exposition()]
    const isSame = JSON.stringify((await health()).metrics) === JSON.stringify(said.metrics)
    const isWritten = read.values['measured_until'] === Date.parse(said.measuredUntil ?? '') / 1_000
    if (isSame && isWritten) found = { said, read, text }
    return found !== null
  })
  return found ?? expect.fail('no such tick')
}

it.skipIf(noPython !== '')(`has the figures of the API and of /metrics${noPython}`, async () => {
  await until('an answer of the shop', async () => (await ask()) === 200)
  await until('health of all parts', async () => {
    for (let i = 0; i < 5; i++) await ask()
    const { metrics, parts } = await health()
    return [metrics, ...parts.map((one) => one.metrics)].every((one) => one.serviceTime.value !== null)
  })
  const { said, read, text } = await ofOneTick()
  expect(read.isOneMoment).toBe(true)
  expect(read.values).toMatchObject(figuresOf(said.metrics))
  for (const { part, metrics } of said.parts)
    for (const [name, value] of Object.entries(figuresOf(metrics)))
      expect(read.values[`part.${name}`]).toMatchObject({ [part]: value })
  const violations = said.metrics.violations.value ?? []
  expect(read.values['violations.over']).toEqual(
    Object.fromEntries(violations.map(({ level, over }) => [level, over])),
  )
  expect(said.metrics.throughput.value).toBeGreaterThan(0)
  const exposed = (name: string, labels: string): number =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`holdfast_health_${name}{${labels}} `))
        ?.split(' ')[1],
    )
  expect(exposed('throughput_operations_per_second', 'service="shop"')).toBe(read.values['throughput'])
  expect(exposed('service_time_seconds', 'service="shop",statistic="0.95"')).toBe(
    read.values['service_time.p95'],
  )
})

it.skipIf(noPython !== '')('is read after a kill, and is the next server’s then', async () => {
  await server.kill()
  const left = await shared()
  expect(left.values['throughput']).toBeGreaterThan(0)
  server = await startUp(directory, ports, ['--mmv', mmv])
  await until(
    'figures of the next server',
    async () => existsSync(join(mmv, 'holdfast_shop')) && (await shared()).process !== left.process,
  )
  expect(readdirSync(mmv)).toEqual(['holdfast_shop'])
})

it.skipIf(noPython !== '')('is gone after a clean stop', async () => {
  expect(await server.interrupt()).toBe(0)
  expect(readdirSync(mmv)).toEqual([])
})
