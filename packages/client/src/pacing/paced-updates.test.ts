// Goal: updates come when they were asked for, whatever clocks, networks and servers do. Method: a world whose time passes
// when the test says so, and a server that answers as the test says.
import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { createPacedUpdates, type PacedUpdates } from './index.ts'
import type { Answer, EarlyRule, PacedUpdatesOptions, Parameters, Update } from './options.ts'
import { retryAfterMs } from './send-update.ts'
import { testWorld, type TestWorld } from './testing/test-world.ts'

const MINUTE = 60_000
const RULE: EarlyRule = { kind: 'absolute', parameter: 'rtt', least: 20 }

let world: TestWorld
let sent: { readonly at: number; readonly update: Update; readonly leaving: boolean }[]
let answer: () => Promise<Answer>
let parameters: Parameters
let problems: string[]
let kept: Map<string, string>

const taken = (nextMs: number, more: Partial<Extract<Answer, { kind: 'taken' }>> = {}): Answer => ({
  kind: 'taken',
  nextMs,
  token: null,
  early: [],
  ...more,
})

beforeEach(() => {
  world = testWorld()
  sent = []
  answer = async () => taken(MINUTE)
  parameters = { rtt: 40 }
  problems = []
  kept = new Map()
})

const updatesOf = (options: Partial<PacedUpdatesOptions> = {}): PacedUpdates =>
  createPacedUpdates(
    {
      watch: 'players',
      client: 'p-1',
      read: () => parameters,
      send: async (update, { leaving }) => {
        sent.push({ at: world.elapsed(), update, leaving })
        return answer()
      },
      storage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => void kept.set(key, text) },
      onProblem: (says) => void problems.push(says),
      ...options,
    },
    world,
  )

const times = (): readonly number[] => sent.map(({ at }) => at)

describe('paced updates', () => {
  it('report at once, and then each time when they were asked to', async () => {
    const updates = updatesOf()
    updates.start()
    await world.pass(2.5 * MINUTE)
    expect(times()).toEqual([0, MINUTE, 2 * MINUTE])
    expect(updates.next()).toBe(MINUTE / 2)
  })

  it('are no more once they were stopped, also by an answer that comes later', async () => {
    const arrivals: ((_: Answer) => void)[] = []
    answer = () => new Promise((resolve) => void arrivals.push(resolve))
    const updates = updatesOf()
    updates.start()
    await world.pass(0)
    updates.stop()
    arrivals[0]?.(taken(MINUTE))
    await world.pass(10 * MINUTE)
    expect([sent.length, world.timers(), updates.next()]).toEqual([1, 0, null])
  })

  it('are not sooner than asked where the page comes again, and go on with its token', async () => {
    answer = async () => taken(MINUTE, { token: 'abc' })
    const first = updatesOf()
    first.start()
    await world.pass(10_000)
    first.stop()
    updatesOf().start()
    await world.pass(MINUTE)
    expect(times()).toEqual([0, MINUTE])
    expect(sent[1]?.update.token).toBe('abc')
  })

  it('drop a token that an answer does not give again', async () => {
    let token: string | null = 'abc'
    answer = async () => taken(MINUTE, { token })
    updatesOf().start()
    await world.pass(0)
    token = null
    await world.pass(2 * MINUTE)
    expect(sent.map(({ update }) => update.token)).toEqual([undefined, 'abc', undefined])
  })

  it('work where nothing can be kept', async () => {
    const refused = (): never => {
      throw new Error('refused')
    }
    updatesOf({ storage: { getItem: refused, setItem: refused } }).start()
    await world.pass(MINUTE)
    expect(times()).toEqual([0, MINUTE])
  })

  it('come once after a sleep, spread, instead of for each that was missed', async () => {
    updatesOf().start()
    await world.pass(10_000)
    world.sleep(60 * MINUTE)
    world.happens('shown')
    await world.pass(10_000)
    expect(times()).toEqual([0, 12_500])
  })

  it('are not moved by a clock that is set a little, or back', async () => {
    updatesOf().start()
    await world.pass(10_000)
    world.setClock(20_000)
    world.happens('shown')
    await world.pass(10_000)
    world.setClock(-90 * MINUTE)
    world.happens('shown')
    await world.pass(50_000)
    expect(times()).toEqual([0, MINUTE])
  })

  it('wait while there is no network, and come once there is, spread', async () => {
    updatesOf().start()
    await world.pass(10_000)
    world.goOffline()
    await world.pass(5 * MINUTE)
    expect(times()).toEqual([0])
    world.goOnline()
    await world.pass(2_500)
    expect(times()).toEqual([0, 5 * MINUTE + 12_500])
  })

  it('come later and later while nobody answers, within bounds, and as before once somebody does', async () => {
    answer = async () => {
      throw new Error('away')
    }
    updatesOf({ mostBackOffMs: 30_000 }).start()
    await world.pass(5 * MINUTE)
    const gaps = times().map((at, i) => at - (times()[i - 1] ?? 0))
    expect(gaps.slice(1, 6)).toEqual([2_500, 4_000, 8_000, 15_000, 15_000])
    expect(problems[0]).toBe('away')
    answer = async () => taken(MINUTE)
    await world.pass(15_000)
    const { length } = sent
    await world.pass(MINUTE)
    expect(sent.length).toBe(length + 1)
  })

  it('are not sooner than a server that is busy asks for', async () => {
    answer = async () => ({ kind: 'later', afterMs: 90_000, says: 'busy' })
    updatesOf().start()
    await world.pass(90_000)
    expect(times()).toEqual([0])
  })

  it('try seldom what is wrong with them, and say what', async () => {
    answer = async () => ({ kind: 'refused', says: 'There is no watch "players".' })
    updatesOf().start()
    await world.pass(9 * MINUTE)
    expect(times()).toEqual([0, 5 * MINUTE])
    expect(problems[0]).toBe('There is no watch "players".')
  })

  it.each([
    ['throws', () => Promise.reject(new Error('no sensor')), 'no sensor'],
    ['hangs', () => new Promise<never>(() => {}), 'The parameters were not read within 10 s.'],
  ])('are tried again where reading %s', async (_what, read, says) => {
    updatesOf({ read }).start()
    await world.pass(10_000)
    expect(problems).toContain(says)
    expect(sent).toEqual([])
  })

  it('go on whatever the application does with what it is told', async () => {
    const fails = (): never => {
      throw new Error('a bug')
    }
    updatesOf({ onUpdate: fails, onProblem: fails }).start()
    await world.pass(MINUTE)
    expect(times()).toEqual([0, MINUTE])
  })
})

describe('changes that do not wait', () => {
  beforeEach(() => void (answer = async () => taken(10 * MINUTE, { early: [RULE] })))

  it('are reported at once where the application says so', async () => {
    const updates = updatesOf()
    updates.start()
    await world.pass(MINUTE)
    parameters = { rtt: 45 }
    updates.changed()
    await world.pass(0)
    expect(sent.length).toBe(1)
    parameters = { rtt: 70 }
    updates.changed()
    await world.pass(0)
    expect(sent[1]?.update).toMatchObject({ sendsEarly: true, changes: 1, lastChangeAgoMs: 0 })
  })

  it('are found where it is looked for them', async () => {
    updatesOf({ lookEveryMs: 1_000 }).start()
    await world.pass(MINUTE)
    parameters = { rtt: 70 }
    await world.pass(1_000)
    expect(times()).toEqual([0, 61_000])
  })

  it('come no oftener than every few seconds, with how many there were and how long ago', async () => {
    updatesOf({ lookEveryMs: 1_000, leastMs: 10_000 }).start()
    await world.pass(1_500)
    for (const rtt of [70, 40, 90]) {
      parameters = { rtt }
      await world.pass(1_000)
    }
    await world.pass(10_000)
    expect(times()).toEqual([0, 10_000])
    expect(sent[1]?.update).toMatchObject({ changes: 3, lastChangeAgoMs: 6_000 })
  })

  it('are told while the page goes', async () => {
    const updates = updatesOf()
    updates.start()
    await world.pass(1_000)
    parameters = { rtt: 70 }
    world.happens('leaving')
    await world.pass(0)
    expect(sent.map(({ leaving }) => leaving)).toEqual([false, true])
  })
})

const event = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 200_000 }) }),
  fc.record({ kind: fc.constant('sleep' as const), ms: fc.integer({ min: 1, max: 9_000_000 }) }),
  fc.record({ kind: fc.constantFrom('offline', 'online', 'shown', 'fails', 'answers', 'changed') }),
)

it('never has two requests at once, is never too soon, and never falls silent, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
      world = testWorld()
      kept = new Map()
      parameters = { rtt: 0 }
      let [isUnderWay, fails, hasChanged, mayComeAt] = [0, false, false, 0]
      const wrong: string[] = []
      const updates = updatesOf({
        leastMs: 1_000,
        send: async () => {
          isUnderWay += 1
          // What fails in here is taken for a failed request, so it is said afterwards.
          if (isUnderWay > 1) wrong.push('two at once')
          if (!hasChanged && world.now() < mayComeAt) wrong.push(`${mayComeAt - world.now()} ms too soon`)
          await Promise.resolve()
          isUnderWay -= 1
          // What was not told is tried again before the next one is due.
          if (fails) throw new Error('away')
          hasChanged = false
          mayComeAt = world.now() + MINUTE
          return taken(MINUTE, { early: [RULE] })
        },
      })
      updates.start()
      for (const one of events) {
        if (one.kind === 'pass' && 'ms' in one) await world.pass(one.ms)
        else if (one.kind === 'sleep' && 'ms' in one) world.sleep(one.ms)
        else if (one.kind === 'offline') world.goOffline()
        else if (one.kind === 'online') world.goOnline()
        else if (one.kind === 'shown') world.happens('shown')
        else if (one.kind === 'changed') {
          parameters = { rtt: Number(parameters['rtt']) + 50 }
          hasChanged = true
          updates.changed()
        } else fails = one.kind === 'fails'
      }
      fails = false
      world.goOnline()
      const before = mayComeAt
      await world.pass(10 * MINUTE)
      expect(mayComeAt).toBeGreaterThan(before)
      expect(wrong).toEqual([])
    }),
    { numRuns: 200 },
  )
})

it('reads Retry-After as seconds and as a date', () => {
  expect(retryAfterMs('120')).toBe(120_000)
  expect(retryAfterMs(null)).toBe(0)
  expect(retryAfterMs('nonsense')).toBe(0)
  const inAMinute = retryAfterMs(new Date(Date.now() + MINUTE).toUTCString())
  expect(Math.abs(inAMinute - MINUTE)).toBeLessThan(2_000)
})
