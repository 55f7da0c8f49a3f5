/** Goal: an instance becomes the stations that its capacity and its service time say. */
import { expect, test } from 'vitest'
import type { Characteristics } from '../agreement/index.ts'
import { durationMs, perSecond, ratio, seconds } from '../units/index.ts'
import { capacityOf, stationsOf } from './stations.ts'

const characteristics = (meanMs: number, capacity: number, p95Ms?: number): Characteristics => ({
  serviceTime: {
    mean: durationMs(meanMs),
    ...(p95Ms === undefined ? {} : { percentile: { ratio: ratio(0.95), value: durationMs(p95Ms) } }),
  },
  capacity: perSecond(capacity),
  startTime: seconds(1),
})

test('An instance that admits less often than it serves is one station with a fixed occupancy.', () => {
  const stations = stationsOf(characteristics(50, 2), null)
  expect(stations).toMatchObject({ perInstance: 1, occupancySeconds: 0.5, occupancyVariation: 0 })
  expect(capacityOf(stations)).toBe(2)
})

test('An instance that works on several operations at once is as many stations.', () => {
  expect(stationsOf(characteristics(20, 200), null)).toMatchObject({ perInstance: 4, occupancySeconds: 0.02 })
})

test('A capacity just below one operation at a time makes the occupancy hardly less variable.', () => {
  const exactly = stationsOf(characteristics(10, 100, 25), null)
  const nearly = stationsOf(characteristics(10, 99, 25), null)
  expect(exactly.occupancyVariation).toBeGreaterThan(0.3)
  expect(nearly.occupancyVariation).toBeCloseTo(exactly.occupancyVariation * 0.99 ** 2, 6)
})

test('A long pause after each operation leaves little of the variation of its service time.', () => {
  const stations = stationsOf(characteristics(50, 2, 120), null)
  expect(stations.occupancyVariation).toBeGreaterThan(0)
  expect(stations.occupancyVariation).toBeLessThan(0.01)
})
