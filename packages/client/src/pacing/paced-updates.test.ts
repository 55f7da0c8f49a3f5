// Goal: updates come when they were asked for, whatever clocks, networks, pages and servers do. Method: a world whose time
// passes when the test says so, and a server that answers as the test says.
import { beforeEach, describe, expect, it } from 'vitest'
import { createPacedUpdates, type PacedUpdates } from './index.ts'
import type { Answer, EarlyRule, PacedUpdatesOptions, Parameters, Problem, Taken, Update } from './options.ts'
import { testWorld, type TestWorld } from './testing/test-world.ts'

const MINUTE = 60_000
const RULE: EarlyRule = { kind: 'absolute', parameter: 'rtt', least: 20 }

let world: TestWorld
let sent: { readonly at: number; readonly update: Update }[]
let answer: () => Promise<Answer>
let parameters: Parameters
let problems: Problem[]
let kept: Map<string, string>

const taken = (nextMs: number, more: Partial<Taken> = {}): Answer => ({
  kind: 'taken',
  nextMs,
  ...more,
})
const away = async (): Promise<never> => {
  throw new Error('away')
}
const never = (): Promise<never> => new Promise(() => {})

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
      send: async (update) => {
        sent.push({ at: world.elapsed(), update })
        return answer()
      },
      storage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => void kept.set(key, text) },
      onProblem: (problem) => void problems.push(problem),
      ...options,
    },
    world,
  )

const times = (): readonly number[] => sent.map(({ at }) => at)

describe('paced updates', () => {
  it('report at once, and then each time when they were asked to', async () => {
    const updates = updatesOf()
    expect([updates.status, updates.next()]).toEqual(['stopped', null])
    updates.start()
    expect(updates.status).toBe('sending')
    await world.pass(2.5 * MINUTE)
    expect(times()).toEqual([0, MINUTE, 2 * MINUTE])
    expect([updates.status, updates.next()]).toEqual(['waiting', MINUTE / 2])
  })

  it('report what was read, with who and of which class the client is', async () => {
    const features = { device: 'phone' }
    updatesOf({ class: 'gold', features, read: async () => parameters }).start()
    await world.pass(0)
    expect(sent[0]?.update).toEqual({ client: 'p-1', parameters: { rtt: 40 }, class: 'gold', features })
  })

  it('leave out what is no value, and keep no hold of what the application may change', async () => {
    const streams = ['a', 'b']
    const given = { rtt: Number.NaN, loss: 0, link: undefined, streams } as Parameters
    updatesOf({ read: () => given }).start()
    await world.pass(0)
    streams.push('c')
    expect(sent[0]?.update.parameters).toEqual({ loss: 0, streams: ['a', 'b'] })
  })

  it('start once however often they are told to', async () => {
    const updates = updatesOf()
    updates.start()
    updates.start()
    await world.pass(MINUTE)
    expect(times()).toEqual([0, MINUTE])
  })

  it('are no more once they were stopped, also during a request, and leave no timer', async () => {
    const arrivals: ((_: Answer) => void)[] = []
    answer = () => new Promise((resolve) => void arrivals.push(resolve))
    const updates = updatesOf()
    updates.start()
    await world.pass(0)
    updates.stop()
    await world.pass(0)
    expect(world.timers()).toBe(0)
    arrivals[0]?.(taken(MINUTE))
    await world.pass(10 * MINUTE)
    expect([sent.length, world.timers(), updates.next()]).toEqual([1, 0, null])
  })

  it('give up the request that is under way when they are stopped, and may start again at once', async () => {
    const signals: AbortSignal[] = []
    const updates = updatesOf({
      send: (_update, signal) => {
        signals.push(signal)
        return never()
      },
    })
    updates.start()
    await world.pass(0)
    updates.stop()
    updates.start()
    await world.pass(0)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  })

  it('are not sooner than asked where they are stopped and start again', async () => {
    const updates = updatesOf({ storage: { getItem: () => null, setItem: () => {} } })
    updates.start()
    await world.pass(10_000)
    updates.stop()
    updates.start()
    await world.pass(MINUTE)
    expect(times()).toEqual([0, MINUTE])
  })

  it('of two watches in a page share nothing', async () => {
    const one = updatesOf()
    const other = updatesOf({ watch: 'screens' })
    one.start()
    await world.pass(10_000)
    other.start()
    one.stop()
    await world.pass(MINUTE)
    expect(times()).toEqual([0, 10_000, 70_000])
    expect([...kept.keys()]).toEqual(['holdfast.pacing.players.p-1', 'holdfast.pacing.screens.p-1'])
  })

  it('wait a second at the least and a day at the most, whatever the server says', async () => {
    answer = async () => taken(0)
    const updates = updatesOf()
    updates.start()
    await world.pass(1_000)
    expect(times()).toEqual([0, 1_000])
    answer = async () => taken(Infinity)
    await world.pass(1_000)
    expect(updates.next()).toBe(24 * 60 * MINUTE)
  })

  it('cut times that no timer holds', async () => {
    const longest: number[] = []
    const { after } = world
    answer = async () => taken(24 * 60 * MINUTE)
    const lasting = {
      ...world,
      after: (ms: number, work: () => void) => {
        longest.push(ms)
        return after(ms, work)
      },
    }
    createPacedUpdates({ watch: 'w', client: 'c', read: () => ({}), send: () => answer() }, lasting).start()
    await world.pass(0)
    expect(Math.max(...longest)).toBeLessThan(2 ** 31)
  })

  it('go on whatever the application does with what it is told, now or later', async () => {
    const fails = (): never => {
      throw new Error('a bug')
    }
    updatesOf({ onUpdate: fails, onProblem: async () => fails() }).start()
    await world.pass(MINUTE)
    answer = away
    await world.pass(MINUTE)
    expect(times()).toEqual([0, MINUTE, 2 * MINUTE])
  })

  it('may be stopped, flushed and told of changes by what they call', async () => {
    const updates: PacedUpdates = updatesOf({
      read: () => {
        updates.changed()
        void updates.flush()
        return parameters
      },
      onUpdate: () => updates.stop(),
    })
    updates.start()
    await world.pass(MINUTE)
    expect([sent.length, world.timers(), updates.status]).toEqual([1, 0, 'stopped'])
  })

  it('tell what was reported and when the next is due', async () => {
    const told: unknown[] = []
    updatesOf({ onUpdate: (one) => void told.push(one) }).start()
    await world.pass(0)
    expect(told).toEqual([{ parameters: { rtt: 40 }, nextMs: MINUTE, early: false }])
  })
})

describe('what outlives the page', () => {
  it('is when the next is due, and the token', async () => {
    answer = async () => taken(MINUTE, { token: 'abc' })
    updatesOf().start()
    await world.pass(10_000)
    updatesOf().start()
    await world.pass(40_000)
    expect(times()).toEqual([0])
    await world.pass(10_000)
    expect(sent[2]?.update.token).toBe('abc')
  })

  it('is dropped by an answer without a token', async () => {
    let token: string | null = 'abc'
    answer = async () => taken(MINUTE, { token })
    updatesOf().start()
    await world.pass(0)
    token = null
    await world.pass(2 * MINUTE)
    expect(sent.map(({ update }) => update.token)).toEqual([undefined, 'abc', undefined])
  })

  it('makes no wait longer where the clock was set back', async () => {
    const first = updatesOf()
    first.start()
    await world.pass(10_000)
    first.stop()
    world.setClock(-120 * MINUTE)
    updatesOf().start()
    await world.pass(MINUTE)
    expect(times()).toEqual([0, 70_000])
  })

  it('is that the server asked to be left alone', async () => {
    answer = async () => ({ kind: 'later', afterMs: 5 * MINUTE, code: 'too-many-requests', says: 'busy' })
    const first = updatesOf()
    first.start()
    await world.pass(0)
    first.stop()
    updatesOf().start()
    await world.pass(5 * MINUTE)
    expect(times()).toEqual([0])
  })

  it('is what the server knows, so that a change before the next page is told', async () => {
    answer = async () => taken(10 * MINUTE, { early: [RULE] })
    const first = updatesOf()
    first.start()
    await world.pass(MINUTE)
    first.stop()
    parameters = { rtt: 70 }
    const second = updatesOf({ pollMs: 1_000 })
    second.start()
    await world.pass(1_000)
    expect(times()).toEqual([0, 61_000])
  })

  it.each([
    ['refuses', () => world.random.call(null) && (null as never)],
    ['holds nothing that was kept', () => 'soon'],
    ['holds another form', () => '{"at":"x","waitMs":[],"token":7,"parameters":7,"early":{}}'],
    ['holds null', () => 'null'],
  ])('may be nothing: storage that %s', async (what, getItem) => {
    const refuse = (): never => {
      throw new DOMException('no', 'SecurityError')
    }
    updatesOf({ storage: { getItem: what === 'refuses' ? refuse : getItem, setItem: refuse } }).start()
    await world.pass(MINUTE)
    expect(times()).toEqual([0, MINUTE])
  })
})

describe('clocks', () => {
  it.each(['the wall only', 'both'] as const)(
    'that went on in a sleep (%s) make one update, spread, of all that were missed',
    async (goesOn) => {
      updatesOf().start()
      await world.pass(10_000)
      world.sleep(60 * MINUTE, goesOn)
      const awakeAt = world.elapsed()
      world.happens('visibilitychange')
      await world.pass(10_000)
      expect(times()).toEqual([0, awakeAt + 2_500])
    },
  )

  it('are looked at often enough that a sleep is noticed where nothing tells of it', async () => {
    answer = async () => taken(30 * MINUTE)
    updatesOf().start()
    await world.pass(MINUTE)
    world.sleep(8 * 60 * MINUTE)
    await world.pass(MINUTE + 5_000)
    expect(sent).toHaveLength(2)
  })

  it('that are set a little, or back, move nothing', async () => {
    updatesOf().start()
    await world.pass(10_000)
    world.setClock(20_000)
    world.happens('visibilitychange')
    await world.pass(10_000)
    world.setClock(-90 * MINUTE)
    world.happens('visibilitychange')
    await world.pass(50_000)
    expect(times()).toEqual([0, MINUTE])
  })

  it('that are set far ahead look like a sleep, and make one update', async () => {
    updatesOf().start()
    await world.pass(10_000)
    world.setClock(24 * 60 * MINUTE)
    await world.pass(65_000)
    expect(sent).toHaveLength(2)
  })

  it('that can be set back, where there are no others, do not silence it', async () => {
    let back = 0
    const { elapsed } = world
    createPacedUpdates(
      {
        watch: 'w',
        client: 'c',
        read: () => parameters,
        send: async (update) => {
          sent.push({ at: elapsed(), update })
          return answer()
        },
      },
      { ...world, elapsed: () => elapsed() - back, now: () => world.now() - back },
    ).start()
    await world.pass(10_000)
    back = 600 * MINUTE
    await world.pass(2 * MINUTE)
    expect(sent.length).toBeGreaterThan(1)
  })
})

describe('without a network', () => {
  it('nothing is sent, and what was missed comes once there is one, spread', async () => {
    const updates = updatesOf()
    updates.start()
    await world.pass(10_000)
    world.goOffline()
    await world.pass(5 * MINUTE)
    await updates.flush()
    expect([times(), updates.status]).toEqual([[0], 'offline'])
    world.goOnline()
    await world.pass(5_000)
    expect(times()).toEqual([0, 5 * MINUTE + 12_500])
  })

  it('what is not due yet stays so', async () => {
    updatesOf().start()
    await world.pass(10_000)
    world.goOffline()
    await world.pass(10_000)
    world.goOnline()
    await world.pass(MINUTE)
    expect(times()).toEqual([0, MINUTE])
  })

  it('it is noticed that there is one again where nothing tells of it', async () => {
    let isOnline = false
    createPacedUpdates(
      {
        watch: 'w',
        client: 'c',
        read: () => ({}),
        send: async () => (sent.push(null as never), taken(MINUTE)),
      },
      { ...world, isOnline: () => isOnline },
    ).start()
    await world.pass(MINUTE)
    isOnline = true
    await world.pass(MINUTE + 5_000)
    expect(sent).toHaveLength(1)
  })

  it('what did not get through waits no longer than until there is one', async () => {
    updatesOf().start()
    await world.pass(59_000)
    answer = away
    await world.pass(3 * MINUTE)
    const { length } = sent
    answer = async () => taken(MINUTE)
    world.goOnline()
    await world.pass(2_500)
    expect(sent).toHaveLength(length + 1)
  })

  it('what a server asked for holds all the same', async () => {
    answer = async () => ({ kind: 'later', afterMs: 10 * MINUTE, code: 'too-many-requests', says: 'busy' })
    const updates = updatesOf()
    updates.start()
    await world.pass(0)
    answer = away
    await updates.flush()
    world.goOffline()
    await world.pass(MINUTE)
    world.goOnline()
    await world.pass(8 * MINUTE)
    expect(times()).toEqual([0, 0])
  })
})

describe('on a hidden page', () => {
  it('updates go on', async () => {
    updatesOf().start()
    await world.pass(10_000)
    world.hide()
    await world.pass(2 * MINUTE)
    expect(times()).toEqual([0, MINUTE, 2 * MINUTE])
  })

  it('updates wait where they are told to, and come once when it is shown', async () => {
    updatesOf({ whileHidden: false }).start()
    await world.pass(10_000)
    world.hide()
    await world.pass(10 * MINUTE)
    expect(times()).toEqual([0])
    world.show()
    await world.pass(5_000)
    expect(times()).toEqual([0, 10 * MINUTE + 12_500])
  })

  it('updates that are not due when it is shown stay so', async () => {
    updatesOf({ whileHidden: false }).start()
    await world.pass(10_000)
    world.hide()
    await world.pass(10_000)
    world.show()
    await world.pass(MINUTE)
    expect(times()).toEqual([0, MINUTE])
  })
})

describe('what fails', () => {
  it('is tried later and later, within bounds, and as before once somebody answers', async () => {
    answer = away
    const updates = updatesOf({ mostMs: 30_000 })
    updates.start()
    await world.pass(5 * MINUTE)
    const gaps = times().map((at, i) => at - (times()[i - 1] ?? 0))
    expect(gaps.slice(1, 6)).toEqual([2_000, 4_000, 8_000, 15_000, 15_000])
    expect(problems[0]).toEqual({ code: 'unreachable', says: 'away' })
    expect(updates.status).toBe('failing')
    answer = async () => taken(MINUTE)
    await world.pass(15_000)
    const { length } = sent
    await world.pass(MINUTE)
    expect(sent.length).toBe(length + 1)
    answer = away
    await world.pass(MINUTE + 2_000)
    expect(sent.length).toBe(length + 3)
  })

  it.each([0, 0.999])('is tried no sooner than in a second, and spread: %d', async (random) => {
    world = testWorld(() => random)
    answer = away
    updatesOf().start()
    await world.pass(999)
    expect(times()).toEqual([0])
    await world.pass(3_001)
    expect(sent.length).toBe(random === 0 ? 5 : 2)
  })

  it('is given up after ten seconds', async () => {
    answer = never
    updatesOf().start()
    await world.pass(10_000)
    expect(problems).toEqual([{ code: 'unreachable', says: 'It took over 10 s.' }])
    await world.pass(2_000)
    expect(times()).toEqual([0, 12_000])
  })

  it('is not tried sooner than a server asked for that is busy, and then spread', async () => {
    answer = async () => ({ kind: 'later', afterMs: 90_000, code: 'too-many-requests', says: 'busy' })
    const updates = updatesOf()
    updates.start()
    await world.pass(90_000)
    expect(times()).toEqual([0])
    await world.pass(2_000)
    expect(times()).toEqual([0, 92_000])
  })

  it('waits no longer than a day, whatever is asked', async () => {
    answer = async () => ({ kind: 'later', afterMs: Infinity })
    const updates = updatesOf()
    updates.start()
    await world.pass(0)
    expect([updates.next(), problems]).toEqual([
      24 * 60 * MINUTE,
      [{ code: 'unreadable', says: 'unreadable' }],
    ])
    await world.pass(24 * 60 * MINUTE)
    expect(sent).toHaveLength(2)
  })

  it('is tried seldom where it is wrong, and said', async () => {
    answer = async () => ({ kind: 'refused', code: 'not-found', says: 'There is no watch "players".' })
    updatesOf().start()
    await world.pass(7 * MINUTE)
    expect(times()).toEqual([0, 225_000])
    expect(problems[0]).toEqual({ code: 'not-found', says: 'There is no watch "players".' })
  })

  it('goes without its token where that may be what is wrong', async () => {
    answer = async () => taken(MINUTE, { token: 'abc' })
    updatesOf().start()
    await world.pass(0)
    answer = async () => ({ kind: 'refused', code: 'request-invalid', says: '' })
    await world.pass(10 * MINUTE)
    expect(sent.map(({ update }) => update.token)).toEqual([undefined, 'abc', undefined, undefined])
  })

  it.each([
    undefined,
    null,
    {},
    { kind: 'taken' },
    { kind: 'taken', nextMs: -1 },
    { kind: 'taken', nextMs: NaN },
  ])('is an answer that does not say when the next is due: %j', async (given) => {
    answer = async () => given as Answer
    updatesOf().start()
    await world.pass(2_000)
    expect(times()).toEqual([0, 2_000])
    expect(problems[0]?.code).toBe('unreadable')
  })

  it.each([
    [
      'throws',
      (): never => {
        throw new Error('no sensor')
      },
      'no sensor',
    ],
    ['rejects', () => Promise.reject(new Error('no sensor')), 'no sensor'],
    ['hangs', never, 'It took over 10 s.'],
    ['gives nothing', () => undefined as unknown as Parameters, '"undefined" is not valid JSON'],
  ])('is tried again where reading %s', async (_what, read, says) => {
    let fails = true
    updatesOf({ read: () => (fails ? read() : parameters) }).start()
    await world.pass(10_000)
    expect(problems).toContainEqual({ code: 'read-failed', says })
    expect(sent).toEqual([])
    fails = false
    await world.pass(10_000)
    expect(sent).toHaveLength(1)
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
    expect(updates.next()).toBe(10 * MINUTE)
  })

  it('are judged by what is given, and what that leaves out is as before', async () => {
    parameters = { rtt: 40, link: 'wifi' }
    let reads = 0
    const updates = updatesOf({ read: () => (reads++, parameters) })
    updates.start()
    await world.pass(MINUTE)
    updates.changed({ rtt: 45 })
    await world.pass(0)
    expect([sent.length, reads]).toEqual([1, 1])
    parameters = { rtt: 70, link: 'wifi' }
    updates.changed({ rtt: 70 })
    await world.pass(0)
    expect(sent[1]?.update).toMatchObject({ parameters, changes: 1 })
    updates.changed({ rtt: 7n } as unknown as Parameters)
    await world.pass(MINUTE)
    expect(sent).toHaveLength(2)
  })

  it('are found where it is looked for them', async () => {
    updatesOf({ pollMs: 1_000 }).start()
    await world.pass(MINUTE)
    expect(sent[0]?.update.sendsEarly).toBe(true)
    parameters = { rtt: 70 }
    await world.pass(1_000)
    expect(times()).toEqual([0, 61_000])
  })

  it('are not looked for where no rule says what they are', async () => {
    answer = async () => taken(10 * MINUTE)
    let reads = 0
    updatesOf({ pollMs: 1_000, read: () => (reads++, parameters) }).start()
    await world.pass(MINUTE)
    expect(reads).toBe(1)
  })

  it('come no oftener than every few seconds, with how many there were and how long ago', async () => {
    updatesOf({ pollMs: 1_000, leastMs: 10_000 }).start()
    await world.pass(1_500)
    for (const rtt of [70, 40, 90]) {
      parameters = { rtt }
      await world.pass(1_000)
    }
    await world.pass(10_000)
    expect(times()).toEqual([0, 10_000])
    expect(sent[1]?.update).toMatchObject({ changes: 3, lastChangeAgoMs: 6_000 })
  })

  it('are counted also where they went as they came, and told with the next update', async () => {
    updatesOf({ pollMs: 1_000 }).start()
    await world.pass(500)
    parameters = { rtt: 70 }
    await world.pass(1_000)
    parameters = { rtt: 40 }
    await world.pass(10 * MINUTE)
    expect(times()).toEqual([0, 10 * MINUTE])
    expect(sent[1]?.update).toMatchObject({ changes: 2, lastChangeAgoMs: 10 * MINUTE - 2_000 })
  })

  it('are not counted twice', async () => {
    updatesOf({ pollMs: 1_000 }).start()
    await world.pass(MINUTE)
    parameters = { rtt: 70 }
    await world.pass(20 * MINUTE)
    expect(sent.map(({ update }) => update.changes)).toEqual(
      [undefined, 1, undefined, undefined].slice(0, sent.length),
    )
  })

  it('that come during a request are told after it', async () => {
    const updates = updatesOf()
    updates.start()
    await world.pass(MINUTE)
    const arrivals: ((_: Answer) => void)[] = []
    const usual = answer
    answer = () => new Promise((resolve) => void arrivals.push(resolve))
    void updates.flush()
    await world.pass(0)
    parameters = { rtt: 70 }
    updates.changed({ rtt: 70 })
    await world.pass(1_000)
    answer = usual
    arrivals[0]?.(await usual())
    await world.pass(5_000)
    expect(times()).toEqual([0, MINUTE, MINUTE + 5_000])
    expect(sent[2]?.update).toMatchObject({ changes: 1, lastChangeAgoMs: 5_000 })
  })

  it('are not sent where they are over before they may be', async () => {
    const updates = updatesOf()
    updates.start()
    await world.pass(1_000)
    updates.changed({ rtt: 70 })
    await world.pass(10_000)
    expect(times()).toEqual([0])
  })

  it('are tried again where they cannot be read', async () => {
    let fails = false
    const updates = updatesOf({ read: () => (fails ? away() : parameters) })
    updates.start()
    await world.pass(MINUTE)
    fails = true
    parameters = { rtt: 70 }
    updates.changed(parameters)
    await world.pass(1_000)
    expect(problems).toEqual([{ code: 'read-failed', says: 'away' }])
    fails = false
    await world.pass(1_000)
    expect(sent).toHaveLength(2)
  })

  it('wait all the same while a server is busy', async () => {
    const updates = updatesOf()
    updates.start()
    await world.pass(MINUTE)
    answer = async () => ({ kind: 'later', afterMs: 5 * MINUTE, code: 'too-many-requests', says: 'busy' })
    parameters = { rtt: 70 }
    updates.changed()
    await world.pass(0)
    parameters = { rtt: 170 }
    updates.changed()
    await world.pass(5 * MINUTE)
    expect(times()).toEqual([0, MINUTE])
  })

  it('that the server found too soon are told a minute later, or when they are due', async () => {
    const updates = updatesOf()
    updates.start()
    await world.pass(MINUTE)
    answer = async () => taken(9 * MINUTE, { early: [RULE], tooSoon: true })
    parameters = { rtt: 70 }
    updates.changed()
    await world.pass(0)
    answer = async () => taken(9 * MINUTE, { early: [RULE] })
    await world.pass(2 * MINUTE)
    expect(times()).toEqual([0, MINUTE, 2 * MINUTE])
    expect(sent[2]?.update.changes).toBe(1)
  })

  it('go on where an update that was told to go found the server to know all', async () => {
    const updates = updatesOf()
    updates.start()
    await world.pass(MINUTE)
    const usual = answer
    answer = async () => taken(9 * MINUTE, { early: [RULE], tooSoon: true })
    await updates.flush()
    answer = usual
    parameters = { rtt: 70 }
    updates.changed()
    await world.pass(5_000)
    expect(times()).toEqual([0, MINUTE, MINUTE + 5_000])
  })

  it('are looked for when there is a network again, which may be another', async () => {
    const updates = updatesOf()
    updates.start()
    updates.changed()
    await world.pass(MINUTE)
    world.goOffline()
    await world.pass(10_000)
    parameters = { rtt: 70 }
    world.goOnline()
    await world.pass(5_000)
    expect(times()).toEqual([0, 72_500])
  })

  it('are judged by rules that an answer gives, and no more once it gives none', async () => {
    const updates = updatesOf()
    updates.start()
    await world.pass(MINUTE)
    answer = async () => taken(10 * MINUTE, { early: [{ kind: 'sometimes' } as never] })
    parameters = { rtt: 70 }
    updates.changed()
    await world.pass(MINUTE)
    parameters = { rtt: 700 }
    updates.changed()
    await world.pass(MINUTE)
    expect(times()).toEqual([0, MINUTE])
  })
})

describe('when the page goes', () => {
  beforeEach(() => void (answer = async () => taken(10 * MINUTE, { early: [RULE] })))

  it.each([
    ['a change that does not wait is told', 70, 2],
    ['nothing else is', 45, 1],
  ])('%s', async (_what, rtt, times) => {
    updatesOf().start()
    await world.pass(MINUTE)
    parameters = { rtt }
    world.happens('pagehide')
    await world.settled()
    expect(sent).toHaveLength(times)
  })

  it('nothing is told that cannot be read', async () => {
    let fails = false
    const read = (): Parameters => {
      if (fails) throw new Error('no sensor')
      return parameters
    }
    updatesOf({ read }).start()
    await world.pass(MINUTE)
    fails = true
    world.happens('pagehide')
    await world.settled()
    expect([sent.length, problems]).toEqual([1, []])
  })
})

describe('flush', () => {
  it('reports now, and the next is due as it is answered', async () => {
    const updates = updatesOf()
    updates.start()
    await world.pass(10_000)
    await updates.flush()
    expect([times(), updates.next()]).toEqual([[0, 10_000], MINUTE])
  })

  it('reports after what is under way, once however often it is told to', async () => {
    const arrivals: ((_: Answer) => void)[] = []
    answer = () => new Promise((resolve) => void arrivals.push(resolve))
    const updates = updatesOf()
    updates.start()
    await world.pass(0)
    void updates.flush()
    void updates.flush()
    await world.pass(0)
    expect(sent).toHaveLength(1)
    arrivals[0]?.(taken(MINUTE))
    await world.pass(0)
    expect(sent).toHaveLength(2)
  })

  it('is over when they are stopped', async () => {
    answer = never
    const updates = updatesOf()
    updates.start()
    await world.pass(0)
    const flushed = updates.flush()
    updates.stop()
    await flushed
    expect([sent.length, world.timers()]).toEqual([1, 0])
  })

  it('does nothing where nothing was started', async () => {
    await updatesOf().flush()
    expect([sent.length, world.timers()]).toEqual([0, 0])
  })
})
