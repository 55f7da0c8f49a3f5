// Kill -9 of the server under load. Goal: nothing acknowledged is lost, nothing runs twice and nothing is
// left behind. Method: the real server with real instances, killed ten times; what runs is counted from
// outside, in /proc, not by asking the server.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findPostgres, startPostgres } from '../postgres.ts'
import { freePorts, startUp, until, type Ports, type RunningUp } from './running-server.ts'
import { writeShop } from './shop-manifest.ts'

const KILLS = 10
const notOnLinux = process.platform === 'linux' ? null : 'processes are counted in /proc'

const postgres = await findPostgres()
const engines = [
  { engine: 'SQLite', skipped: notOnLinux },
  { engine: 'PostgreSQL', skipped: notOnLinux ?? (postgres.kind === 'found' ? null : postgres.why) },
] as const
const skipNote = (skipped: string | null): string => (skipped === null ? '' : ` (skipped: ${skipped})`)

let directory: string
let ports: Ports
let server: RunningUp | null = null

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-kill-'))
  ports = await freePorts()
})

afterEach(async () => {
  await server?.interrupt()
  rmSync(directory, { recursive: true, force: true })
})

/** The instances that run, by the environment of their processes; two of one id show twice. */
function instancesInProc(): readonly string[] {
  const installation = readFileSync(join(directory, 'data', 'installation'), 'utf8').trim()
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
        if (!environment.includes(`HOLDFAST_INSTALLATION=${installation}`)) return []
        return environment
          .filter((entry) => entry.startsWith('HOLDFAST_INSTANCE='))
          .map((entry) => entry.slice(18))
      } catch {
        return []
      }
    })
    .toSorted()
}

async function desiredInstances(up: RunningUp): Promise<readonly string[]> {
  const { items } = (await up.get('/v1/services/shop/instances')) as {
    items: readonly { readonly id: string; readonly desired: boolean; readonly phase: string }[]
  }
  return items
    .filter(({ desired }) => desired)
    .map(({ id }) => id)
    .toSorted()
}

async function allReady(up: RunningUp): Promise<boolean> {
  const { instances } = (await up.get('/v1/services/shop')) as {
    instances: { readonly desired: number; readonly ready: number }
  }
  return instances.desired > 0 && instances.ready === instances.desired
}

async function openDatabase(): Promise<{ readonly url: string } & AsyncDisposable> {
  if (postgres.kind !== 'found') throw new Error(postgres.why)
  const running = await startPostgres(postgres)
  return { url: await running.createDatabase(), [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() }
}

/** Keeps asking the service, so that each kill meets operations in flight; counts the answers. */
function keepAsking(url: string): { stop(): void; readonly answered: () => number } {
  let answered = 0
  const ask = (): void => {
    void fetch(url)
      .then((answer) => answer.text())
      .then(() => (answered += 1))
      .catch(() => {})
  }
  const timer = setInterval(ask, 100)
  return { stop: () => clearInterval(timer), answered: () => answered }
}

describe.each(engines)('a server that is killed, with its store in $engine', ({ engine, skipped }) => {
  it.skipIf(skipped !== null)(
    `goes on where it was, ${KILLS} times in a row: same instances, none lost, none twice, the journal whole${skipNote(skipped)}`,
    async () => {
      await using database = engine === 'PostgreSQL' ? await openDatabase() : null
      const store = database === null ? [] : ['--store', database.url]
      const manifest = writeShop(directory, ports.service)
      server = await startUp(directory, ports, ['-f', manifest, ...store])
      const first = server
      await until('all instances ready', () => allReady(first))
      const asking = keepAsking(`http://127.0.0.1:${ports.service}/`)
      try {
        for (let kill = 0; kill < KILLS; kill++) {
          const before = await desiredInstances(server)
          await server.kill()
          expect(instancesInProc()).toEqual(before)
          server = await startUp(directory, ports, store)
          const now = server
          await until('all instances ready again', () => allReady(now))
          expect(await desiredInstances(server)).toEqual(before)
          expect(instancesInProc()).toEqual(before)
        }
        const before = asking.answered()
        await until('operations answered again', async () => asking.answered() > before + 5)
      } finally {
        asking.stop()
      }
      expect(await server.get('/v1/services/shop/journal/check')).toMatchObject({
        intact: true,
        brokenAt: null,
      })
      // Before its database goes.
      await server.interrupt()
      server = null
    },
    180_000,
  )
})

describe('a server that is stopped or started twice', () => {
  it.skipIf(notOnLinux !== null)(`leaves nothing behind after Ctrl-C${skipNote(notOnLinux)}`, async () => {
    server = await startUp(directory, ports, ['-f', writeShop(directory, ports.service)])
    const up = server
    await until('all instances ready', () => allReady(up))
    expect(instancesInProc()).not.toEqual([])
    expect(await up.interrupt()).toBe(0)
    expect(instancesInProc()).toEqual([])
  })

  it('refuses a second server on the same data directory, by name of the process', async () => {
    server = await startUp(directory, ports)
    const others = await freePorts()
    await expect(startUp(directory, others)).rejects.toThrow(/already runs|holds .*server\.lock/)
  })
})
