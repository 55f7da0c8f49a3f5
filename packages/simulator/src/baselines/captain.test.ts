/** Goal: the limit is moved as Captain does, in whole instances that have to start. */
import { epochMs } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import { captain, newCaptain, steerCaptain, type CaptainState } from './captain.ts'
import { serviceOf, seenOfWeb, WEB, type SeenOfWeb } from './testing/seen.ts'

const steady: CaptainState & { readonly limit: number } = {
  ...newCaptain,
  limit: 10,
  usage: [4, 4, 4, 4, 4],
}

test('Throttled more than three times as often as its target, the limit grows by the excess.', () => {
  const after = steerCaptain(steady, { target: 0.1, throttledShare: 0.5, usage: 10 })
  expect(after.limit).toBeCloseTo(12)
  expect(after.margin).toBeCloseTo(3.4)
})

test('Else it falls to the highest usage and its spread times the margin, when that is a tenth below.', () => {
  const after = steerCaptain(
    { ...steady, margin: 2, usage: [9, 4, 5, 6, 7] },
    { target: 0.1, throttledShare: 0.1, usage: 8 },
  )
  // 4…8: highest 8, sample deviation √2.5, margin still 2: 11.2 is no less than 9.
  expect(after).toMatchObject({ limit: 10, wentDown: false, usage: [4, 5, 6, 7, 8] })
  const calm = steerCaptain({ ...steady, limit: 20 }, { target: 0, throttledShare: 0, usage: 5 })
  // Highest 5, deviation √0.2, margin 3.
  expect(calm.limit).toBeCloseTo(Math.max(10, 5 + 3 * Math.sqrt(0.2)))
  expect(calm.wentDown).toBe(true)
})

test('It never halves more than once in a step.', () => {
  expect(steerCaptain({ ...steady, limit: 100 }, { target: 0.1, throttledShare: 0, usage: 4 }).limit).toBe(50)
})

test('The margin shrinks while it is throttled less than its target says, but not below nothing.', () => {
  const after = steerCaptain(
    { ...steady, limit: 4, margin: 0.05 },
    { target: 0.1, throttledShare: 0, usage: 4 },
  )
  expect(after.margin).toBe(0)
})

test('A step down that throttles is taken back twice.', () => {
  const after = steerCaptain(
    { ...steady, limit: 6, lastLimit: 10, wentDown: true },
    { target: 0.1, throttledShare: 0.4, usage: 6 },
  )
  expect(after).toMatchObject({ limit: 14, wentDown: false })
})

const at10 = captain(serviceOf(), { throttled: 0.1 })

const once = (state: typeof at10.begin, web: SeenOfWeb) =>
  at10.decide(state, seenOfWeb({ spanSeconds: 1, ...web }), epochMs(web.at * 1_000))

test('As many whole instances are wanted as hold the limit.', () => {
  expect(once(null, { at: 10, ready: 10, busyMean: 10, saturatedShare: 0.45 }).counts[WEB]).toBe(12)
})

test('Until all instances that are wanted are ready nothing is decided.', () => {
  const first = once(null, { at: 10, ready: 10, busyMean: 10, saturatedShare: 1 })
  const waiting = once(first.state, { at: 11, ready: 10, starting: 7, busyMean: 10, saturatedShare: 1 })
  expect(first.counts[WEB]).toBe(17)
  expect(waiting).toEqual({ state: first.state, counts: { [WEB]: 17 } })
})

test('A limit that no instances can hold does not run away from them.', () => {
  const few = captain(serviceOf({ maxInstances: 12 }), { throttled: 0 })
  const seen = seenOfWeb({ at: 10, spanSeconds: 1, ready: 12, busyMean: 12, saturatedShare: 1 })
  const { state } = few.decide(few.begin, seen, epochMs(10_000))
  expect(state?.[WEB]?.limit).toBe(12)
})
