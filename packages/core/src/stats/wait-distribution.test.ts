// Goal: predicted shares of operations that wait are those that a simulation finds, to two percentage points, since
// instances are sized by them. Method: a seeded simulation of the queue by Lindley's recursion.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { waitInQueue } from './queueing.ts'
import type { Queue } from './queueing.ts'
import { exponential, lognormal, seededRandom } from './random.ts'
import type { Random } from './random.ts'
import { waitDistribution } from './wait-distribution.ts'

const ARRIVALS = 400_000
const TIMES: readonly number[] = [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 1.5]

type Simulated = { readonly mean: number; readonly over: readonly number[] }

/** First come, first served by whichever server is free first; a tenth of the run warms up. */
function simulate(
  servers: number,
  arrive: (random: Random) => number,
  occupy: (random: Random) => number,
): Simulated {
  const random = seededRandom(servers)
  const freeAt = new Float64Array(servers)
  const over = TIMES.map(() => 0)
  let [now, sum, counted] = [0, 0, 0]
  for (let arrival = 0; arrival < ARRIVALS; arrival += 1) {
    now += arrive(random)
    let next = 0
    for (let server = 1; server < servers; server += 1) {
      if ((freeAt[server] ?? 0) < (freeAt[next] ?? 0)) next = server
    }
    const begin = Math.max(now, freeAt[next] ?? 0)
    freeAt[next] = begin + occupy(random)
    if (arrival < ARRIVALS / 10) continue
    counted += 1
    sum += begin - now
    for (const [position, time] of TIMES.entries())
      if (begin - now > time) over[position] = (over[position] ?? 0) + 1
  }
  return { mean: sum / counted, over: over.map((count) => count / counted) }
}

const poisson = (servers: number, utilisation: number) => (random: Random) =>
  exponential(random, 1 / (servers * utilisation))

const station = (servers: number, utilisation: number, changes: Partial<Queue> = {}): Queue => ({
  servers,
  arrivalRate: servers * utilisation,
  occupancy: 1,
  arrivalVariation: 1,
  occupancyVariation: 0,
  ...changes,
})

function worstDifference(queue: Queue, simulated: Simulated): number {
  const wait = waitDistribution(queue)
  return Math.max(
    ...TIMES.map((time, position) => Math.abs(wait.probabilityOver(time) - (simulated.over[position] ?? 0))),
  )
}

/** Waits at 90 % are so correlated that the simulation itself is uncertain by a point. */
const SIZES: readonly (readonly [number, number, number])[] = [1, 2, 3, 5, 10].flatMap((servers) => [
  [servers, 0.4, 0.006] as const,
  [servers, 0.6, 0.006] as const,
  [servers, 0.8, 0.006] as const,
  [servers, 0.9, 0.012] as const,
])

const FEWER_SIZES: readonly (readonly [number, number])[] = [1, 2, 5].flatMap((servers) =>
  [0.4, 0.6, 0.8].map((utilisation) => [servers, utilisation] as const),
)

describe('with a fixed occupancy', () => {
  test.each(SIZES)(
    '%d servers at utilisation %d let wait as many as simulated, to %d',
    (servers, utilisation, bound) => {
      const simulated = simulate(servers, poisson(servers, utilisation), () => 1)
      const queue = station(servers, utilisation)
      expect(worstDifference(queue, simulated)).toBeLessThan(bound)
      if (simulated.mean < 0.01) return
      expect(Math.abs(waitDistribution(queue).meanSeconds / simulated.mean - 1)).toBeLessThan(0.05)
      expect(Math.abs(waitInQueue(queue).meanSeconds / simulated.mean - 1)).toBeLessThan(0.05)
    },
  )

  test.each([0.3, 0.5, 0.7, 0.9, 0.95, 0.99])(
    'the mean of M/D/1 at utilisation %d is exact',
    (utilisation) => {
      const exact = utilisation / (2 * (1 - utilisation))
      expect(waitDistribution(station(1, utilisation)).meanSeconds / exact).toBeCloseTo(1, 3)
    },
  )

  test('the probability of waiting in M/D/1 is the utilisation', () => {
    expect(waitDistribution(station(1, 0.7)).probabilityOver(0)).toBeCloseTo(0.7, 6)
  })
})

describe.each([
  [0.25, 0.02],
  [0.5, 0.02],
  [1, 0.03],
  [2, 0.03],
])('with a lognormal occupancy of variation %d', (variation, bound) => {
  test.each(FEWER_SIZES)(
    '%d servers at utilisation %d let wait nearly as many as simulated',
    (servers, utilisation) => {
      const sigma = Math.sqrt(Math.log(1 + variation))
      const simulated = simulate(servers, poisson(servers, utilisation), (random) =>
        lognormal(random, 1, sigma),
      )
      const queue = station(servers, utilisation, { occupancyVariation: variation })
      expect(worstDifference(queue, simulated)).toBeLessThan(bound)
    },
  )
})

test('with an exponential occupancy the wait is exactly that of M/M/c, and steady to both sides of it', () => {
  const over = (occupancyVariation: number): number =>
    waitDistribution(station(5, 0.8, { occupancyVariation })).probabilityOver(1)
  expect(over(1)).toBeCloseTo(0.5541 * Math.exp(-1), 4)
  expect(over(0.999)).toBeCloseTo(over(1), 3)
  expect(over(1.001)).toBeCloseTo(over(1), 3)
})

test.each(FEWER_SIZES)(
  'with arrivals smoother than Poisson, %d servers at utilisation %d are to eight points as simulated',
  (servers, utilisation) => {
    const half = 0.5 / (servers * utilisation)
    const arrive = (random: Random): number => exponential(random, half) + exponential(random, half)
    const queue = station(servers, utilisation, { arrivalVariation: 0.5 })
    expect(
      worstDifference(
        queue,
        simulate(servers, arrive, () => 1),
      ),
    ).toBeLessThan(0.08)
  },
)

test('a saturated station lets everything wait for ever', () => {
  const wait = waitDistribution(station(2, 1.2))
  expect([wait.stable, wait.probabilityOver(1_000), wait.meanSeconds]).toEqual([false, 1, Infinity])
})

test('an idle or hugely oversized station lets nothing wait', () => {
  expect(waitDistribution(station(3, 0)).probabilityOver(0)).toBe(0)
  expect(waitDistribution(station(100, 0.001)).probabilityOver(0)).toBe(0)
})

test('a station a hair from saturation is answered as well', () => {
  const wait = waitDistribution(station(15, 1 - 1e-8))
  expect(wait.probabilityOver(1)).toBeGreaterThan(0.999)
})

test('hundreds of servers are answered as well', () => {
  const wait = waitDistribution(station(1_000, 0.98))
  expect(wait.probabilityOver(0)).toBeGreaterThan(0)
  expect(wait.probabilityOver(0.1)).toBeLessThan(wait.probabilityOver(0))
})

test('the tail falls from a probability to nought for every station', () => {
  const anyQueue = fc.record({
    servers: fc.integer({ min: 1, max: 250 }),
    arrivalRate: fc.double({ min: 0, max: 300, noNaN: true }),
    occupancy: fc.double({ min: 0.001, max: 2, noNaN: true }),
    arrivalVariation: fc.double({ min: 0, max: 4, noNaN: true }),
    occupancyVariation: fc.double({ min: 0, max: 4, noNaN: true }),
  })
  fc.assert(
    fc.property(anyQueue, (queue) => {
      const wait = waitDistribution(queue)
      const tail = [0, 0.1, 0.3, 1, 2, 5, 20].map((time) => wait.probabilityOver(time * queue.occupancy))
      expect(tail.every((p, i) => p >= 0 && p <= 1 && p <= (tail[i - 1] ?? 1) + 1e-9)).toBe(true)
      expect(wait.meanSeconds).toBeGreaterThanOrEqual(0)
    }),
    {
      numRuns: 500,
      // A mean so small that the tail's rate is no number any more.
      examples: [
        [
          {
            servers: 201,
            arrivalRate: 230.7,
            occupancy: 0.695,
            arrivalVariation: 0,
            occupancyVariation: 5e-324,
          },
        ],
      ],
    },
  )
})

test('more servers for the same load never let more operations wait', () => {
  const load = fc.double({ min: 0.1, max: 15, noNaN: true })
  fc.assert(
    fc.property(load, fc.double({ min: 0, max: 1.5, noNaN: true }), (arrivalRate, occupancyVariation) => {
      const servers = Math.floor(arrivalRate) + 1
      const over = (count: number): number =>
        waitDistribution({
          servers: count,
          arrivalRate,
          occupancy: 1,
          arrivalVariation: 1,
          occupancyVariation,
        }).probabilityOver(0.3)
      expect(over(servers + 1)).toBeLessThanOrEqual(over(servers) + 1e-6)
    }),
  )
})
