/** Goal: the search finds the capacity of stations whose capacity is known. Method: seeded simulation with a reckoned clock. */
import { expect, it } from 'vitest'
import { exponential, seededRandom } from '../stats/index.ts'
import { nextStep } from './search.ts'
import { simulateSearch, simulateStep, type Station } from './simulated-station.ts'
import type { StepResult } from './step-watch.ts'

const MINUTE = 60_000
const bounds = { firstPerSecond: 1, mostPerSecond: 10_000 }

const constant = (ms: number, servers = 1): Station => ({ servers, occupiedMs: () => ms })
const memoryless = (ms: number, servers = 1): Station => ({
  servers,
  occupiedMs: (random) => exponential(random, ms),
})

const stations: readonly {
  readonly what: string
  readonly station: Station
  readonly aloneMs: number
  readonly perSecond: number
}[] = [
  { what: 'M/D/1 of 100/s', station: constant(10), aloneMs: 10, perSecond: 100 },
  { what: 'M/D/1 of 5/s', station: constant(200), aloneMs: 200, perSecond: 5 },
  { what: 'M/M/1 of 200/s', station: memoryless(5), aloneMs: 5, perSecond: 200 },
  { what: 'M/M/1 of 40/s', station: memoryless(25), aloneMs: 25, perSecond: 40 },
  { what: 'M/M/16 of 160/s', station: memoryless(100, 16), aloneMs: 100, perSecond: 160 },
  {
    what: 'one that admits 2/s and works 50 ms',
    station: { servers: 1, occupiedMs: () => 500, afterMs: -450 },
    aloneMs: 50,
    perSecond: 2,
  },
]

it.each(stations)('finds $what within 10 % in four of five runs, and never off by a quarter', (one) => {
  const found = Array.from({ length: 10 }, (_, seed) => {
    const setting = { aloneMs: one.aloneMs, bounds, budgetMs: MINUTE }
    return simulateSearch(one.station, setting, seededRandom(seed)).capacity
  })
  const errors = found.map((capacity) => Math.abs((capacity?.value ?? 0) / one.perSecond - 1))
  expect(errors.filter((error) => error <= 0.1).length).toBeGreaterThanOrEqual(8)
  expect(Math.max(...errors)).toBeLessThan(0.25)
  for (const capacity of found) {
    expect(capacity?.bound).toEqual({ kind: 'found' })
    expect(capacity?.sustainedPerSecond).toBeLessThan(one.perSecond * 1.1)
  }
})

it('states intervals that hold the capacity nine times in ten', () => {
  const station = memoryless(10)
  const held = Array.from({ length: 60 }, (_, seed) => {
    const setting = { aloneMs: 10, bounds, budgetMs: 2 * MINUTE }
    const { capacity } = simulateSearch(station, setting, seededRandom(1_000 + seed))
    return capacity !== null && capacity.low <= 100 && 100 <= capacity.high
  })
  expect(held.filter(Boolean).length).toBeGreaterThanOrEqual(50)
})

it('takes a part that gives less under pressure at what it gives before it', () => {
  // More than ten at a time get in each other's way: it gives 60/s then, and 100/s otherwise.
  const station: Station = { servers: 1, occupiedMs: (_random, inside) => (inside > 12 ? 17 : 10) }
  const { capacity } = simulateSearch(station, { aloneMs: 10, bounds, budgetMs: 2 * MINUTE }, seededRandom(4))
  expect(capacity?.value).toBeGreaterThan(70)
  expect(capacity?.value).toBeLessThan(110)
})

it('takes a part that answers with errors above a load at the load below which it does not', () => {
  const station: Station = { ...constant(20), failsFrom: 6 }
  const { capacity } = simulateSearch(station, { aloneMs: 20, bounds, budgetMs: 2 * MINUTE }, seededRandom(5))
  expect(capacity?.value).toBeGreaterThan(25)
  expect(capacity?.value).toBeLessThan(45)
})

it('finds the capacity of a slow part also in a short time, as one step may take most of it', () => {
  const { capacity } = simulateSearch(
    constant(500),
    { aloneMs: 500, bounds, budgetMs: 15_000 },
    seededRandom(2),
  )
  expect(capacity?.bound).toEqual({ kind: 'found' })
  expect(Math.abs((capacity?.value ?? 0) - 2)).toBeLessThan(0.2)
})

it('rises by doubling until a step is saturated', () => {
  const { steps } = simulateSearch(constant(10), { aloneMs: 10, bounds, budgetMs: MINUTE }, seededRandom(1))
  const rising = steps.slice(0, 1 + steps.findIndex(({ kind }) => kind === 'saturated'))
  expect(rising.map(({ ratePerSecond }) => ratePerSecond)).toEqual(rising.map((_, step) => 2 ** step))
  expect(rising.at(-1)?.ratePerSecond).toBeGreaterThan(100)
  expect(rising.at(-1)?.ratePerSecond).toBeLessThan(500)
})

it('tells a rate below the capacity from one above it', () => {
  const kinds = [80, 125].map((ratePerSecond) =>
    Array.from({ length: 20 }, (_, seed) => {
      const plan = {
        ratePerSecond,
        aloneMs: 10,
        arrivalsWanted: 1_000,
        patienceMs: 20_000,
        settleMs: 20_000,
        limitMs: 20_000,
      }
      return simulateStep(plan, memoryless(10), seededRandom(seed)).kind
    }),
  )
  expect(kinds[0]?.filter((kind) => kind === 'saturated').length).toBeLessThanOrEqual(1)
  expect(kinds[1]?.filter((kind) => kind === 'saturated').length).toBeGreaterThanOrEqual(16)
})

const follows = (ratePerSecond: number): StepResult => ({
  kind: 'follows',
  ratePerSecond,
  sustainedPerSecond: 0.9 * ratePerSecond,
})

it('says at least what was followed when something else was at its end', () => {
  const by = 'part "data" behind it was busy'
  const next = nextStep([follows(8), { kind: 'limited', ratePerSecond: 16, by }], bounds, false)
  expect(next).toMatchObject({
    kind: 'done',
    capacity: { value: 7.2, high: Infinity, bound: { kind: 'at-least', by } },
  })
})

it('shows in a long step what was followed in a short one only before something else was at its end', () => {
  const short: StepResult = { kind: 'follows', ratePerSecond: 8, sustainedPerSecond: 0 }
  const limited: StepResult = { kind: 'limited', ratePerSecond: 16, by: 'this machine' }
  const again = { kind: 'try', ratePerSecond: 8, phase: 'refine' }
  expect(nextStep([short, limited], bounds, false)).toEqual(again)
  expect(nextStep([limited], bounds, false)).toEqual(again)
  expect(nextStep([short, limited, follows(8)], bounds, false)).toMatchObject({ capacity: { value: 7.2 } })
  expect(nextStep([short, limited, short], bounds, false)).toEqual({ kind: 'nothing', because: 'short' })
})

it('says at least what was followed when the time is over or nothing is driven faster', () => {
  expect(nextStep([follows(8)], bounds, true)).toMatchObject({ capacity: { bound: { kind: 'at-least' } } })
  expect(nextStep([follows(10_000)], bounds, false)).toMatchObject({ capacity: { value: 9_000 } })
})

it('finds nothing in a part that fails at every rate', () => {
  const steps: StepResult[] = []
  let next = nextStep(steps, bounds, false)
  while (next.kind === 'try') {
    steps.push({ kind: 'fails', ratePerSecond: next.ratePerSecond, failedRatio: 1 })
    next = nextStep(steps, bounds, false)
  }
  expect(next).toEqual({ kind: 'nothing', because: 'fails' })
  expect(steps.length).toBeLessThan(15)
})
