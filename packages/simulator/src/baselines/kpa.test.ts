/** Goal: pods are scaled as Knative does. Method: its rules by hand, and a surge followed tick by tick. */
import { epochMs } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import { kpa, newKpaState, scaleKpa, type KpaInput, type KpaState } from './kpa.ts'
import { addReading, windowAverage, type Reading } from './kpa-window.ts'
import { serviceOf, seenOfWeb, WEB } from './testing/seen.ts'

const NOW = epochMs(600_000)
const calm = newKpaState(1, NOW)

const scaled = (over: Partial<KpaInput>, state: Omit<KpaState, 'readings'> = calm, now = NOW) =>
  scaleKpa(state, { target: 10, stableAverage: 0, panicAverage: 0, readyPods: 4, ...over }, now)

test('The stable average divided by the target is wanted, rounded up.', () => {
  expect(scaled({ stableAverage: 41, panicAverage: 41 }).desired).toBe(5)
  expect(scaled({ stableAverage: 40, panicAverage: 40 }).desired).toBe(4)
})

test('Pods are halved at most in one step, and a thousandfold at most.', () => {
  expect(scaled({ readyPods: 9 }).desired).toBe(4)
  expect(scaled({ readyPods: 1 }).desired).toBe(0)
  expect(scaled({ stableAverage: 1e6, panicAverage: 1e6, readyPods: 2 }).desired).toBe(2_000)
})

test('Panic begins where the panic average wants twice the ready pods.', () => {
  expect(scaled({ stableAverage: 40, panicAverage: 70 })).toEqual({
    desired: 4,
    state: { panicAt: null, maxPanicPods: 0 },
  })
  expect(scaled({ stableAverage: 40, panicAverage: 71 })).toEqual({
    desired: 8,
    state: { panicAt: NOW, maxPanicPods: 8 },
  })
})

test('In panic it never goes down, and panic ends a stable window after it was last extended.', () => {
  const panic = { panicAt: NOW, maxPanicPods: 8 }
  const later = (ms: number) => scaled({ stableAverage: 30, panicAverage: 30 }, panic, epochMs(NOW + ms))
  expect(later(2_000).desired).toBe(8)
  expect(later(60_000).desired).toBe(8)
  expect(later(60_001)).toEqual({ desired: 3, state: { panicAt: null, maxPanicPods: 0 } })
})

test('What is over the threshold extends the panic and may want more.', () => {
  const after = scaled(
    { stableAverage: 50, panicAverage: 120 },
    { panicAt: NOW, maxPanicPods: 8 },
    epochMs(NOW + 50_000),
  )
  expect(after).toEqual({ desired: 12, state: { panicAt: NOW + 50_000, maxPanicPods: 12 } })
})

test('With more than one pod it begins in panic, so that none goes in the first minute.', () => {
  expect(newKpaState(5, NOW)).toEqual({ readings: [], panicAt: NOW, maxPanicPods: 5 })
  expect(newKpaState(1, NOW)).toEqual({ readings: [], panicAt: null, maxPanicPods: 0 })
})

test('A target is never below 0.01.', () => {
  expect(scaled({ target: 0, stableAverage: 0.05, panicAverage: 0.05 }).desired).toBe(5)
})

const readings = (values: readonly number[]): readonly Reading[] =>
  values.reduce<readonly Reading[]>(
    (all, value, i) => addReading(all, { at: epochMs((i + 1) * 1_000), value }, 60_000),
    [],
  )

test('A window averages its seconds, and at first those that there are.', () => {
  expect(windowAverage(readings([2, 4, 9]), 60_000, epochMs(3_000))).toBe(5)
  expect(windowAverage(readings([100, 1, 1, 1, 1, 1, 1]), 6_000, epochMs(7_000))).toBe(1)
})

test('Of an old last reading the seconds within the window count, and none after a whole window.', () => {
  const past = readings([6, 6, 6, 1, 1])
  // At second 9 a window of six seconds holds seconds 4 and 5.
  expect(windowAverage(past, 6_000, epochMs(9_000))).toBe(1)
  expect(windowAverage(past, 6_000, epochMs(11_000))).toBe(0)
  expect(windowAverage([], 6_000, epochMs(0))).toBe(0)
})

test('A reading of two seconds counts twice as much as one of a single second.', () => {
  const past = [
    { at: epochMs(1_000), value: 0 },
    { at: epochMs(3_000), value: 9 },
  ]
  expect(windowAverage(past, 60_000, epochMs(3_000))).toBe(6)
})

test('A surge is met within seconds, and what came for it stays for a minute after it.', () => {
  const half = kpa(serviceOf(), { concurrency: 0.5 })
  let { begin: state } = half
  let count = 1
  const counts = new Map<number, number>()
  for (let at = 2; at <= 200; at += 2) {
    const inPartMean = at > 100 && at <= 120 ? 5 : 0.5
    const decided = half.decide(
      state,
      seenOfWeb({ at, spanSeconds: 2, ready: count, inPartMean }),
      epochMs(at * 1_000),
    )
    state = decided.state
    count = decided.counts[WEB] ?? 0
    counts.set(at, count)
  }
  expect(counts.get(100)).toBe(1)
  // (2 × 0.5 + … + 5) within 6 s: the mean 2 wants 4 pods.
  expect(counts.get(102)).toBe(4)
  expect(counts.get(106)).toBe(10)
  expect(counts.get(160)).toBe(10)
  expect(counts.get(200)).toBeLessThan(5)
})
