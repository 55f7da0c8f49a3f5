// The loop against a real store and a platform whose clock the test moves. Goal: whatever crashes, is stale
// or changes in between, what runs becomes what was decided, exactly once, and the journal says why.
import { noInputs } from '../sources/index.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import { STATE_VERSION, verifyChain, type DesiredInstance, type Standing } from '@holdfast/core/control'
import {
  addDuration,
  epochMs,
  hours,
  milliseconds,
  seconds,
  type DurationMs,
  type EpochMs,
  type InstanceId,
  type LevelName,
  type ServiceName,
} from '@holdfast/core/units'
import type { Clock } from '../clock.ts'
import {
  readManifests,
  readStored,
  resolveServices,
  type JsonValue,
  type ResolvedService,
} from '../manifests/index.ts'
import { createRecorder, readLine, unpackLines } from '../recording/index.ts'
import { createFakePlatform, type FakePlatform } from '../platforms/fake-platform.ts'
import type { Gateway, ServiceMeasurement, ServiceRoute } from '../platforms/gateway/gateway.ts'
import { journalHash } from '../store/journal-table.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { createControlLoop, type ControlLoop } from './control-loop.ts'
import type { LoopLog } from './ticked.ts'
import { createHealthKeeper } from '../health/index.ts'
import { createLiveBoard, type LiveBoard } from './live-board.ts'

const TICK = seconds(2)

interface World {
  now: EpochMs
  readonly clock: Clock
  readonly store: Store
  platform: FakePlatform
  readonly gateway: Gateway & { routes: readonly ServiceRoute[] }
  readonly said: string[]
  resolved: readonly ResolvedService[]
}

const manifest = (over: { min?: number; image?: string; mode?: string; needs?: string } = {}): string => `
apiVersion: holdfast/v1
kind: Owner
metadata: { name: team }
spec: { displayName: Team }
---
apiVersion: holdfast/v1
kind: InstanceType
metadata: { name: small }
spec: { cpu: 1, memory: 256MiB, price: 0.02 EUR/h }
---
apiVersion: holdfast/v1
kind: Service
metadata: { name: shop, owner: team }
spec:
  gateway: { entry: web }
  mode: ${over.mode ?? 'act'}
  parts:
    - name: web
      instanceType: small
      run: { command: [node, ${over.image ?? 'web.ts'}], directory: /tmp }
      instances: { min: ${over.min ?? 1}, max: 10 }
      characteristics: { serviceTime: { mean: 20ms }, capacity: 5/s, startTime: 1s }
---
apiVersion: holdfast/v1
kind: Agreement
metadata: { name: standard }
spec:
  service: shop
  levels:
    - { name: fast, metric: response-time, limit: 100ms, ratio: 90 %, window: hour }
  conditions:
    - load: { atMost: 4/s, statistic: average, per: 1min }
    - instances: { atMost: 8 }
${over.needs === undefined ? '' : `    - dependency: ${over.needs}`}
`

function resolveText(text: string): readonly ResolvedService[] {
  const read = readManifests([{ name: 'test.yaml', directory: '/tmp', text }])
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  const stored = read.value.map(({ document }) => readStored(document as JsonValue, 1))
  return resolveServices(stored.flatMap((one) => (one.ok ? [one.value] : [])))
}

let world: World

beforeEach(async () => {
  const store = await openStore(':memory:')
  await store.migrate()
  const clock: Clock = { now: () => world.now, sleep: async () => {} }
  world = {
    now: epochMs(1_000_000_000_000),
    clock,
    store,
    platform: createFakePlatform({ now: () => world.now, limits: { instances: 100 } }),
    gateway: silentGateway(),
    said: [],
    resolved: resolveText(manifest()),
  }
  return () => store[Symbol.asyncDispose]()
})

/** Measures that nothing arrived, which is what a gateway without traffic does. */
function silentGateway(): World['gateway'] {
  return {
    routes: [],
    partUrl: (service, part) => `http://127.0.0.1:7071/${service}/${part}`,
    async setRoutes(routes) {
      this.routes = routes
      return []
    },
    measure(now): readonly ServiceMeasurement[] {
      return this.routes.map((route) => ({
        service: route.service,
        from: addDuration(now, milliseconds(-TICK)),
        to: now,
        arrivals: 0,
        completed: 0,
        failed: 0,
        refused: 0,
        aborted: 0,
        responseMs: emptyTimes,
        firstByteMs: emptyTimes,
        levels: [],
        parts: [],
        operations: [],
        clients: [],
      }))
    },
    async [Symbol.asyncDispose]() {},
  }
}

const emptyTimes = { count: 0, zeroCount: 0, sum: 0, min: 0, max: 0, offset: 0, buckets: [] }

function makeLoop(): { readonly loop: ControlLoop; readonly board: LiveBoard } {
  const { store, platform, gateway, clock } = world
  const say = (_fields: object, message: string): void => void world.said.push(message)
  const log: LoopLog = { info: say, warn: say, error: say }
  const board = createLiveBoard({ store, platform, nudge: () => loop.nudge() })
  const metrics = { observeTick: () => {} }
  const resolve = async (): Promise<readonly ResolvedService[]> => world.resolved
  const loop = createControlLoop({
    sources: {
      follow: () => {},
      settle: () => {},
      take: () => ({
        measured: null,
        inputs: noInputs,
        sources: [],
        isTelling: false,
        answers: [],
        standing: [],
      }),
    },
    health: createHealthKeeper(),
    outlets: [],
    recorder: createRecorder(),
    store,
    platform,
    gateway,
    clock,
    log,
    board,
    metrics,
    every: TICK,
    resolve,
  })
  return { loop, board }
}

async function ticks(loop: ControlLoop, count: number, pause: DurationMs = TICK): Promise<void> {
  for (let i = 0; i < count; i++) {
    world.now = addDuration(world.now, pause)
    world.platform.settle()
    await loop.tickOnce()
    await loop.settled()
  }
}

const running = async (): Promise<readonly string[]> =>
  (await world.platform.list()).map(({ id }) => id).toSorted()
const desired = async (): Promise<readonly DesiredInstance[]> =>
  (await world.store.serviceRecords())[0]?.desired ?? []
/** Of all ticks of the shop, as they were recorded. */
async function dependenciesOfTicks(loop: ControlLoop): Promise<readonly (readonly Standing[])[]> {
  await loop.run(AbortSignal.abort())
  const to = addDuration(world.now, TICK)
  const blocks = await world.store.recording({
    service: 'shop' as ServiceName,
    from: epochMs(0),
    to,
    limit: 9,
  })
  const lines = blocks.flatMap(({ lines }) => unpackLines(lines).map(readLine))
  return lines.flatMap((line) => (line.kind === 'tick' ? [line.dependencies] : []))
}
const entries = (kind?: 'decision' | 'outcome') =>
  world.store.journal({
    service: 'shop' as ServiceName,
    ...(kind === undefined ? {} : { kinds: [kind] }),
    order: 'oldest-first',
    limit: 1_000,
  })

describe('the control loop', () => {
  it('starts at first what the agreed load takes, and routes to it once it is ready', async () => {
    const { loop } = makeLoop()
    await ticks(loop, 2)
    const ids = (await desired()).map(({ id }) => id).toSorted()
    expect(ids.length).toBeGreaterThan(1)
    expect(await running()).toEqual(ids)
    expect(world.gateway.routes[0]?.parts[0]?.endpoints.map(({ instance }) => instance).toSorted()).toEqual(
      ids,
    )
  })

  it('journals the decision before and the outcome after it is carried out', async () => {
    const { loop } = makeLoop()
    await ticks(loop, 1)
    const [decision] = await entries('decision')
    const [outcome] = await entries('outcome')
    expect(JSON.parse(decision?.body ?? '')).toMatchObject({
      basedOn: 0,
      generation: 1,
      plan: { generation: 1 },
    })
    expect(JSON.parse(outcome?.body ?? '')).toMatchObject({ decision: decision?.sequence })
    expect(verifyChain(await entries(), journalHash)).toMatchObject({ intact: true })
  })

  it('writes no entry for a tick that decided nothing new', async () => {
    const { loop } = makeLoop()
    await ticks(loop, 3)
    const before = (await entries('decision')).length
    await ticks(loop, 3)
    expect(await entries('decision')).toHaveLength(before)
  })

  it('goes on after a restart with the same instances and starts none twice', async () => {
    await ticks(makeLoop().loop, 2)
    const before = await running()
    await ticks(makeLoop().loop, 2)
    expect(await running()).toEqual(before)
  })

  it('starts again what was decided but never carried out', async () => {
    await ticks(makeLoop().loop, 1)
    const wanted = await running()
    world.platform = createFakePlatform({ now: () => world.now, limits: { instances: 100 } })
    await ticks(makeLoop().loop, 1)
    expect(await running()).toEqual(wanted)
  })

  it('stops instances that nobody wants', async () => {
    const { loop } = makeLoop()
    await ticks(loop, 1)
    world.resolved = []
    loop.nudge()
    await ticks(loop, 2)
    expect(await running()).toEqual([])
    expect(await desired()).toEqual([])
  })

  it('does nothing by a plan that another loop has overtaken, and reads where the service is now', async () => {
    const slow = makeLoop()
    await ticks(slow.loop, 1)
    const quick = makeLoop()
    await ticks(quick.loop, 1)
    world.resolved = resolveText(manifest({ min: 6 }))
    quick.loop.nudge()
    await ticks(quick.loop, 1)
    const wanted = (await desired()).map(({ id }) => id).toSorted()
    slow.loop.nudge()
    await ticks(slow.loop, 2)
    expect((await desired()).map(({ id }) => id).toSorted()).toEqual(wanted)
    expect(await running()).toEqual(wanted)
  })

  it('replaces all instances after a changed manifest, new ones before old ones go', async () => {
    const { loop } = makeLoop()
    await ticks(loop, 2)
    const old = new Set(await running())
    world.resolved = resolveText(manifest({ image: 'web-2.ts' }))
    loop.nudge()
    let leastReady = Infinity
    for (let i = 0; i < 8; i++) {
      await ticks(loop, 1)
      leastReady = Math.min(leastReady, world.gateway.routes[0]?.parts[0]?.endpoints.length ?? 0)
    }
    expect((await running()).filter((id) => old.has(id))).toEqual([])
    expect(leastReady).toBeGreaterThanOrEqual(old.size - 1)
  })

  it('takes nothing away while the gateway does not answer', async () => {
    const { loop } = makeLoop()
    await ticks(loop, 2)
    const before = await running()
    world.gateway.measure = () => []
    await ticks(loop, 60)
    expect(await running()).toEqual(before)
  })

  it('frees instances when the load stays low, one settled step at a time, and says why', async () => {
    const { loop, board } = makeLoop()
    await ticks(loop, 2)
    const before = (await running()).length
    await ticks(loop, 100)
    expect((await running()).length).toBeLessThan(before)
    const { changes } = await board.history('shop', epochMs(0))
    expect(changes.at(-1)).toMatchObject({ part: 'web', reason: { code: 'load-falls' } })
  })

  it('shows the service after a tick, and tells listeners of it', async () => {
    const { loop, board } = makeLoop()
    const told: string[] = []
    board.subscribe((event) => told.push(event.kind))
    expect(board.ready()).toBe(false)
    await ticks(loop, 2)
    expect(board.ready()).toBe(true)
    expect(board.services()).toMatchObject([
      { name: 'shop', owner: 'team', state: 'kept', limitMs: 100, instances: { atMost: 8 } },
    ])
    expect(board.service('shop')?.partDetails).toMatchObject([{ part: 'web', expectedServiceMs: 20 }])
    expect(new Set(told)).toEqual(new Set(['service', 'change', 'instance']))
  })

  it('gives a service that comes back no instance that it had before', async () => {
    const { loop } = makeLoop()
    await ticks(loop, 1)
    const before = new Set(await running())
    const resolved = world.resolved
    world.resolved = []
    loop.nudge()
    await ticks(loop, 2)
    world.resolved = resolved
    loop.nudge()
    await ticks(loop, 2)
    const after = await running()
    expect(after.length).toBe(before.size)
    expect(after.filter((id) => before.has(id))).toEqual([])
  })

  it('begins a state anew that another version stored, and leaves the instances as they are', async () => {
    await ticks(makeLoop().loop, 2)
    const before = await running()
    const [record] = await world.store.serviceRecords()
    if (record === undefined) throw new Error('the service was committed')
    await world.store.commitTick({
      ...record,
      basedOn: record.generation,
      state: JSON.stringify({ started: 3, load: [] }),
      windows: [],
      journal: [],
      recording: [],
      health: [],
      sourceStanding: [],
      point: '{}',
      at: world.now,
    })
    await ticks(makeLoop().loop, 2)
    expect(await running()).toEqual(before)
    expect(world.said).toEqual([])
  })

  it('decides the other services when one cannot be decided', async () => {
    const mail = resolveText(manifest().replaceAll('shop', 'mail'))
    await ticks(makeLoop().loop, 1)
    const [record] = await world.store.serviceRecords()
    if (record === undefined) throw new Error('the service was committed')
    const state = JSON.stringify({ version: STATE_VERSION, state: {} })
    const empty = {
      windows: [],
      journal: [],
      recording: [],
      health: [],
      sourceStanding: [],
      point: '{}',
      at: world.now,
    }
    await world.store.commitTick({ ...record, ...empty, basedOn: record.generation, state })
    world.resolved = [...world.resolved, ...mail]
    await ticks(makeLoop().loop, 2)
    expect((await running()).filter((id) => id.startsWith('mail-')).length).toBeGreaterThan(1)
    expect(world.said).toContain('The service could not be decided; the next tick tries again.')
  })

  it('records what its ticks were decided from, and stores the rest when it stops', async () => {
    const { loop } = makeLoop()
    const began = addDuration(world.now, milliseconds(TICK))
    await ticks(loop, 3)
    await loop.run(AbortSignal.abort())
    const [shop] = world.resolved
    if (shop === undefined) throw new Error('the shop is resolved')
    const span = { service: shop.service.name, from: epochMs(0), to: addDuration(world.now, TICK), limit: 9 }
    const blocks = await world.store.recording(span)
    expect(blocks).toMatchObject([{ from: began, to: world.now, ticks: 3, checkpoint: true }])
    const lines = blocks.flatMap(({ lines }) => unpackLines(lines).map(readLine))
    expect(lines.map(({ kind }) => kind)).toEqual(['checkpoint', 'tick', 'tick', 'tick'])
    expect(lines[0]).toMatchObject({ service: shop.service, agreements: shop.agreements })
  })

  it('only advises a service that is to be advised: nothing is started, and the advice is journaled once', async () => {
    world.resolved = resolveText(manifest({ mode: 'advise' }))
    const { loop, board } = makeLoop()
    await ticks(loop, 5)
    expect(await running()).toEqual([])
    expect(await world.store.serviceRecords()).toMatchObject([{ generation: 0, desired: [] }])
    const journal = await entries()
    expect(journal.map(({ kind }) => kind)).toEqual(['decision'])
    expect(JSON.parse(journal[0]?.body ?? '')).toMatchObject({ plan: null, advice: { basedOn: 0 } })
    expect((await board.history('shop', epochMs(0))).changes).toEqual([])
    const shown = board.service('shop')
    expect(shown).toMatchObject({ mode: 'advise', instances: { desired: 0 }, generation: 0 })
    expect(shown?.advice).toMatchObject([{ part: 'web', from: 0, reason: { code: 'first-instances' } }])
  })

  it('leaves what runs as it is from the moment on that it only advises, also what is lost or outdated', async () => {
    const { loop } = makeLoop()
    await ticks(loop, 2)
    const before = await running()
    world.resolved = resolveText(manifest({ mode: 'advise', image: 'web-2.ts', min: 7 }))
    loop.nudge()
    await ticks(loop, 3)
    expect(await running()).toEqual(before)
    world.platform = createFakePlatform({ now: () => world.now, limits: { instances: 100 } })
    const restarted = makeLoop()
    await ticks(restarted.loop, 60)
    expect(await running()).toEqual([])
    expect((await desired()).map(({ id }) => id).toSorted()).toEqual(before)
    const last = (await entries('decision')).at(-1)
    expect(JSON.parse(last?.body ?? '')).toMatchObject({ plan: null, generation: 1 })
  })

  it('carries out what it advised when the service is to be acted for again', async () => {
    world.resolved = resolveText(manifest({ mode: 'advise' }))
    const { loop } = makeLoop()
    await ticks(loop, 3)
    const advised = JSON.parse((await entries('decision')).at(-1)?.body ?? '').advice.desired as readonly {
      readonly id: string
    }[]
    world.resolved = resolveText(manifest())
    loop.nudge()
    await ticks(loop, 2)
    expect(await running()).toEqual(advised.map(({ id }) => id).toSorted())
  })

  it('decides with how the services that it depends on fared a tick before', async () => {
    const mail = manifest().replaceAll('shop', 'mail').replace('name: standard', 'name: mailing')
    world.resolved = resolveText(
      `${manifest({ needs: 'mail' })}\n---\n${mail.split('---').slice(2).join('---')}`,
    )
    const measure = world.gateway.measure.bind(world.gateway)
    let missed = 0
    world.gateway.measure = (now) =>
      measure(now).map((one) =>
        one.service === 'mail'
          ? { ...one, levels: [{ level: 'fast' as LevelName, met: 100 - missed, missed }] }
          : one,
      )
    const { loop } = makeLoop()
    await ticks(loop, 3)
    missed = 90
    await ticks(loop, 2)
    const standings = await dependenciesOfTicks(loop)
    expect(standings.map((all) => all.map(({ service, state }) => `${service} ${state}`))).toEqual([
      ['mail unknown'],
      ['mail kept'],
      ['mail kept'],
      ['mail kept'],
      ['mail at-risk'],
    ])
    expect(standings[4]?.[0]).toMatchObject({ since: addDuration(world.now, milliseconds(-TICK)) })
    expect(standings[4]?.[0]?.says).toContain('Level fast: ')
  })

  it('decides with what instances got of their hosts, and with nothing where that is not known', async () => {
    const figures = { host: 'machine', throttledShare: 0.25, stealShare: null }
    world.platform = createFakePlatform({
      now: () => world.now,
      limits: { instances: 100 },
      hostFigures: () => [['shop-web-1-1' as InstanceId, figures]],
    })
    const { loop } = makeLoop()
    await ticks(loop, 2)
    await loop.run(AbortSignal.abort())
    const span = {
      service: 'shop' as ServiceName,
      from: epochMs(0),
      to: addDuration(world.now, TICK),
      limit: 9,
    }
    const lines = (await world.store.recording(span)).flatMap((block) =>
      unpackLines(block.lines).map(readLine),
    )
    const seen = lines.flatMap((line) => (line.kind === 'tick' ? line.observation.parts : []))
    const hosts = seen.flatMap(({ instances }) => instances.map(({ id, host }) => [id, host] as const))
    expect(hosts.length).toBeGreaterThan(1)
    for (const [id, host] of hosts) expect(host).toEqual(id === 'shop-web-1-1' ? figures : null)
  })

  it('records of a window for whose sake it was missed, while it lasts and when it has ended', async () => {
    const measure = world.gateway.measure.bind(world.gateway)
    world.gateway.measure = (now) =>
      measure(now).map((one) => ({ ...one, levels: [{ level: 'fast' as LevelName, met: 8, missed: 2 }] }))
    const { loop } = makeLoop()
    await ticks(loop, 3)
    const windows = () =>
      world.store.windows('shop' as ServiceName, epochMs(0), addDuration(world.now, hours(9)))
    expect(await windows()).toMatchObject([
      { met: 16, missed: 4, missedBy: { platform: 4 }, platformShare: 0.8 },
    ])
    await ticks(loop, 1, hours(1))
    expect((await windows())[0]).toMatchObject({ missedBy: { platform: 4 }, platformShare: 0.8 })
  })

  it('says once that a route could not be opened, for as long as it lasts', async () => {
    const { loop, board } = makeLoop()
    const open = world.gateway.setRoutes.bind(world.gateway)
    world.gateway.setRoutes = async (routes) => {
      await open(routes)
      return routes.map(({ service }) => ({ service, code: 'port-taken', says: 'Port 8080 is taken.' }))
    }
    await ticks(loop, 5)
    expect(world.said.filter((line) => line === 'Port 8080 is taken.')).toHaveLength(1)
    expect(board.service('shop')?.routeFault).toBe('Port 8080 is taken.')
  })

  it('keeps ticking when one tick fails', async () => {
    const { loop } = makeLoop()
    const stop = new AbortController()
    const list = world.platform.list.bind(world.platform)
    let calls = 0
    world.platform.list = async () => {
      calls += 1
      if (calls === 1) throw new Error('the platform does not answer')
      if (calls > 4) stop.abort()
      return list()
    }
    await loop.run(stop.signal)
    expect(world.said).toContain('A tick failed; the next one tries again.')
    expect((await desired()).length).toBeGreaterThan(0)
  })
})

describe('a platform that runs only so many instances', () => {
  const two = (): string => {
    const second = manifest().slice(manifest().indexOf('apiVersion: holdfast/v1\nkind: Service'))
    return `${manifest()}---\n${second.replaceAll('shop', 'mail').replace('standard', 'other').replace('fast,', 'quick,')}`
  }

  it('is shared out: all services together are given no more, and say why', async () => {
    world.platform = createFakePlatform({ now: () => world.now, limits: { instances: 5 } })
    world.resolved = resolveText(two())
    const { loop } = makeLoop()
    await ticks(loop, 5)
    const records = await world.store.serviceRecords()
    expect(records.map(({ desired: of }) => of.length).toSorted((a, b) => a - b)).toEqual([2, 3])
    expect((await running()).length).toBe(5)
    const journal = JSON.stringify((await entries('decision')).map(({ body }) => body))
    expect(journal).toMatch(/Instances are short: \d+ are wanted and 5 can run/)
    expect(world.said).toEqual([])
  })

  it('is recorded with the share, so that a tick can be decided again alone', async () => {
    world.platform = createFakePlatform({ now: () => world.now, limits: { instances: 5 } })
    world.resolved = resolveText(two())
    const { loop } = makeLoop()
    await ticks(loop, 3)
    await loop.run(AbortSignal.abort())
    const to = addDuration(world.now, TICK)
    const service = 'shop' as ServiceName
    const blocks = await world.store.recording({ service, from: epochMs(0), to, limit: 9 })
    const lines = blocks.flatMap(({ lines }) => unpackLines(lines).map(readLine))
    const shares = lines.flatMap((line) => (line.kind === 'tick' ? [line.share?.atMost ?? null] : []))
    expect(shares.length).toBe(3)
    for (const share of shares) expect([2, 3]).toContain(share)
  })
})

describe('an operation that waits for the first instance', () => {
  it('brings the next tick forward, but not more often than a few times a second', async () => {
    let woken = 0
    const stop = new AbortController()
    const asleep = Promise.withResolvers<void>()
    const clock: Clock = {
      now: () => world.now,
      sleep: (_ms, signal) => {
        const slept = Promise.withResolvers<void>()
        signal?.addEventListener('abort', () => {
          woken += 1
          slept.resolve()
        })
        asleep.resolve()
        return slept.promise
      },
    }
    world = { ...world, clock }
    const { loop } = makeLoop()
    const runs = loop.run(stop.signal)
    await asleep.promise
    loop.hurry()
    expect(woken).toBe(0)
    world.now = addDuration(world.now, milliseconds(300))
    loop.hurry()
    expect(woken).toBe(1)
    stop.abort()
    await runs
  })
})
