// A service that is only advised, on a running server (A3.24). Goal: nothing is started until it is to be acted
// for, and whoever asks is told what would be done, and that it was not.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePorts, startUp, until, type RunningUp } from './running-server.ts'
import { writeShop } from './shop-manifest.ts'

const BIN = fileURLToPath(new URL('../../bin/holdfast.mjs', import.meta.url))

let directory: string
let shop: string
let server: RunningUp

/** As written it is acted for. */
function declare(mode: 'act' | 'advise'): void {
  writeFileSync(
    shop,
    readFileSync(shop, 'utf8').replace(/(\n {2}mode: \w+)?\n {2}parts:/, `\n  mode: ${mode}\n  parts:`),
  )
}

function holdfast(...args: readonly string[]): Promise<string> {
  const key = readFileSync(join(directory, 'data', 'operator.key'), 'utf8').trim()
  const env = { ...process.env, HOLDFAST_URL: server.url, HOLDFAST_KEY: key, NO_COLOR: '1' }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [BIN, ...args], { env, cwd: directory }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${args.join(' ')}: ${stdout}${stderr}`, { cause: error }))
    })
  })
}

interface Listed {
  readonly items: readonly { readonly updatedAt: string | null }[]
}

/** Ticks that the server has shown, by when they were. */
async function ticksUntil(count: number): Promise<void> {
  const seen = new Set<string>()
  await until(`${count} ticks`, async () => {
    const { items } = (await server.get('/v1/services')) as Listed
    const at = items[0]?.updatedAt
    if (typeof at === 'string') seen.add(at)
    return seen.size >= count
  })
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-advise-'))
  const ports = await freePorts()
  shop = writeShop(directory, ports.service)
  declare('advise')
  server = await startUp(directory, ports, ['-f', shop])
})

afterAll(async () => {
  await server.interrupt()
  rmSync(directory, { recursive: true, force: true })
})

it('starts nothing, journals what it would start once, and says so wherever it is asked', async () => {
  await ticksUntil(3)
  expect(await server.get('/v1/services/shop/instances')).toMatchObject({ items: [] })
  expect(await server.get('/v1/services/shop')).toMatchObject({
    mode: 'advise',
    generation: 0,
    instances: { desired: 0 },
    advice: [
      { part: 'interface', from: 0, to: 2 },
      { part: 'processing', from: 0, to: 2 },
      { part: 'data', from: 0, to: 2 },
    ],
  })
  expect(await holdfast('get', 'services')).toMatch(/shop +\S+, advised/)
  expect(await holdfast('why', 'shop')).toMatch(
    /^Only advised, not carried out: interface would go from 0 to 2/,
  )
  expect(await holdfast('describe', 'service', 'shop')).toMatch(/Mode: +advise: what is decided is journaled/)
  const journal = (await holdfast('journal', 'shop')).split('\n').filter((line) => line.includes('decision'))
  expect(journal.filter((line) => line.includes('advised only: start 2 × interface'))).toHaveLength(1)
})

it('does what it advised as soon as it is to act, and leaves it as it is when it no longer is', async () => {
  declare('act')
  await holdfast('apply', '-f', shop)
  await until('six ready instances', async () => {
    const detail = (await server.get('/v1/services/shop')) as {
      readonly instances: { readonly ready: number }
    }
    return detail.instances.ready === 6
  })
  const before = await server.get('/v1/services/shop/instances')
  declare('advise')
  writeFileSync(shop, readFileSync(shop, 'utf8').replaceAll('min: 2, max: 2', 'min: 1, max: 1'))
  await holdfast('apply', '-f', shop)
  await until('advice to have fewer', async () => {
    const detail = (await server.get('/v1/services/shop')) as { readonly advice: readonly object[] }
    return detail.advice.length === 3
  })
  await ticksUntil(2)
  expect(await server.get('/v1/services/shop/instances')).toEqual(before)
  expect(await server.get('/v1/services/shop')).toMatchObject({
    generation: 1,
    advice: [
      { from: 2, to: 1, reason: { code: 'limits-changed' } },
      { from: 2, to: 1 },
      { from: 2, to: 1 },
    ],
  })
  expect(await holdfast('journal', 'shop', '--verify')).toMatch(/./)
})
