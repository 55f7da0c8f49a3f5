// Goal: whatever Holdfast does or does not, the program goes on, and what was recorded stays known. Method: a meter in a
// world without real time, whose requests a test answers.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createMeter, type Meter } from './index.ts'
import type { MeterOptions } from './options.ts'
import { createTestWorld, type TestWorld } from './testing/test-world.ts'

interface Sent {
  readonly sequence: number
  readonly fromAgoMs: number
  readonly toAgoMs: number
  readonly activeMs: number
  readonly limitsMs: readonly number[]
  readonly series: readonly {
    operation: string
    class: string
    outcome: string
    count: number
    over: number[]
  }[]
}

type Reply = () => Response | Promise<Response>

const accepted = (limitsMs: readonly number[] = []): Response => {
  const text = JSON.stringify({ counted: true, limitsMs })
  return new Response(text)
}
const refused = (status: number, headers = {}): Response => new Response('{}', { status, headers })
const unreachable = (): Response => {
  throw new TypeError('fetch failed')
}

const endless = (): ReadableStream<Uint8Array> =>
  new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(10_000)) })

let world: TestWorld
let sent: Sent[]
let replies: Reply[]
let meter: Meter
const rejections: unknown[] = []
const onRejection = (reason: unknown): void => void rejections.push(reason)

function meterWith(options: Partial<MeterOptions> = {}): Meter {
  return createMeter(
    {
      url: 'http://holdfast.example',
      key: 'hf_key',
      service: 'shop',
      part: 'web',
      fetch: async (_input, init) => {
        sent.push(JSON.parse(init?.body as string) as Sent)
        return (replies.shift() ?? accepted)()
      },
      ...options,
    },
    world,
  )
}

beforeEach(() => {
  process.on('unhandledRejection', onRejection)
  world = createTestWorld()
  sent = []
  replies = []
  meter = meterWith()
})
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', onRejection)
  expect(rejections.splice(0)).toEqual([])
})

it('tells of each operation how long it took and how it ended', async () => {
  const first = meter.start('GET /a', { class: 'gold' })
  world.pass(10)
  const second = meter.start('GET /a', { class: 'gold' })
  world.pass(20)
  first.end()
  second.end('failed')
  second.end('ok')
  await meter.flush()
  expect(sent[0]?.series).toMatchObject([
    { operation: 'GET /a', class: 'gold', outcome: 'ok', count: 1, sum: 30 },
    { operation: 'GET /a', class: 'gold', outcome: 'failed', count: 1, sum: 20 },
  ])
  expect(sent[0]).toMatchObject({ activeMs: 50, fromAgoMs: 30, toAgoMs: 0 })
})

it('tells of operations that are still under way how many there were', async () => {
  const running = meter.start('a')
  world.pass(1_000)
  await meter.flush()
  world.pass(500)
  running.end()
  await meter.flush()
  expect(sent.map(({ activeMs, series }) => [activeMs, series.length])).toEqual([
    [1_000, 0],
    [500, 1],
  ])
})

it('counts over the limits that the last answer told', async () => {
  replies = [() => accepted([100])]
  await meter.flush()
  for (const durationMs of [99, 100, 101]) meter.record('a', { durationMs })
  await meter.flush()
  expect(sent[1]).toMatchObject({ limitsMs: [100], series: [{ count: 3, over: [1] }] })
})

it('counts over new limits at once, also while operations come', async () => {
  replies = [
    () => {
      meter.record('a', { durationMs: 150 })
      return accepted([100])
    },
    () => accepted([100]),
  ]
  await meter.flush()
  meter.record('a', { durationMs: 150 })
  await meter.flush()
  expect(sent.map(({ limitsMs, series }) => [limitsMs, series[0]?.over])).toEqual([
    [[], undefined],
    [[], []],
    [[100], [1]],
  ])
})

it('sends again as it was what may have arrived, and then what came after it', async () => {
  meter.record('a', { durationMs: 1 })
  replies = [unreachable, () => refused(502)]
  await meter.flush()
  world.pass(1_000)
  meter.record('b', { durationMs: 1 })
  await meter.flush()
  await meter.flush()
  expect(sent.map(({ sequence, series }) => [sequence, series.map(({ operation }) => operation)])).toEqual([
    [1, ['a']],
    [1, ['a']],
    [1, ['a']],
    [2, ['b']],
  ])
  expect(sent[2]).toMatchObject({ fromAgoMs: 1_000, toAgoMs: 1_000 })
})

it.each([401, 404, 422, 429])(
  'puts what was refused with %i together with what comes after it',
  async (status) => {
    meter.record('a', { durationMs: 1 })
    replies = [() => refused(status)]
    await meter.flush()
    meter.record('a', { durationMs: 1 })
    await meter.flush()
    expect(sent[1]).toMatchObject({ sequence: 2, series: [{ operation: 'a', count: 2 }] })
    expect(meter.state()).toMatchObject({ is: 'sending', says: null, sent: 1, failures: 1, lost: 0 })
  },
)

it('leaves out the names of what is too large', async () => {
  for (const name of ['a', 'b']) meter.record(name, { durationMs: 1 })
  replies = [() => refused(413)]
  await meter.flush()
  await meter.flush()
  expect(sent[1]?.series).toMatchObject([{ operation: 'other', count: 2 }])
})

it('gives up what is malformed, and says how much that was', async () => {
  meter.record('a', { durationMs: 1 })
  replies = [() => refused(400)]
  await meter.flush()
  expect(meter.state()).toMatchObject({ lost: 1, says: expect.stringContaining('answered with 400') })
})

it('waits longer each time that it fails, up to a minute, and not after it went well', async () => {
  const waits: number[] = []
  replies = Array.from({ length: 7 }, () => unreachable)
  for (let round = 0; round < 9; round++) {
    waits.push(world.next())
    await vi.waitFor(() => expect(world.waits()).toBe(1))
  }
  expect(waits).toEqual([250, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000, 60_000, 5_000])
})

it('waits as long as it was asked to, within reason', async () => {
  replies = [() => refused(429, { 'retry-after': '45' }), () => refused(429, { 'retry-after': '999999' })]
  world.next()
  await vi.waitFor(() => expect(world.waits()).toBe(1))
  expect(world.next()).toBe(45_000)
  await vi.waitFor(() => expect(world.waits()).toBe(1))
  expect(world.next()).toBe(60_000)
})

it('has one request under way at most', async () => {
  let answer = (): void => {}
  replies = [() => new Promise<Response>((resolve) => (answer = () => resolve(accepted())))]
  const first = meter.flush()
  const second = meter.flush()
  expect(sent).toHaveLength(1)
  answer()
  await Promise.all([first, second])
  expect(sent).toHaveLength(1)
})

it.each<[string, Reply]>([
  ['no JSON', () => new Response('<html>')],
  ['another JSON', () => new Response('[7]')],
  ['no end', () => new Response(endless())],
  ['odd limits', () => accepted(['x', -1, null, 7] as unknown as number[])],
])('takes an answer that has %s as one', async (_what, reply) => {
  replies = [reply]
  await meter.flush()
  meter.record('a', { durationMs: 8 })
  await meter.flush()
  expect(meter.state()).toMatchObject({ is: 'sending', sent: 2 })
})

it('is off, and says what to give, where it is told too little', async () => {
  const off = createMeter({ url: 'http://holdfast.example', part: 'web' }, world)
  off.start('a').end()
  off.record('a', { durationMs: 1 })
  await off.flush()
  await off.close()
  expect(off.state()).toMatchObject({
    is: 'off',
    says: 'Nothing is measured: give createMeter key (or HOLDFAST_KEY), service (or HOLDFAST_SERVICE).',
  })
  expect(createMeter({ url: 'ftp://x', key: 'k', service: 's', part: 'p' }).state().says).toContain('no http')
})

it('reads from the environment what it is not told', async () => {
  const names = {
    URL: 'http://holdfast.example/base',
    KEY: 'k',
    SERVICE: 'shop',
    PART: 'web',
    INSTANCE: 'shop-web-1-1',
  }
  for (const [name, value] of Object.entries(names)) vi.stubEnv(`HOLDFAST_${name}`, value)
  const asked: unknown[] = []
  const own = createMeter(
    {
      fetch: async (input, init) => {
        const { instance, part } = JSON.parse(init?.body as string) as Record<string, unknown>
        asked.push([input, instance, part])
        return accepted()
      },
    },
    world,
  )
  await own.close()
  vi.unstubAllEnvs()
  expect(asked).toEqual([['http://holdfast.example/base/v1/services/shop/operations', 'shop-web-1-1', 'web']])
})

it('sends when it is closed, and records nothing after that', async () => {
  meter.record('a', { durationMs: 1 })
  await meter.close()
  meter.record('a', { durationMs: 1 })
  meter.start('a').end()
  await meter.close()
  expect(sent).toHaveLength(1)
  expect(world.waits()).toBe(0)
  expect(meter.state()).toMatchObject({ is: 'closed', lost: 0 })
})

it('does not wait for ever when it is closed, and says what was lost', async () => {
  const stalled = meterWith({ closeWithinMs: 5, fetch: () => new Promise(() => {}) })
  stalled.record('a', { durationMs: 1 })
  await stalled.close()
  expect(stalled.state()).toMatchObject({ is: 'closed', lost: 1 })
})

it('goes on when whoever is told of its state throws', async () => {
  const told = meterWith({
    onState: () => {
      throw new Error('not ours')
    },
  })
  await told.flush()
  expect(told.state().is).toBe('sending')
})
