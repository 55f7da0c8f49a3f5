/** Goal: the process platform keeps the platforms' contract and its own promises. Method: real processes. */
import { existsSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { durationMs, seconds } from '@holdfast/core/units'
import { expect, it, vi } from 'vitest'
import { describePlatformContract, nameOf, specOf } from '../platform-contract.ts'
import type { InstanceSpec } from '../platform.ts'
import { ask, createWorkbench, deaf, isReady, PATIENCE, program, reached } from './fixtures/workbench.ts'
import { findMarked, identify, signal } from './process-identity.ts'

describePlatformContract('The process platform', async (limits) => {
  const bench = await createWorkbench()
  const runs = {
    serves: program(),
    deaf,
    unasked: { ...program({ BEHAVIOUR: 'unasked' }), readiness: { kind: 'running' } },
    lingers: program({ LINGERS_MS: '300' }),
  } as const
  return {
    platform: await bench.open(limits),
    run: (behaviour) => runs[behaviour],
    until: (condition) =>
      vi.waitFor(async () => {
        if (!(await condition())) throw new Error('the condition does not hold yet')
      }, PATIENCE),
    finish: (promise) => promise,
    async crash(id) {
      signal(await bench.pidOf(id), 'SIGKILL')
    },
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  }
})

it('gives an instance what it needs to know, and nothing of the server’s own environment', async () => {
  await using bench = await createWorkbench()
  const platform = await bench.open()
  vi.stubEnv('HOLDFAST_KEY', 'a secret of the server')
  const spec = {
    ...specOf('shop-data-1', program({ GREETING: 'hello' })),
    peers: { 'data-store': 'http://peer' },
  }
  await platform.start(spec)
  const instance = await reached(platform, spec.id, isReady)
  const { environment } = await ask(instance, '/')
  vi.unstubAllEnvs()
  expect(environment).toMatchObject({
    PORT: String(instance.address?.port),
    HOLDFAST_INSTANCE: 'shop-data-1',
    HOLDFAST_SERVICE: 'shop',
    HOLDFAST_PART: 'data',
    HOLDFAST_INSTALLATION: bench.installation,
    HOLDFAST_URL_DATA_STORE: 'http://peer',
    GREETING: 'hello',
  })
  expect(JSON.stringify(environment)).not.toContain('a secret of the server')
  const allowed =
    /^(?:PATH|HOME|LANG|TZ|TMPDIR|PORT|GREETING|HOLDFAST_(?:INSTANCE|SERVICE|PART|INSTALLATION|RUN|URL_\w+))$/
  expect(Object.keys(environment).filter((name) => !allowed.test(name))).toEqual([])
})

it('takes an instance without a path as ready once it listens', async () => {
  await using bench = await createWorkbench()
  const platform = await bench.open()
  const listening = { ...program(), readiness: { kind: 'listening', within: seconds(20) } } as const
  const spec = specOf('shop-data-1', listening)
  await platform.start(spec)
  const instance = await reached(platform, spec.id, isReady)
  expect((await ask(instance, '/')).pid).toBe(await bench.pidOf(spec.id))
  expect(instance.pid).toBe(await bench.pidOf(spec.id))
})

it('says how an instance ended and what it wrote last', async () => {
  await using bench = await createWorkbench()
  const platform = await bench.open()
  const spec = specOf('shop-data-1', program({ DIES: 'no space left on the moon' }))
  await platform.start(spec)
  const { says } = await reached(platform, spec.id, ({ phase }) => phase === 'backing-off')
  expect(says).toMatch(
    /^exited with code 3 after .*s \(last line: no space left on the moon\); starts again in 500ms$/,
  )
})

it.each([
  ['a program', { command: ['no-such-program'] }, /could not be started: .*no-such-program ENOENT/],
  ['a directory', { directory: '/no/such/directory' }, /the directory \/no\/such\/directory does not exist/],
  ['a command', { command: [] }, /the command is empty/],
])('says what is wrong and tries again when there is no such thing as %s', async (_what, wrong, says) => {
  await using bench = await createWorkbench()
  const platform = await bench.open()
  const spec = specOf('shop-data-1', { ...program(), ...wrong })
  expect(await platform.start(spec)).toEqual({ ok: true })
  expect((await platform.list())[0]).toMatchObject({
    phase: 'backing-off',
    says: expect.stringMatching(says),
  })
  expect((await reached(platform, spec.id, ({ restarts }) => restarts === 1)).address).toBeNull()
})

it('lets a request in flight finish before the instance ends', async () => {
  await using bench = await createWorkbench()
  const platform = await bench.open()
  const spec = specOf('shop-data-1', program())
  await platform.start(spec)
  const instance = await reached(platform, spec.id, isReady)
  const answer = ask(instance, '/slow?n=500')
  // A second request shows that the first, which was sent before it, has arrived.
  await ask(instance, '/')
  const stopped = platform.stop(spec.id)
  expect((await answer).pid).toBeGreaterThan(0)
  expect(await stopped).toEqual({ ok: true })
})

it('lets what an instance started finish too, when the instance itself ends at once', async () => {
  await using bench = await createWorkbench()
  const platform = await bench.open()
  const wrapped = { ...program(), command: ['sh', '-c', 'node program.ts & wait'] }
  const spec = specOf('shop-data-1', wrapped)
  await platform.start(spec)
  const instance = await reached(platform, spec.id, isReady)
  const answer = ask(instance, '/slow?n=500')
  await ask(instance, '/')
  const stopped = platform.stop(spec.id)
  expect((await answer).pid).not.toBe(await bench.pidOf(spec.id))
  expect(await stopped).toEqual({ ok: true })
  expect(await findMarked(bench.installation)).toEqual([])
})

it.each(['in its group', 'runaway'])(
  'kills what ignores the order to end, and its child %s',
  async (kind) => {
    await using bench = await createWorkbench()
    const platform = await bench.open()
    const stubborn = { ...program({ STUBBORN: 'yes', GRANDCHILD: kind }), drain: durationMs(200) }
    const spec = specOf('shop-data-1', stubborn)
    await platform.start(spec)
    const { pid, grandchild = 0 } = await ask(await reached(platform, spec.id, isReady), '/')
    expect(await identify(grandchild)).not.toBeNull()
    expect(await platform.stop(spec.id)).toEqual({ ok: true })
    expect([await identify(pid), await identify(grandchild)]).toEqual([null, null])
  },
)

it('leaves nothing of an instance that died running beside its successor', async () => {
  await using bench = await createWorkbench()
  const platform = await bench.open()
  const spec = specOf('shop-data-1', program({ GRANDCHILD: 'in its group' }))
  await platform.start(spec)
  const { pid, grandchild = 0 } = await ask(await reached(platform, spec.id, isReady), '/')
  signal(pid, 'SIGKILL')
  await reached(platform, spec.id, (instance) => isReady(instance) && instance.restarts === 1)
  expect(await identify(grandchild)).toBeNull()
  expect(await findMarked(bench.installation)).toHaveLength(2)
})

it('stops an instance that is still being started', async () => {
  await using bench = await createWorkbench()
  const platform = await bench.open()
  const spec = specOf('shop-data-1', program())
  const starting = platform.start(spec)
  expect(await platform.stop(spec.id)).toEqual({ ok: true })
  expect(await starting).toEqual({ ok: true })
  expect([await platform.list(), await bench.records.list(), await findMarked(bench.installation)]).toEqual([
    [],
    [],
    [],
  ])
})

it('tries another port at once when another program took the first', async () => {
  await using bench = await createWorkbench()
  const platform = await bench.open()
  const thief = createTcpServer()
  const confidant = createServer((request, response) => {
    if (thief.listening) return response.end()
    const port = Number(new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('port'))
    return thief.listen(port, '127.0.0.1', () => response.end())
  })
  const spec = specOf('shop-data-1', program({ CONFIDE: await listening(confidant) }))
  await platform.start(spec)
  const { restarts, address } = await reached(platform, spec.id, isReady)
  expect(restarts).toBe(0)
  expect(address?.port).not.toBe(portOf(thief.address()))
  thief.close()
  confidant.close()
})

it('never gives one port to two instances that start at the same time', async () => {
  await using bench = await createWorkbench()
  const platform = await bench.open()
  const specs = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => specOf(id, program()))
  await Promise.all(specs.map((spec) => platform.start(spec)))
  await Promise.all(specs.map(({ id }) => reached(platform, id, isReady)))
  const ports = (await platform.list()).map(({ address }) => address?.port)
  expect(new Set(ports).size).toBe(specs.length)
  expect(await platform.stopAll()).toEqual(specs.map(({ id }) => ({ id, outcome: { ok: true } })))
  expect(await findMarked(bench.installation)).toEqual([])
})

it('cuts a log that has grown over its limit while the instance goes on writing to it', async () => {
  await using bench = await createWorkbench()
  const platform = await bench.open()
  const spec = specOf('shop-data-1', program())
  await platform.start(spec)
  const instance = await reached(platform, spec.id, isReady)
  await ask(instance, `/write?n=${6 * 1024 * 1024}`)
  const log = join(bench.directory, 'logs', 'shop', 'data', 'shop-data-1.log')
  await vi.waitFor(() => expect(existsSync(`${log}.1`) && statSync(log).size).toBe(0), PATIENCE)
  expect(statSync(`${log}.1`).size).toBe(5 * 1024 * 1024)
  await ask(instance, '/say')
  expect(statSync(log).size).toBe('the newest line\n'.length)
  await platform.stop(spec.id)
  expect(await platform.readLogTail(spec.id, 20)).toBe('the newest line\n')
  expect(await platform.readLogTail(nameOf('shop-data-9'), 20)).toBeNull()
})

it('does not start what cannot be recorded, and starts it once it can be', async () => {
  await using bench = await createWorkbench()
  const platform = await bench.open()
  const put = vi.spyOn(bench.records, 'put').mockRejectedValue(new Error('the store is away'))
  const spec: InstanceSpec = specOf('shop-data-1', program())
  await platform.start(spec)
  expect((await platform.list())[0]?.says).toContain('the store is away')
  expect(await findMarked(bench.installation)).toEqual([])
  put.mockRestore()
  await reached(platform, spec.id, isReady)
})

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${portOf(server.address())}/`
}

function portOf(address: ReturnType<Server['address']>): number {
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen')
  return address.port
}
