// A running shop, decided again. Goal: what the record holds gives the decisions that the journal has, to the
// byte, through restarts and a kill; and other terms come out as other instances and other money. Method: real
// processes under load, the real command line.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePorts, startUp, until, type Ports, type RunningUp } from './running-server.ts'
import { writeShop } from './shop-manifest.ts'

const BIN = fileURLToPath(new URL('../../bin/holdfast.mjs', import.meta.url))

/** Enough for a load that was noticed and followed. */
const ENOUGH_TICKS = 10

let directory: string
let ports: Ports
let server: RunningUp

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-replay-'))
  ports = await freePorts()
  const manifest = writeShop(directory, ports.service)
  const elastic = readFileSync(manifest, 'utf8').replaceAll('{ min: 2, max: 2 }', '{ min: 1, max: 4 }')
  writeFileSync(manifest, elastic)
  const agreement = elastic.split('---\n').find((text) => text.includes('kind: Agreement')) ?? ''
  const stricter = agreement.replace('limit: 100ms, ratio: 90 %', 'limit: 40ms, ratio: 99 %')
  writeFileSync(join(directory, 'stricter.yaml'), stricter)
  server = await startUp(directory, ports, ['-f', manifest])
  await until('an answer of the shop', async () => (await ask()) === 200)
})

afterAll(async () => {
  await server.interrupt()
  rmSync(directory, { recursive: true, force: true })
})

async function ask(): Promise<number | null> {
  return (await fetch(`http://127.0.0.1:${ports.service}/`).catch(() => null))?.status ?? null
}

interface Replay {
  readonly ticks: number
  readonly entries: number
  readonly different: number
  readonly firstDifference: unknown
  readonly gaps: readonly unknown[]
  readonly asItHappened: Run
  readonly whatIf: { readonly simulatedAsItWas: Run; readonly simulatedAsChanged: Run } | null
}

interface Run {
  readonly operations: number
  readonly instanceHours: number
  readonly cost: readonly string[]
}

function replay(...args: readonly string[]): Promise<{ readonly code: number; readonly replayed: Replay }> {
  const key = readFileSync(join(directory, 'data', 'operator.key'), 'utf8').trim()
  const env = { ...process.env, HOLDFAST_URL: server.url, HOLDFAST_KEY: key }
  const words = [BIN, 'replay', 'shop', '--from', '1h ago', '--json', ...args]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, words, { env, cwd: directory }, (error, stdout, stderr) => {
      if (stdout === '') return reject(new Error(stderr))
      const code = typeof error?.code === 'number' ? error.code : 0
      resolve({ code, replayed: JSON.parse(stdout) as Replay })
    })
  })
}

/** Sends requests until the record has so many ticks more. */
async function untilTicks(more: number): Promise<void> {
  const before = await recordedTicks()
  await until(`${more} more ticks on record`, async () => {
    await ask()
    return (await recordedTicks()) >= before + more
  })
}

async function recordedTicks(): Promise<number> {
  const span = `from=2026-01-01T00:00:00Z&to=2100-01-01T00:00:00Z`
  const page = (await server.get(`/v1/services/shop/recording?${span}`)) as {
    readonly items: readonly { readonly ticks: number }[]
  }
  return page.items.reduce((sum, { ticks }) => sum + ticks, 0)
}

it('gives the same decisions to the byte', async () => {
  await untilTicks(ENOUGH_TICKS)
  const { code, replayed } = await replay()
  expect(replayed.firstDifference).toBeNull()
  expect(replayed.different).toBe(0)
  expect(code).toBe(0)
  expect(replayed.ticks).toBeGreaterThanOrEqual(ENOUGH_TICKS)
  expect(replayed.entries).toBeGreaterThan(0)
  expect(replayed.asItHappened.operations).toBeGreaterThan(0)
})

it('says what a changed agreement would have come to in instances and money', async () => {
  const { replayed } = await replay('--with', 'stricter.yaml')
  const [was, changed] = [replayed.whatIf?.simulatedAsItWas, replayed.whatIf?.simulatedAsChanged]
  expect(changed?.instanceHours).toBeGreaterThan(was?.instanceHours ?? 0)
  expect(Number.parseFloat(changed?.cost[0] ?? '')).toBeGreaterThan(Number.parseFloat(was?.cost[0] ?? ''))
})

it('decides the same through a restart and a kill, and names the time that is not on record', async () => {
  await server.interrupt()
  server = await startUp(directory, ports)
  await untilTicks(1)
  await server.kill()
  server = await startUp(directory, ports)
  await untilTicks(2)
  const { code, replayed } = await replay()
  expect(replayed.firstDifference).toBeNull()
  expect([code, replayed.different]).toEqual([0, 0])
  expect(replayed.gaps.length).toBeGreaterThanOrEqual(1)
  expect(replayed.ticks).toBeGreaterThanOrEqual(ENOUGH_TICKS + 2)
})
