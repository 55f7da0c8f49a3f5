/** Goal: instances are grouped and scaled as a horizontal pod autoscaler does with pods. */
import { epochMs } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import type { Autoscaler } from '../autoscaler.ts'
import { hpa } from './hpa.ts'
import { serviceOf, seenOfWeb, WEB, type SeenOfWeb } from './testing/seen.ts'

const at50 = hpa(serviceOf(), { targetPercent: 50, behavior: 'none' })

function once<State>(autoscaler: Autoscaler<State>, web: SeenOfWeb): number | undefined {
  return autoscaler.decide(autoscaler.begin, seenOfWeb(web), epochMs(web.at * 1_000 + 27_500)).counts[WEB]
}

test('It looks every 15 s at figures that are 27.5 s old on average.', () => {
  expect([at50.every, at50.signalAge]).toEqual([15_000, 27_500])
})

test('Busy stations are the utilisation, of which it takes the ratio to its target.', () => {
  expect(once(at50, { at: 600, ready: 4, busyMean: 3 })).toBe(6)
})

test('Utilisation saturates, so that one look grows by 100 % / target at most.', () => {
  expect(once(at50, { at: 600, ready: 4, busyMean: 4 })).toBe(8)
})

test('Instances that were starting when the signal was taken damp the growth.', () => {
  expect(once(at50, { at: 600, ready: 4, starting: 4, busyMean: 4 })).toBe(8)
})

test('Instances that were ordered since the signal was taken have no sample and count as unused.', () => {
  expect(once(at50, { at: 600, ready: 4, count: 8, busyMean: 4 })).toBe(8)
  expect(once(at50, { at: 600, ready: 4, count: 5, busyMean: 4 })).toBe(8)
})

test('Without a complete signal nothing is scaled.', () => {
  expect(once(at50, { at: 600, ready: 4, busyMean: 4, complete: false })).toBe(4)
})

test('More than the most instances or fewer than the least are mended first.', () => {
  const narrow = hpa(serviceOf({ minInstances: 3, maxInstances: 5 }), { targetPercent: 50, behavior: 'none' })
  expect(once(narrow, { at: 600, ready: 6, busyMean: 3 })).toBe(5)
  expect(once(narrow, { at: 600, ready: 2, busyMean: 1 })).toBe(3)
})

test('Fewer are wanted only when five minutes have asked for no more.', () => {
  let { begin: state } = at50
  const counts: (number | undefined)[] = []
  let count = 8
  for (let at = 0; at <= 330; at += 15) {
    const busyMean = at === 0 ? 4 : 1
    const seen = seenOfWeb({ at, ready: count, busyMean })
    const decided = at50.decide(state, seen, epochMs(at * 1_000))
    state = decided.state
    count = decided.counts[WEB] ?? 0
    counts.push(count)
  }
  expect(counts.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 8))
  expect(counts.slice(20)).toEqual([2, 2, 2])
})
