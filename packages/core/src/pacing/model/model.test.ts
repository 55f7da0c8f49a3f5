// Goal: what is learned of clients is right, and intervals follow from it. Method: laws whose answer is known in closed
// form, seeded clients of known laws, and properties of any hazard.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exponential, seededRandom } from '../../stats/index.ts'
import { AGE_BUCKETS, AGE_EDGES, ageBucket, agePosition } from './age-grid.ts'
import { GroupModel, type ClientModel } from './group-model.ts'
import {
  addChange,
  addInterval,
  emptyHazardTable,
  fadeCell,
  hazardOf,
  mergeHazardTables,
  type Interval,
} from './hazard-table.ts'
import { dwellOf, priorRate, updateRate } from './rate-estimate.ts'
import { costFor, intervalAt, solveSchedules, staleAt } from './schedule.ts'
import { firstChange, lookAhead, timeSeen, type Hazard } from './survival.ts'
import { addHours, dayClock, emptyHourCounts, instantOf, shownAt } from './time-of-day.ts'

const HOUR = 3_600_000
const LIMITS = { leastMs: 1_000, mostMs: 4 * HOUR }
const byChance = new Float64Array(AGE_BUCKETS).fill(1)
const anyHazard = fc
  .array(fc.double({ min: 0.001, max: 20, noNaN: true }), { minLength: AGE_BUCKETS, maxLength: AGE_BUCKETS })
  .map((rates) => Float64Array.from(rates))

describe('ages', () => {
  it('lie in the bucket whose edges are around them', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 31, noNaN: true }), (age) => {
        const bucket = ageBucket(age)
        expect(age).toBeGreaterThanOrEqual((AGE_EDGES[bucket] ?? 0) * 0.999999)
        expect(age).toBeLessThan((AGE_EDGES[bucket + 1] ?? Infinity) * 1.000001)
        expect(agePosition(age)).toBeGreaterThanOrEqual(bucket)
      }),
    )
  })
})

describe('what lies ahead', () => {
  it('is that of an exponential law where the hazard is constant', () => {
    for (const interval of [0.01, 0.3, 2]) {
      const { chance, stale } = lookAhead(byChance, 0.4, interval)
      expect(chance).toBeCloseTo(1 - Math.exp(-interval), 10)
      expect(stale).toBeCloseTo(interval - (1 - Math.exp(-interval)), 6)
    }
  })

  it('grows with the interval, and nothing is wrong for longer than it', () => {
    const length = fc.double({ min: 0.001, max: 50, noNaN: true })
    fc.assert(
      fc.property(anyHazard, length, length, length, (hazard, age, one, more) => {
        const short = lookAhead(hazard, age, one)
        const long = lookAhead(hazard, age, one + more)
        expect(long.chance).toBeGreaterThanOrEqual(short.chance - 1e-12)
        expect(long.stale).toBeGreaterThanOrEqual(short.stale - 1e-9)
        expect(long.stale).toBeLessThanOrEqual(one + more)
      }),
    )
  })
})

describe('a change within an interval', () => {
  const expected = (hazard: Hazard, interval: number): number =>
    firstChange(interval, lookAhead(hazard, 0, interval))

  it('is expected near the middle of a short one and long before the end of a long one', () => {
    expect(expected(byChance, 1e-5) / 1e-5).toBeCloseTo(0.5, 3)
    expect(expected(byChance, 1e-12) / 1e-12).toBeCloseTo(0.5, 3)
    expect(expected(byChance, 50)).toBeCloseTo(1, 3)
  })

  it('hides what follows it by chance, and hides nothing of a client that has just changed and is regular', () => {
    expect(timeSeen(byChance, 0.4, 3)).toBeCloseTo(0.4)
    const regular = byChance.map((_, bucket) => ((AGE_EDGES[bucket] ?? 0) < 0.5 ? 0 : 4))
    expect(timeSeen(regular, 0.4, 0.3)).toBeCloseTo(0.7)
    fc.assert(
      fc.property(anyHazard, fc.double({ min: 0.001, max: 5, noNaN: true }), (hazard, rest) => {
        expect(timeSeen(hazard, 0.4, rest)).toBeGreaterThan(0)
        expect(timeSeen(hazard, 0.4, rest)).toBeLessThanOrEqual(0.4 + rest)
      }),
    )
  })
})

describe('the rate of one client', () => {
  it('is found from bits at any spacing, where counting them as they are would be 37 % low', () => {
    const random = seededRandom(3)
    const prior = priorRate(30_000)
    let estimate = prior
    let sum = 0
    for (let i = 0; i < 20_000; i += 1) {
      const changes = exponential(random, 60_000) <= 60_000 ? 1 : 0
      const dwellMs = dwellOf(estimate)
      const first = firstChange(60_000 / dwellMs, lookAhead(byChance, 0, 60_000 / dwellMs))
      const exposureMs = changes === 0 ? 60_000 : first * dwellMs
      estimate = updateRate(estimate, prior, { changes, exposureMs })
      if (i >= 1_000) sum += Math.log(dwellOf(estimate) / 60_000)
    }
    expect(Math.exp(sum / 19_000)).toBeGreaterThan(0.9)
    expect(Math.exp(sum / 19_000)).toBeLessThan(1.1)
  })

  it('takes what was seen as it is, and forgets by changes alone', () => {
    const prior = priorRate(60_000)
    const once = updateRate(prior, prior, { changes: 3, exposureMs: 30_000 })
    expect(once).toEqual({ changes: 4, exposureMs: 90_000 })
    expect(updateRate(once, prior, { changes: 0, exposureMs: 1_000 })).toEqual({
      changes: 4,
      exposureMs: 91_000,
    })
    expect(updateRate(once, prior, { changes: 1, exposureMs: 0 }).changes).toBeLessThan(5)
  })
})

describe('the hazard table', () => {
  const believed = (hazard: Hazard, { age, interval }: Interval) => ({
    hazard,
    chance: lookAhead(hazard, age, interval).chance,
  })

  it('adds up over servers, and fades', () => {
    const seen = { age: 0.3, interval: 0.8, changed: true }
    const cell = { kind: 0, rate: 5 } as const
    const [one, other, both] = [emptyHazardTable(), emptyHazardTable(), emptyHazardTable()]
    for (const table of [one, other]) addInterval(table, cell, believed(byChance, seen), seen)
    addInterval(both, cell, believed(byChance, seen), seen)
    addInterval(both, cell, believed(byChance, seen), seen)
    const merged = mergeHazardTables(one, other)
    expect([...merged.changes]).toEqual([...both.changes])
    expect(merged.changes.reduce((sum, n) => sum + n, 0)).toBeCloseTo(2)
    fadeCell(merged, { kind: 0, rate: 4 }, 0.5)
    expect(merged.changes.reduce((sum, n) => sum + n, 0)).toBeCloseTo(2)
    fadeCell(merged, cell, 0.5)
    expect(merged.changes.reduce((sum, n) => sum + n, 0)).toBeCloseTo(1)
  })

  it('learns nothing from a change in an interval that is too short to have a chance', () => {
    const table = emptyHazardTable()
    const rare = new Float64Array(AGE_BUCKETS).fill(1e-200)
    const cell = { kind: 0, rate: 5 } as const
    for (const interval of [1e-9, 1e-200]) {
      const seen = { age: 0, interval, changed: true }
      addInterval(table, cell, believed(rare, seen), seen)
    }
    for (const figures of [table.changes, table.exposure, hazardOf(table, cell)])
      expect(figures.every((figure) => Number.isFinite(figure))).toBe(true)
  })

  it('counts a change whose time is known at its age alone', () => {
    const table = emptyHazardTable()
    addChange(table, { kind: 0, rate: 5 }, 0.2, 0.5)
    const seen = [...table.changes].flatMap((changes, at) =>
      changes > 0 ? [[at % AGE_BUCKETS, changes]] : [],
    )
    expect(seen).toEqual([[ageBucket(0.7), 1]])
    expect(table.exposure.reduce((sum, exposure) => sum + exposure, 0)).toBeCloseTo(0.5)
  })

  it('finds a constant hazard again from bits alone', () => {
    const random = seededRandom(9)
    const table = emptyHazardTable()
    const cell = { kind: 0, rate: 5 } as const
    let hazard = hazardOf(table, cell)
    for (let i = 0; i < 20_000; i += 1) {
      const [age, interval] = [2 * random.next(), random.next()]
      const seen = { age, interval, changed: exponential(random, 0.5) <= interval }
      addInterval(table, cell, believed(hazard, seen), seen)
      if (i % 1_000 === 0) hazard = hazardOf(table, cell)
    }
    expect(hazardOf(table, cell)[ageBucket(1)]).toBeGreaterThan(1.7)
    expect(hazardOf(table, cell)[ageBucket(1)]).toBeLessThan(2.3)
  })
})

describe('schedules', () => {
  it('are those of the closed form where changes come by chance', () => {
    const schedules = solveSchedules(byChance)
    for (const [share, updates] of [
      [0.02, 24.7],
      [0.05, 9.66],
      [0.1, 4.66],
      [0.2, 2.15],
    ] as const)
      expect(1 / intervalAt(schedules, costFor(schedules, share, [1]), 1) / updates).toBeCloseTo(1, 1)
  })

  it('ask less often and are staler where updates cost more, whatever the hazard', () => {
    fc.assert(
      fc.property(anyHazard, (hazard) => {
        const schedules = solveSchedules(hazard)
        let before = 0
        for (let octave = -13; octave <= 3; octave += 1) {
          const stale = staleAt(schedules, 2 ** octave)
          expect(stale).toBeGreaterThanOrEqual(before)
          expect(stale).toBeLessThanOrEqual(1)
          before = stale
        }
        for (const age of [0, 0.3, 2, 100]) expect(intervalAt(schedules, 0.02, age)).toBeGreaterThan(0)
      }),
      { numRuns: 20 },
    )
  })
})

describe('a group', () => {
  const bit = (changed: boolean) => ({ kind: 'bit', changed }) as const

  it('asks by the price as the closed form says, relative to how fast the client changes', () => {
    // By chance, once a minute: (1 − (1 + u) e^−u) of a minute for the interval u.
    const u = 0.45
    const costMs = (dwellMs: number): number => (1 - (1 + u) * Math.exp(-u)) * dwellMs
    for (const dwellMs of [60_000, 600_000]) {
      const group = new GroupModel(dwellMs)
      const { intervalMs } = group.next(
        group.first(0),
        { kind: 'price', costMs: costMs(dwellMs) },
        { leastMs: 1, mostMs: HOUR },
      )
      expect(intervalMs / (u * dwellMs)).toBeGreaterThan(0.9)
      expect(intervalMs / (u * dwellMs)).toBeLessThan(1.1)
    }
  })

  it('takes newcomers for what its clients turned out to be', () => {
    const group = new GroupModel(300_000)
    const random = seededRandom(4)
    let client = group.first(0)
    for (let at = 5_000; at <= 2_000_000; at += 5_000)
      client = group.observe(client, bit(exponential(random, 10_000) <= 5_000), at)
    expect(dwellOf(group.first(0).rate)).toBeGreaterThan(5_000)
    expect(dwellOf(group.first(0).rate)).toBeLessThan(60_000)
  })

  it('runs its clock by the hours in which it changes', () => {
    const group = new GroupModel(600_000)
    let client = group.first(0)
    for (let at = 600_000; at <= 96 * HOUR; at += 600_000)
      client = group.observe(client, bit(Math.floor((at - 1) / HOUR) % 24 < 12), at)
    expect(group.hourFactors[5]).toBeGreaterThan(1.25)
    expect(group.hourFactors[18]).toBeLessThan(0.75)
  })

  it('takes an hour that has just begun for none that is loud, though only those report in it who change soonest', () => {
    const group = new GroupModel(600_000)
    let quiet = group.first(0)
    for (let at = 600_000; at <= 10 * HOUR; at += 600_000)
      quiet = group.observe(quiet, bit(at % 1_200_000 === 0), at)
    let soonest = group.first(10 * HOUR)
    for (let at = 10 * HOUR + 1_000; at <= 10 * HOUR + 200_000; at += 1_000)
      soonest = group.observe(soonest, bit(true), at)
    for (const factor of group.hourFactors) expect(factor).toBeCloseTo(1)
  })

  it('dates a change as the client does, and by the update that told of it where it does not', () => {
    const group = new GroupModel(60_000)
    const first = group.first(0)
    const dated = group.observe(first, { kind: 'times', changes: 1, lastAgoMs: 5_000 }, 60_000)
    expect(dated.changedAt).toBe(55_000)
    expect(group.observe(first, bit(true), 60_000).changedAt).toBe(60_000)
    const regular = { ...first, behaviour: { regular: 10, bursts: 0 } }
    const { changedAt } = group.observe(regular, bit(true), 60_000)
    expect(changedAt).toBeGreaterThan(10_000)
    expect(changedAt).toBeLessThan(50_000)
  })
})

describe('the clock of changes', () => {
  it('finds quiet hours and turns back exactly', () => {
    const counts = emptyHourCounts()
    for (let minute = 0; minute < 60 * 24; minute += 1)
      for (let i = 0; i < (minute < 480 ? 1 : 10); i += 1)
        addHours(counts, minute * 60_000, minute * 60_000 + 30_000, true)
    for (let minute = 0; minute < 480; minute += 1)
      addHours(counts, minute * 60_000, minute * 60_000 + 270_000, false)
    const clock = dayClock(counts)
    expect(clock.factors[3]).toBeLessThan(0.5)
    expect(clock.factors[12]).toBeGreaterThan(1)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_900_000_000_000 }), (at) => {
        expect(Math.abs(instantOf(clock, shownAt(clock, at)) - at)).toBeLessThan(1)
      }),
    )
  })
})

/** One client by a law, paced until the end; returns the share of time that was wrong and how often it reported. */
function pace(
  group: GroupModel,
  dwell: () => number,
  share: number,
): { stale: number; updates: number; last: ClientModel } {
  let client = group.first(0)
  let [at, change, stale, updates] = [0, dwell(), 0, 0]
  const end = 48 * HOUR
  while (at < end) {
    const { intervalMs } = group.next(client, { kind: 'stale', share }, LIMITS)
    const due = at + intervalMs
    const changed = change <= due
    if (changed) stale += due - change
    while (change <= due) change += dwell()
    client = group.observe(client, { kind: 'bit', changed }, due)
    at = due
    updates += 1
  }
  return { stale: stale / at, updates, last: client }
}

describe('a group of clients', () => {
  it('keeps what was promised to each, fast or slow', () => {
    const random = seededRandom(1)
    const group = new GroupModel(300_000)
    for (const mean of [60_000, 300_000, 60_000, 300_000]) {
      const { stale } = pace(group, () => exponential(random, mean), 0.1)
      expect(stale).toBeGreaterThan(0.08)
      expect(stale).toBeLessThan(0.12)
    }
  })

  it('asks regular clients little more than half as often as those that change by chance', () => {
    const random = seededRandom(2)
    const group = new GroupModel(300_000)
    const chance = pace(group, () => exponential(random, 120_000), 0.1)
    const regular = (): number => 100_000 + 40_000 * random.next()
    pace(group, regular, 0.1)
    expect(pace(group, regular, 0.1).updates).toBeLessThan(0.6 * chance.updates)
  })

  it('says why: what it knows of the client, the chance at the interval, and which limit bound it', () => {
    const random = seededRandom(4)
    const group = new GroupModel(300_000)
    const { last } = pace(group, () => exponential(random, 100_000), 0.1)
    const free = group.next(last, { kind: 'chance', chance: 0.2 }, LIMITS)
    expect(free.boundBy).toBe('wanted')
    expect(free.chance).toBeCloseTo(0.2, 2)
    expect(group.ahead(last, free.intervalMs).chance).toBeCloseTo(free.chance, 6)
    // Of eleven changes or so that are remembered.
    expect(free.dwellMs).toBeGreaterThan(50_000)
    expect(free.dwellMs).toBeLessThan(200_000)
    expect(group.next(last, { kind: 'stale', share: 0.1 }, { leastMs: 1e6, mostMs: 2e6 }).boundBy).toBe(
      'least',
    )
    expect(group.next(last, { kind: 'price', costMs: 1e6 }, { leastMs: 1, mostMs: 5_000 })).toMatchObject({
      boundBy: 'most',
      intervalMs: 5_000,
    })
  })

  it('asks more often of a client that suddenly changes ten times as often, within few updates', () => {
    const random = seededRandom(6)
    const group = new GroupModel(300_000)
    let client = pace(group, () => exponential(random, 600_000), 0.1).last
    const before = group.next(client, { kind: 'stale', share: 0.1 }, LIMITS).intervalMs
    for (let i = 0; i < 25; i += 1) {
      const { intervalMs } = group.next(client, { kind: 'stale', share: 0.1 }, LIMITS)
      const changed = exponential(random, 60_000) <= intervalMs
      client = group.observe(client, { kind: 'bit', changed }, client.updatedAt + intervalMs)
    }
    expect(group.next(client, { kind: 'stale', share: 0.1 }, LIMITS).intervalMs).toBeLessThan(before / 3)
  })

  it('answers with an interval within the limits whatever clients say', () => {
    const seen = fc.oneof(
      fc.record({ kind: fc.constant('bit' as const), changed: fc.boolean() }),
      fc.record({ kind: fc.constant('count' as const), changes: fc.nat(1_000) }),
      fc.record({ kind: fc.constant('times' as const), changes: fc.nat(5), lastAgoMs: fc.integer() }),
    )
    fc.assert(
      fc.property(
        fc.array(fc.tuple(seen, fc.integer({ min: -1_000, max: 1e8 })), { maxLength: 30 }),
        (updates) => {
          const group = new GroupModel(300_000)
          let client = group.first(0)
          for (const [one, after] of updates) {
            client = group.observe(client, one, client.updatedAt + after)
            const { intervalMs } = group.next(client, { kind: 'stale', share: 0.1 }, LIMITS)
            expect(intervalMs).toBeGreaterThanOrEqual(LIMITS.leastMs)
            expect(intervalMs).toBeLessThanOrEqual(LIMITS.mostMs)
          }
        },
      ),
      { numRuns: 30 },
    )
  })
})
