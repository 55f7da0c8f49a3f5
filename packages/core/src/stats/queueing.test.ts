// Goal: closed formulas agree with published values. Method: tables, and identities that hold exactly.
import { expect, test } from 'vitest'
import { erlangC, waitInQueue, waitTail } from './queueing.ts'
import type { Queue } from './queueing.ts'

const station = (servers: number, utilisation: number, changes: Partial<Queue> = {}): Queue => ({
  servers,
  arrivalRate: servers * utilisation,
  occupancy: 1,
  arrivalVariation: 1,
  occupancyVariation: 1,
  ...changes,
})

test.each([
  [1, 0.8, 0.8],
  [2, 1, 1 / 3],
  [2, 1.6, 0.7111],
  [5, 4, 0.5541],
  [10, 8, 0.4092],
  [100, 90, 0.2169],
])('Erlang C for %d servers and %d erlangs is %d', (servers, load, expected) => {
  expect(erlangC(servers, load)).toBeCloseTo(expected, 4)
})

test('Erlang C is one from saturation on, nought without load, and finite for thousands of servers', () => {
  expect([erlangC(2, 2), erlangC(2, 5), erlangC(3, 0)]).toEqual([1, 1, 0])
  expect(erlangC(5_000, 4_900)).toBeGreaterThan(0)
  expect(erlangC(5_000, 4_900)).toBeLessThan(1)
})

test('in M/M/1 the wait is ρ / (1 - ρ) occupancies', () => {
  expect(waitInQueue(station(1, 0.8))).toMatchObject({ probability: 0.8, stable: true })
  expect(waitInQueue(station(1, 0.8)).meanSeconds).toBeCloseTo(4, 9)
})

test('in M/D/1 the wait is half of that', () => {
  expect(waitInQueue(station(1, 0.8, { occupancyVariation: 0 })).meanSeconds).toBeCloseTo(2, 9)
})

test('in M/G/1 the wait is Pollaczek’s and Khinchine’s', () => {
  expect(waitInQueue(station(1, 0.8, { occupancyVariation: 0.5 })).meanSeconds).toBeCloseTo(3, 9)
  expect(waitInQueue(station(1, 0.8, { occupancyVariation: 3 })).meanSeconds).toBeCloseTo(8, 9)
})

test('in M/M/c the tail is Erlang C times an exponential', () => {
  const wait = waitInQueue(station(5, 0.8))
  expect(wait.meanSeconds).toBeCloseTo(0.5541, 4)
  expect(waitTail(wait, 1)).toBeCloseTo(0.5541 * Math.exp(-1), 4)
})

test('time scales with the occupancy', () => {
  const slow = waitInQueue(station(3, 0.7, { arrivalRate: 0.21, occupancy: 10 }))
  expect(slow.meanSeconds).toBeCloseTo(10 * waitInQueue(station(3, 0.7)).meanSeconds, 9)
})

test('a saturated station is not stable, and nothing is thrown', () => {
  const wait = waitInQueue(station(2, 1))
  expect(wait).toEqual({ probability: 1, meanSeconds: Infinity, stable: false })
  expect(waitTail(wait, 10)).toBe(1)
})

test('without load, or when neither arrivals nor occupancies vary, nothing waits', () => {
  const wait = waitInQueue(station(2, 0))
  expect(wait).toEqual({ probability: 0, meanSeconds: 0, stable: true })
  expect(waitTail(wait, 0)).toBe(0)
  const clockwork = station(2, 0.9, { arrivalVariation: 0, occupancyVariation: 0 })
  expect(waitInQueue(clockwork).meanSeconds).toBe(0)
})
