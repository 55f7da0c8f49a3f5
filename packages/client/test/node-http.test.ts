// Goal: a server of node:http, and any function, are measured without being changed. Method: real sockets and a stand-in
// for Holdfast; programs of their own where their end matters.
import { execFile } from 'node:child_process'
import { createServer as createPlain } from 'node:net'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { meterHttp } from '../src/index.ts'
import { get, goAwayFrom, measured, serving } from './measured-server.ts'

describe('node:http', () => {
  it('measures each request until its answer is out', async () => {
    await using bench = await measured()
    await using app = await serving(
      meterHttp(bench.meter, (request, response) => {
        response.statusCode = request.url === '/fails' ? 503 : 200
        setTimeout(() => response.end('done'), 20)
      }),
    )
    await Promise.all(['/orders/17', '/orders/18', '/fails'].map((path) => get(app.port, path)))
    await expect
      .poll(() => bench.told())
      .toEqual({ 'GET /orders default ok': 2, 'GET /fails default failed': 1 })
    const [orders] = bench.all.flatMap(({ series }) => series)
    expect(orders?.min).toBeGreaterThan(15)
    expect(bench.all.reduce((sum, { activeMs }) => sum + activeMs, 0)).toBeGreaterThan(3 * 15)
  })

  it('calls aborted what the client gave up, and failed what the program broke off', async () => {
    await using bench = await measured()
    await using app = await serving(
      bench.meter.http((request, response) => {
        response.write('first')
        if (request.url === '/breaks') setImmediate(() => response.destroy(new Error('a fault')))
      }),
    )
    await goAwayFrom(app.port, '/hangs')
    await get(app.port, '/breaks').catch(() => {})
    await expect
      .poll(() => bench.told())
      .toEqual({ 'GET /hangs default aborted': 1, 'GET /breaks default failed': 1 })
  })

  it('takes the class from where it is told to', async () => {
    await using bench = await measured({
      classFrom: ({ client, header }) => (client === 'account-17' ? 'platinum' : header('x-plan')),
    })
    await using app = await serving(bench.meter.http((_request, response) => response.end()))
    await get(app.port, '/a', { 'x-holdfast-client': 'account-17' })
    await get(app.port, '/a', { 'x-plan': 'silver' })
    await get(app.port, '/a', { 'x-plan': 'no class at all' })
    await expect
      .poll(() => bench.told())
      .toEqual({ 'GET /a platinum ok': 1, 'GET /a silver ok': 1, 'GET /a default ok': 1 })
  })

  it('serves on when the function that says the class throws', async () => {
    await using bench = await measured({
      classFrom: () => {
        throw new Error('a fault')
      },
    })
    await using app = await serving(bench.meter.http((_request, response) => response.end('fine')))
    expect(await get(app.port, '/a')).toBe('fine')
    await expect.poll(() => bench.told()).toEqual({ 'GET /a default ok': 1 })
  })
})

describe('a function', () => {
  it('gives and throws what it always did, and is measured', async () => {
    await using bench = await measured()
    const { meter } = bench
    const fault = new Error('a fault')
    const abort = new DOMException('called off', 'AbortError')
    const counter = {
      by: 2,
      times: meter.wrap('times', function (this: { by: number }, n: number) {
        return this.by * n
      }),
    }
    expect(counter.times(21)).toBe(42)
    expect(await meter.wrap('async', async (n: number) => n + 1)(1)).toBe(2)
    expect(() =>
      meter.wrap('throws', () => {
        throw fault
      })(),
    ).toThrow(fault)
    await expect(meter.wrap('rejects', () => Promise.reject(fault))()).rejects.toBe(fault)
    await expect(meter.wrap('called off', () => Promise.reject(abort))()).rejects.toBe(abort)
    expect(await bench.told()).toEqual({
      'times default ok': 1,
      'async default ok': 1,
      'throws default failed': 1,
      'rejects default failed': 1,
      'called off default aborted': 1,
    })
  })
})

describe('a program that is measured', () => {
  const run = promisify(execFile)
  const script = fileURLToPath(new URL('./short-program.ts', import.meta.url))

  it('ends when it is done, and tells nothing on the way, where Holdfast is away', async () => {
    const { stdout, stderr } = await run(process.execPath, [script, 'http://127.0.0.1:9'])
    expect([stdout, stderr]).toEqual(['done\n', ''])
  })

  it('ends within the time for a request where Holdfast takes connections and says nothing', async () => {
    const silent = createPlain(() => {})
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { stdout, stderr } = await run(process.execPath, [script, `http://127.0.0.1:${port}`], {
      timeout: 10_000,
    })
    expect([stdout, stderr]).toEqual(['done\n', ''])
    silent.close()
  })
})
