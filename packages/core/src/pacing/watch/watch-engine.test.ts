// Goal: the engine as a whole, from a client's first contact on. Time and chance are passed in; loads are seeded.
import { describe, expect, it } from 'vitest'
import { exponential, seededRandom } from '../../stats/index.ts'
import { branded, type WatchName } from '../../units/index.ts'
import type { Outcome, Report } from './report.ts'
import { sumOf } from './statistics.ts'
import type { Watch } from './watch.ts'
import { WatchEngine } from './watch-engine.ts'

const START = 1_764_547_200_000
const MINUTE = 60_000

const WATCH: Watch = {
  name: branded<WatchName>('players'),
  parameters: [{ name: 'state', type: 'number' }],
  significant: { kind: 'changed', parameter: 'state' },
  wanted: { kind: 'stale', share: 0.1 },
  budgetPerSecond: null,
  limits: { leastMs: 1_000, mostMs: 3_600_000 },
  firstGuessMs: 300_000,
  jitter: 0.1,
  classes: [],
  features: [],
  early: [],
  earlyIsAll: false,
  keptBy: 'server',
  mostClients: 100_000,
  forgetAfterMs: 7 * 86_400_000,
}

const engineOf = (changed: Partial<Watch> = {}): WatchEngine =>
  new WatchEngine({ ...WATCH, ...changed }, { now: START, seed: 3 })

const report = (state: number, more: Omit<Report, 'parameters'> = {}): Report => ({
  parameters: { state },
  ...more,
})

/** Clients that change by chance and keep to what they are told, until an instant. */
function run(
  engine: WatchEngine,
  {
    clients,
    dwellMs,
    until,
    carried = false,
  }: { clients: number; dwellMs: number; until: number; carried?: boolean },
): { readonly outcomes: Outcome[]; readonly bySecond: Map<number, number> } {
  const random = seededRandom(9)
  const states = Array.from({ length: clients }, (_, i) => ({
    name: `client-${i}`,
    due: START + random.next() * MINUTE,
    state: 0,
    changesAt: START + exponential(random, dwellMs),
    carries: null as Uint8Array | null,
  }))
  const bySecond = new Map<number, number>()
  const outcomes: Outcome[] = []
  for (;;) {
    const next = states.reduce((least, one) => (one.due < least.due ? one : least))
    if (next.due >= until) return { outcomes, bySecond }
    const now = Math.ceil(next.due)
    while (next.changesAt <= now) {
      next.state += 1
      next.changesAt += exponential(random, dwellMs)
    }
    const said = report(next.state)
    const chance = random.next()
    let outcome: Outcome
    if (carried) ({ outcome, carries: next.carries } = engine.updateCarried(next.carries, said, now, chance))
    else outcome = engine.update(next.name, said, now, chance)
    outcomes.push(outcome)
    const second = Math.floor(now / 1_000)
    bySecond.set(second, (bySecond.get(second) ?? 0) + 1)
    next.due = outcome.dueAt
  }
}

describe('the engine of a watch', () => {
  it('asks a client that changes often to come sooner than one that never does', () => {
    const engine = engineOf()
    let [often, never] = [START, START]
    for (let i = 0; i < 12; i += 1) {
      often = engine.update('often', report(i), often, 0.5).dueAt
      never = engine.update('never', report(0), never, 0.5).dueAt
    }
    const interval = (name: string): number => engine.record(name)?.intervalMs ?? 0
    expect(interval('often') * 10).toBeLessThan(interval('never'))
  })

  it('keeps copies wrong for about as long as was promised', () => {
    const engine = engineOf()
    run(engine, { clients: 60, dwellMs: 120_000, until: START + 6 * 60 * MINUTE })
    const { observedMs, promisedMs, wrongMs } = sumOf(
      engine.statistics.minutes(START + 60 * MINUTE, START + 360 * MINUTE),
    )
    expect(wrongMs / observedMs).toBeGreaterThan(0.08)
    expect(wrongMs / observedMs).toBeLessThan(0.125)
    expect(wrongMs / promisedMs).toBeGreaterThan(0.85)
    expect(wrongMs / promisedMs).toBeLessThan(1.15)
  })

  it('answers a client that carries its state as it does one whose state is kept, to the millisecond', () => {
    const until = START + 120 * MINUTE
    const kept = run(engineOf(), { clients: 20, dwellMs: 90_000, until })
    const carried = run(engineOf({ keptBy: 'client' }), {
      clients: 20,
      dwellMs: 90_000,
      until,
      carried: true,
    })
    expect(carried.outcomes).toEqual(kept.outcomes)
  })

  it('goes on as before when its clients were stored and restored', () => {
    const [one, other] = [engineOf(), engineOf()]
    one.update('a', report(1), START, 0.3)
    one.update('a', report(2), START + 60_000, 0.3)
    expect(other.table.restore([one.table.chunk(0)])).toBe(true)
    other.expectAll()
    expect(other.record('a')).toEqual(one.record('a'))
    expect(other.budget.wantedPerSecond).toBeCloseTo(one.budget.wantedPerSecond, 9)
    expect(other.update('a', report(2), START + 130_000, 0.3)).toMatchObject({
      isNew: false,
      hasChanged: false,
    })
  })

  it('learns nothing from a client that comes too soon with nothing new, and tells it its time again', () => {
    const engine = engineOf()
    const { dueAt } = engine.update('a', report(1), START, 0.5)
    const before = engine.record('a')
    expect(engine.update('a', report(1), START + 3_000, 0.5)).toEqual({
      kind: 'too-soon',
      dueAt,
      isRefused: false,
    })
    expect(engine.record('a')).toEqual({ ...before, tooSoon: 1 })
  })

  it('refuses a client that comes too soon again and again, until it keeps to its time', () => {
    const engine = engineOf()
    const { dueAt } = engine.update('a', report(1), START, 0.5)
    const refusals = Array.from({ length: 9 }, (_, i) =>
      engine.update('a', report(1), START + 2_000 + i, 0.5),
    )
    expect(refusals.map((one) => one.kind === 'too-soon' && one.isRefused)).toEqual([
      ...Array.from({ length: 7 }, () => false),
      true,
      true,
    ])
    expect(engine.update('a', report(1), dueAt, 0.5).kind).toBe('taken')
    expect(engine.record('a')?.tooSoon).toBe(0)
  })

  it('takes an update before its time where it says something significant', () => {
    const engine = engineOf()
    engine.update('a', report(1), START, 0.5)
    expect(engine.update('a', report(2), START + 5_000, 0.5)).toMatchObject({
      kind: 'taken',
      hasChanged: true,
    })
    expect(sumOf(engine.statistics.minutes(START, START + MINUTE)).early).toBe(1)
  })

  it('does not take for all changes what a client counts by early rules that are coarser', () => {
    const engine = engineOf({ early: [{ kind: 'absolute', parameter: 'state', least: 10 }] })
    const { dueAt } = engine.update('a', report(1), START, 0.5)
    const outcome = engine.update('a', report(2, { sendsEarly: true, changes: 0 }), dueAt, 0.5)
    expect(outcome).toMatchObject({ hasChanged: true })
    expect(engine.record('a')?.model.rate.changes).toBeGreaterThan(1)
    const all = engineOf({ early: [{ kind: 'changed', parameter: 'state' }], earlyIsAll: true })
    all.update('a', report(1), START, 0.5)
    expect(all.update('a', report(1, { sendsEarly: true, changes: 2 }), START + 60_000, 0.5)).toMatchObject({
      hasChanged: true,
    })
  })

  it('asks a client that reports every significant change by itself for no more than signs of life', () => {
    const engine = engineOf({ early: [{ kind: 'changed', parameter: 'state' }], earlyIsAll: true })
    let due = START
    for (let i = 0; i < 5; i += 1)
      ({ dueAt: due } = engine.update('a', report(i, { sendsEarly: true }), due, 0.5))
    const record = engine.record('a')
    expect(record === null ? null : engine.explain(record).boundBy).toBe('heartbeat')
    expect(record?.intervalMs).toBeGreaterThan(0.89 * WATCH.limits.mostMs)
  })

  it('holds a budget by stretching intervals, and says so', () => {
    const engine = engineOf({ budgetPerSecond: 0.5 })
    const { bySecond } = run(engine, { clients: 60, dwellMs: 60_000, until: START + 240 * MINUTE })
    const from = (START + 120 * MINUTE) / 1_000
    const came = [...bySecond].filter(([second]) => second >= from).reduce((sum, [, count]) => sum + count, 0)
    expect(came / (120 * 60)).toBeGreaterThan(0.47)
    expect(came / (120 * 60)).toBeLessThan(0.53)
    const record = engine.record('client-1')
    expect(record === null ? null : engine.explain(record).boundBy).toBe('budget')
  })

  it('asks a class that weighs more sooner where the budget is short', () => {
    const engine = engineOf({ budgetPerSecond: 0.01, classes: [{ name: 'gold', weight: 9 }] })
    let [gold, plain] = [START, START]
    for (let i = 0; i < 20; i += 1) {
      gold = engine.update('gold', report(i, { class: 'gold' }), gold, 0.5).dueAt
      plain = engine.update('plain', report(i), plain, 0.5).dueAt
    }
    const of = (name: string): number => {
      const record = engine.record(name)
      return record === null ? 0 : engine.explain(record).intervalMs
    }
    expect(of('gold') * 1.5).toBeLessThan(of('plain'))
  })

  it('spreads clients that all come at once over the seconds before they come again', () => {
    const engine = engineOf()
    const seconds = new Map<number, number>()
    const random = seededRandom(4)
    for (let round = 0; round < 2; round += 1)
      for (let i = 0; i < 20_000; i += 1) {
        const name = `c${i}`
        const now =
          round === 0
            ? START + Math.floor(i / 10)
            : Math.ceil(engine.record(name)?.model.updatedAt ?? 0) + 60_000
        const { dueAt } = engine.update(name, report(round), now, random.next())
        const second = Math.floor(dueAt / 1_000)
        if (round === 1) seconds.set(second, (seconds.get(second) ?? 0) + 1)
      }
    const counts = [...seconds.values()]
    const rate = engine.budget.wantedPerSecond
    expect(Math.max(...counts)).toBeLessThan(1.5 * rate + 10)
  })

  it('forgets who has not come for too long', () => {
    const engine = engineOf({ forgetAfterMs: 60 * MINUTE })
    engine.update('old', report(1), START, 0.5)
    engine.update('new', report(1), START + 50 * MINUTE, 0.5)
    expect(engine.forget(START + 61 * MINUTE, 1_000)).toBe(1)
    expect(engine.record('old')).toBeNull()
    expect(engine.record('new')).not.toBeNull()
  })

  it('does not count on who is overdue for long, and counts on it again when it comes', () => {
    const engine = engineOf()
    engine.update('gone', report(1), START, 0.5)
    engine.forget(START + 60 * MINUTE, 1_000)
    expect(engine.budget.wantedPerSecond).toBe(0)
    expect(engine.record('gone')).not.toBeNull()
    engine.update('gone', report(1), START + 61 * MINUTE, 0.5)
    const counted = 1_000 / (engine.record('gone')?.intervalMs ?? 0)
    expect(engine.budget.wantedPerSecond).toBeCloseTo(counted, 9)
    engine.forget(START + 61 * MINUTE, 1_000)
    expect(engine.budget.wantedPerSecond).toBeCloseTo(counted, 9)
  })

  it('knows the updates of the next minute, also of clients that come several times in it', () => {
    const engine = engineOf({ firstGuessMs: 30_000 })
    const until = START + 60 * MINUTE
    const { bySecond } = run(engine, { clients: 40, dwellMs: 30_000, until })
    const last = (until - MINUTE) / 1_000
    const came = [...bySecond].reduce((sum, [second, count]) => sum + (second >= last ? count : 0), 0)
    engine.tick(until - 1)
    const { at = 0, updates = 0 } = engine.budget.thisMinute ?? {}
    expect(at).toBe(until - MINUTE)
    expect(updates / came).toBeGreaterThan(0.85)
    expect(updates / came).toBeLessThan(1.15)
  })

  it('makes room for a new client by forgetting one that is overdue, and answers without room all the same', () => {
    const engine = engineOf({ mostClients: 2 })
    engine.update('a', report(1), START, 0.5)
    engine.update('b', report(1), START, 0.5)
    expect(engine.update('c', report(1), START + 1_000, 0.5).kind).toBe('taken')
    expect(engine.table.size).toBe(2)
    expect(engine.record('c')).toBeNull()
    engine.update('d', report(1), START + 10 * 60 * MINUTE, 0.5)
    expect(engine.record('d')).not.toBeNull()
    expect(engine.table.size).toBe(2)
  })

  it('guesses a newcomer by what others of its features did', () => {
    const engine = engineOf({ features: ['device'] })
    for (let client = 0; client < 40; client += 1) {
      let [phone, screen] = [START, START]
      for (let i = 0; i < 14; i += 1) {
        const to = (device: string): Omit<Report, 'parameters'> => ({ features: { device } })
        phone = engine.update(`p${client}`, report(i, to('phone')), phone, 0.5).dueAt
        screen = engine.update(`s${client}`, report(0, to('screen')), screen, 0.5).dueAt
      }
    }
    const at = START + 600 * MINUTE
    engine.update('new phone', report(0, { features: { device: 'phone' } }), at, 0.5)
    engine.update('new screen', report(0, { features: { device: 'screen' } }), at, 0.5)
    const interval = (name: string): number => engine.record(name)?.intervalMs ?? 0
    expect(interval('new phone') * 3).toBeLessThan(interval('new screen'))
  })
})
