/** Goal: the scale decision is a pure function of least expected money: up at once, down with patience, settled when the load is. */
import { expect, test } from 'vitest'
import { durationMs, epochMs } from '../units/index.ts'
import { ladderOf } from './ladder.ts'
import type { Outlooks } from './outlook.ts'
import { noScaleState, scale, type ScaleDecision, type ScaleInput } from './scale.ts'
import type { Stake } from './stake.ts'
import { part, problemOf, service } from './testing/one-part.ts'

const problem = problemOf({
  serviceMs: 50,
  startSeconds: 3,
  instancesAtMost: 40,
  goal: { limitMs: 100, ratio: 0.9 },
  atMost: 20,
})

const LEAD = durationMs(8_000)

/** The load is known to be that, or twice as much with the given chance. */
function expecting(rate: number, twice = 0): Outlooks {
  const at = (aheadMs: number) => ({
    aheadMs,
    rate,
    scenarios: [
      { rate, chance: 1 - twice },
      { rate: 2 * rate, chance: twice },
    ],
  })
  return {
    now: { ...at(0), scenarios: [{ rate, chance: 1 }] },
    ahead: at(LEAD),
    usual: at(0),
    unbounded: rate,
  }
}

const HOUR_MS = 3_600_000

/** An hour's window of which half is over; below 90 % so much is owed. */
const owing = (micros: number, over: Partial<Stake> = {}): Stake => ({
  goal: 0,
  isPriced: true,
  owed: [{ below: 0.9, micros }],
  windowMs: HOUR_MS,
  leftMs: HOUR_MS / 2,
  met: 9_000,
  missed: 500,
  ...over,
})

const MUCH = 100_000_000

interface Given extends Partial<Omit<ScaleInput, 'outlooks'>> {
  readonly outlooks: Outlooks
}

const TICK_MS = 5_000

/** Ticks from what a decision left, all instances ready; the last decision. */
function ticks(count: number, from: ScaleDecision | null, given: Given): ScaleDecision {
  let state = from?.state ?? noScaleState
  let current = from?.counts ?? { [part]: 10 }
  let now = epochMs((state.needs.at(-1)?.at ?? 0) + 10_000)
  let decision: ScaleDecision | null = null
  for (let tick = 0; tick < count; tick++) {
    now = epochMs(now + TICK_MS)
    decision = scale({
      ladder: ladderOf(service, problem),
      stakes: [owing(MUCH)],
      costAtMost: null,
      current,
      waiting: 0,
      state,
      now,
      lead: LEAD,
      complete: true,
      settled: true,
      ...given,
    })
    state = decision.state
    current = decision.counts
  }
  if (decision === null) throw new Error('At least one tick is needed.')
  return decision
}

const countOf = (decision: ScaleDecision): number => decision.counts[part] ?? 0

const settledAt = (rate: number): ScaleDecision => ticks(60, null, { outlooks: expecting(rate) })

test('A load that the instances at hand cannot serve gets all that it needs in one step.', () => {
  const before = settledAt(4)
  const after = ticks(1, before, { outlooks: expecting(12) })
  expect(after.code).toBe('up')
  expect(countOf(after)).toBeGreaterThan(6)
  expect(countOf(ticks(1, after, { outlooks: expecting(12) }))).toBe(countOf(after))
})

test('What is to spare goes only after a while in which it was to spare.', () => {
  const before = settledAt(12)
  expect(countOf(ticks(10, before, { outlooks: expecting(4) }))).toBe(countOf(before))
  expect(countOf(ticks(40, before, { outlooks: expecting(4) }))).toBe(countOf(settledAt(4)))
})

test('Nothing is taken away while a measurement is missing or an instance is not ready.', () => {
  const before = settledAt(12)
  const less = expecting(4)
  expect(ticks(40, before, { outlooks: less, complete: false }).code).toBe('held-for-missing-data')
  expect(ticks(40, before, { outlooks: less, settled: false }).code).toBe('held-to-settle')
})

test('The more a broken promise costs, the rarer a load is provided for.', () => {
  const rare = expecting(4, 0.02)
  const counts = [100, 10_000_000_000].map((micros) =>
    countOf(
      ticks(60, null, {
        outlooks: rare,
        stakes: [owing(micros, { met: 0, missed: 0, leftMs: 60_000, windowMs: 60_000 })],
      }),
    ),
  )
  expect(counts[0]).toBeLessThan(countOf(settledAt(4)))
  expect(counts[1]).toBeGreaterThan(countOf(settledAt(4)))
})

test('A window that has misses to spare takes fewer instances than one that has none left.', () => {
  const outlooks = expecting(10)
  const spare = ticks(60, null, { outlooks, stakes: [owing(MUCH, { met: 20_000, missed: 100 })] })
  const tight = ticks(60, null, { outlooks, stakes: [owing(MUCH, { met: 18_000, missed: 2_100 })] })
  expect(countOf(spare)).toBeLessThan(countOf(tight))
})

test('What may be spent is not passed.', () => {
  const decision = ticks(60, null, { outlooks: expecting(12), costAtMost: 700_000 })
  expect(countOf(decision)).toBeLessThanOrEqual(7)
})

test('A load that wavers a little changes nothing.', () => {
  let decision = settledAt(8)
  const count = countOf(decision)
  for (const rate of [8.1, 7.9, 8.2, 7.8, 8.05, 7.95, 8.15]) {
    decision = ticks(12, decision, { outlooks: expecting(rate) })
    expect(countOf(decision)).toBe(count)
  }
})
