/**
 * Goal: whenever a server is killed, its successor keeps the same instances: no orphan, no duplicate, none lost.
 * Method: owners of a platform as real processes that are ended with SIGKILL, also in the middle of starting.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it as always, vi } from 'vitest'
import { specOf } from '../platform-contract.ts'
import type { InstanceSpec, PlatformInstance } from '../platform.ts'
import {
  ask,
  createWorkbench,
  isReady,
  PATIENCE,
  program,
  reached,
  type Workbench,
} from './fixtures/workbench.ts'
import { encodeRecord, type InstanceRecord } from './instance-record.ts'
import { findMarked, identify, signal } from './process-identity.ts'

const it = existsSync('/proc/self/environ') ? always : always.skip
const where = existsSync('/proc/self/environ') ? '' : ' (skipped: this machine has no /proc)'

const specs = ['shop-data-1', 'shop-data-2', 'shop-data-3'].map((id) => specOf(id, program()))

function own({ directory, installation }: Workbench, toStart: readonly InstanceSpec[]): ChildProcess {
  const script = join(import.meta.dirname, 'fixtures', 'owner.ts')
  return spawn(process.execPath, [script, directory, installation, JSON.stringify(toStart)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** What the owner prints once all that it was told to start is ready. */
async function whenReady(owner: ChildProcess): Promise<readonly PlatformInstance[]> {
  if (owner.stdout === null) throw new Error('the owner has no output')
  let text = ''
  for await (const chunk of owner.stdout) {
    text += String(chunk)
    for (const line of text.split('\n').slice(0, -1)) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what fixtures/owner.ts prints
      const instances = JSON.parse(line) as PlatformInstance[]
      if (instances.length === specs.length) return instances
    }
  }
  throw new Error('the owner ended before all was ready')
}

async function kill(owner: ChildProcess): Promise<void> {
  const exited = once(owner, 'exit')
  owner.kill('SIGKILL')
  await exited
}

const byNumber = (a: number, b: number): number => a - b

async function pidsOf({ installation }: Workbench): Promise<readonly number[]> {
  return (await findMarked(installation)).map(({ pid }) => pid).sort(byNumber)
}

async function leftBehind(bench: Workbench): Promise<readonly PlatformInstance[]> {
  const owner = own(bench, specs)
  const before = await whenReady(owner)
  await kill(owner)
  return before
}

async function rewrite(bench: Workbench, change: (record: InstanceRecord) => InstanceRecord): Promise<void> {
  for (const known of await bench.records.list()) {
    const record = await bench.record(known.id)
    if (record !== null) await bench.records.put({ ...known, record: encodeRecord(change(record)) })
  }
}

it(`takes over every instance of a killed server as it is${where}`, async () => {
  await using bench = await createWorkbench()
  const before = await leftBehind(bench)
  const pids = await pidsOf(bench)
  expect(pids).toHaveLength(specs.length)

  const platform = await bench.open()
  const after = await Promise.all(specs.map(({ id }) => reached(platform, id, isReady)))
  expect(await pidsOf(bench)).toEqual(pids)
  expect(after.map(({ address, restarts }) => ({ address, restarts }))).toEqual(
    before.map(({ address, restarts }) => ({ address, restarts })),
  )
  for (const instance of after) expect((await ask(instance, '/')).pid).toBe(await bench.pidOf(instance.id))
})

it(`keeps an instance that it took over: starts it again when it dies, drains it when it is stopped${where}`, async () => {
  await using bench = await createWorkbench()
  await leftBehind(bench)
  const platform = await bench.open()
  const [first, second] = await Promise.all(specs.map(({ id }) => reached(platform, id, isReady)))
  if (first === undefined || second === undefined) throw new Error('nothing was taken over')

  signal(await bench.pidOf(first.id), 'SIGKILL')
  const { says } = await reached(platform, first.id, ({ phase }) => phase === 'backing-off')
  expect(says).toContain('how is unknown')
  await reached(platform, first.id, (instance) => isReady(instance) && instance.restarts === 1)

  const answer = ask(second, '/slow?n=300')
  await ask(second, '/')
  const stopped = platform.stop(second.id)
  expect((await answer).pid).toBe(await bench.pidOf(second.id))
  expect(await stopped).toEqual({ ok: true })
  await platform.stopAll()
  expect([await bench.records.list(), await findMarked(bench.installation)]).toEqual([[], []])
})

it(`finds a process again that was started but not yet recorded${where}`, async () => {
  await using bench = await createWorkbench()
  await leftBehind(bench)
  const pids = await pidsOf(bench)
  await rewrite(bench, (record) => ({ ...record, run: record.run && { ...record.run, process: null } }))
  const platform = await bench.open()
  await Promise.all(specs.map(({ id }) => reached(platform, id, isReady)))
  expect(await pidsOf(bench)).toEqual(pids)
  expect((await platform.list()).map(({ restarts }) => restarts)).toEqual([0, 0, 0])
  const recorded = await Promise.all(specs.map(({ id }) => bench.pidOf(id)))
  expect(recorded.sort(byNumber)).toEqual(pids)
})

it(`ends processes that no record explains, before it resolves${where}`, async () => {
  await using bench = await createWorkbench()
  await leftBehind(bench)
  const [kept, ...others] = await bench.records.list()
  if (kept === undefined) throw new Error('nothing was recorded')
  for (const { id } of others) await bench.records.drop(id)
  await bench.open()
  expect(await pidsOf(bench)).toEqual([await bench.pidOf(kept.id)])
})

it(`never takes another process with a recorded pid for its own${where}`, async () => {
  await using bench = await createWorkbench()
  await leftBehind(bench)
  for (const { pid } of await findMarked(bench.installation)) signal(pid, 'SIGKILL')
  await vi.waitFor(async () => expect(await findMarked(bench.installation)).toEqual([]), PATIENCE)
  const bystander = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
  const pid = bystander.pid ?? 0
  await rewrite(bench, (record) => ({
    ...record,
    run: record.run && { ...record.run, process: { pid, started: 'an older boot/5' } },
  }))

  const platform = await bench.open()
  await Promise.all(specs.map(({ id }) => reached(platform, id, isReady)))
  expect((await platform.list()).map(({ restarts }) => restarts)).toEqual([1, 1, 1])
  await platform.stopAll()
  expect(await identify(pid)).not.toBeNull()
  bystander.kill('SIGKILL')
})

it(`finishes stopping what a killed server was stopping${where}`, async () => {
  await using bench = await createWorkbench()
  await leftBehind(bench)
  await rewrite(bench, (record) => ({ ...record, stopping: true }))
  await bench.open()
  await vi.waitFor(async () => {
    expect([await bench.records.list(), await findMarked(bench.installation)]).toEqual([[], []])
  }, PATIENCE)
})

it(`leaves its instances running when it is closed, for the next to take over${where}`, async () => {
  await using bench = await createWorkbench()
  {
    await using platform = await bench.open()
    for (const spec of specs) await platform.start(spec)
  }
  expect(await findMarked(bench.installation)).toHaveLength(specs.length)
  const platform = await bench.open()
  await Promise.all(specs.map(({ id }) => reached(platform, id, isReady)))
  expect((await platform.list()).map(({ restarts }) => restarts)).toEqual([0, 0, 0])
})

/** From before the first record to after the last instance is ready, on machines quick and slow. */
const KILLED_AFTER_MS = [120, 180, 240, 320, 450]

it(`has no orphan and no duplicate after being killed again and again while it starts${where}`, async () => {
  await using bench = await createWorkbench()
  for (const ms of KILLED_AFTER_MS) {
    const owner = own(bench, specs)
    await sleep(ms)
    await kill(owner)
  }
  const owner = own(bench, specs)
  await whenReady(owner)
  const recorded = await Promise.all(specs.map(({ id }) => bench.pidOf(id)))
  expect(await pidsOf(bench)).toEqual(recorded.sort(byNumber))
  await kill(owner)
})
