/** Goal: the example's programs behave as its manifests say of them. Method: the programs themselves, without Holdfast. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

const started: ChildProcess[] = []
let directory: string
let factors: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'three-part-'))
  factors = join(directory, 'factors')
})

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  rmSync(directory, { recursive: true, force: true })
})

interface Running {
  readonly child: ChildProcess
  readonly url: string
}

function run(program: string, environment: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn(process.execPath, [program], {
    cwd: import.meta.dirname,
    env: { FACTORS_FILE: factors, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.push(child)
  return child
}

async function runPart(
  part: string,
  serviceMs: number,
  perSecond: number,
  nextUrl?: string,
): Promise<Running> {
  const child = run('part.ts', {
    HOLDFAST_PART: part,
    SERVICE_TIME_MS: String(serviceMs),
    CAPACITY_PER_SECOND: String(perSecond),
    ...(nextUrl === undefined ? {} : { HOLDFAST_URL_PROCESSING: nextUrl, HOLDFAST_URL_DATA: nextUrl }),
  })
  if (child.stdout === null) throw new Error('the part has no output')
  const [line] = await once(child.stdout, 'data')
  return { child, url: `http://127.0.0.1:${/port (\d+)/.exec(String(line))?.[1]}` }
}

async function timed(url: string): Promise<{ readonly waitMs: number; readonly serviceMs: number }> {
  const response = await fetch(url)
  await response.arrayBuffer()
  const match = /^wait;dur=([\d.]+), service;dur=([\d.]+)$/.exec(response.headers.get('server-timing') ?? '')
  return { waitMs: Number(match?.[1]), serviceMs: Number(match?.[2]) }
}

async function listening(server: Server, port = 0): Promise<string> {
  await once(server.listen(port, '127.0.0.1'), 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen')
  return `http://127.0.0.1:${address.port}`
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

it('hands an operation through all three parts and answers with what each said', async () => {
  const data = await runPart('data', 50, 2)
  const processing = await runPart('processing', 20, 5, data.url)
  const front = await runPart('interface', 10, 10, processing.url)
  const begun = performance.now()
  const response = await fetch(`${front.url}/product/7`)
  expect(await response.json()).toMatchObject({
    part: 'interface',
    called: { part: 'processing', called: { part: 'data' } },
  })
  expect(performance.now() - begun).toBeGreaterThan(75)
  expect((await fetch(`${front.url}/readyz`)).status).toBe(200)
})

it('passes the trace on to the part that it calls', async () => {
  const heard: IncomingHttpHeaders[] = []
  const stub = createServer((request, response) => {
    heard.push(request.headers)
    response.end('{}')
  })
  const front = await runPart('interface', 1, 100, await listening(stub))
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  await fetch(front.url, { headers: { traceparent } })
  expect(heard[0]?.traceparent).toBe(traceparent)
  stub.close()
})

it('takes the stated time of its own in the mean, to half a millisecond', async () => {
  const { url } = await runPart('data', 10, 1_000)
  for (let warmUp = 0; warmUp < 30; warmUp++) await timed(url)
  const times: number[] = []
  for (let count = 0; count < 150; count++) times.push((await timed(url)).serviceMs)
  expect(Math.abs(mean(times) - 10)).toBeLessThan(0.5)
})

it('takes as many times as long as the file of factors says, also while it runs, and as usual without it', async () => {
  const { url } = await runPart('data', 20, 1_000)
  const times = (limitMs: number, isSlow: boolean) => async (): Promise<boolean> =>
    (await timed(url)).serviceMs > limitMs === isSlow
  expect((await timed(url)).serviceMs).toBeLessThan(40)
  writeFileSync(factors, 'data 3\ninterface 9\n')
  await expect.poll(times(50, true), { timeout: 5_000 }).toBe(true)
  const late = await runPart('data', 20, 1_000)
  expect((await timed(late.url)).serviceMs).toBeGreaterThan(50)
  rmSync(factors)
  await expect.poll(times(40, false), { timeout: 5_000 }).toBe(true)
})

it('says which lines of the file of factors it leaves out', async () => {
  writeFileSync(factors, 'data three\n')
  const child = spawn(process.execPath, ['part.ts'], {
    cwd: import.meta.dirname,
    env: { FACTORS_FILE: factors, HOLDFAST_PART: 'data', SERVICE_TIME_MS: '1', CAPACITY_PER_SECOND: '9' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  started.push(child)
  const [said] = await once(child.stderr, 'data')
  expect(String(said)).toContain('"data three" is left out; write a name and a number, such as "data 3"')
})

it('admits no more operations than its capacity, in the order in which they came', async () => {
  const { url } = await runPart('data', 1, 20)
  const waits = (await Promise.all(Array.from({ length: 5 }, () => timed(url)))).map(({ waitMs }) => waitMs)
  const sorted = waits.sort((a, b) => a - b)
  for (const [place, waitMs] of sorted.entries()) {
    expect(waitMs).toBeGreaterThan(place * 50 - 10)
    expect(waitMs).toBeLessThan(place * 50 + 30)
  }
})

it('says that it cannot serve when the part behind it is away', async () => {
  const front = await runPart('interface', 1, 100, 'http://127.0.0.1:9')
  const response = await fetch(front.url)
  expect(response.status).toBe(502)
  expect(await response.json()).toMatchObject({
    part: 'interface',
    called: expect.stringContaining('ECONNREFUSED'),
  })
})

it('finishes what it has when it is asked to end, and ends well', async () => {
  const { child, url } = await runPart('data', 300, 10)
  const answer = fetch(url)
  // Answered at once, and only after the first was taken in.
  await fetch(`${url}/readyz`)
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  expect((await answer).status).toBe(200)
  expect(await exited).toEqual([0, null])
})

it('refuses to run without being told how long its work takes', async () => {
  const child = run('part.ts', { HOLDFAST_PART: 'data', CAPACITY_PER_SECOND: '10' })
  expect(await once(child, 'exit')).toEqual([2, null])
})

it('sends shoppers of both classes to all paths, outlives a shop that is away, and ends when asked', async () => {
  const heard: string[] = []
  let enough = Promise.withResolvers<void>()
  const shop = createServer((request, response) => {
    const path = request.url?.replace(/\d+$/, 'N')
    heard.push([request.headers['x-holdfast-class'], request.method, path].join(' '))
    if (heard.length >= 200) enough.resolve()
    response.end('{}')
  })
  const TARGET = await listening(shop)
  const child = run('shoppers.ts', { TARGET, LOW_PER_SECOND: '200', HIGH_PER_SECOND: '300' })
  await enough.promise
  expect([...new Set(heard)].sort()).toEqual(
    ['gold', 'standard'].flatMap((kind) => [
      `${kind} GET /`,
      `${kind} GET /product/N`,
      `${kind} POST /order`,
    ]),
  )

  const closed = once(shop, 'close')
  shop.close()
  shop.closeAllConnections()
  await closed
  heard.length = 0
  enough = Promise.withResolvers()
  await listening(shop, Number(new URL(TARGET).port))
  await enough.promise

  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
  shop.close()
})

it('sends as many times as many shoppers as the file of factors says', async () => {
  let heard = 0
  const shop = createServer((_, response) => {
    heard += 1
    response.end('{}')
  })
  const TARGET = await listening(shop)
  writeFileSync(factors, 'shoppers 50\n')
  run('shoppers.ts', { TARGET, LOW_PER_SECOND: '2', HIGH_PER_SECOND: '2' })
  // At 2 a second so many take more than a minute.
  await expect.poll(() => heard, { timeout: 15_000 }).toBeGreaterThan(150)
  shop.close()
})
