/** Goal: the scale decision is a pure function, up at once, down with patience, and learns where the model is too hopeful. */
import { expect, test } from 'vitest'
import { branded, durationMs, epochMs, perSecond, ratio, seconds, type PartName } from '../units/index.ts'
import { noScaleState, scale, type ScaleDecision, type ScaleInput } from './scale.ts'
import type { SizedPart, SizingProblem } from './sizing.ts'
import { stationsOf } from './stations.ts'

const part = branded<PartName>('data')

const data: SizedPart = {
  part,
  visits: 1,
  callers: [],
  stations: stationsOf(
    { serviceTime: { mean: durationMs(50) }, capacity: perSecond(2), startTime: seconds(3) },
    null,
  ),
  price: 1,
  atLeast: 1,
  atMost: 40,
}

const problemAt = (rate: number): SizingProblem => ({
  parts: [data],
  rate,
  goals: [{ limitMs: 100, ratio: ratio(0.9) }],
  overheadMs: 0,
  atMost: 20,
})

const TICK_MS = 5_000

/** Ticks from the state that a decision left, all instances ready; the last decision. */
function ticks(
  count: number,
  from: ScaleDecision | null,
  over: Partial<ScaleInput> & { rate: number },
): ScaleDecision {
  const { rate, ...rest } = over
  let state = from?.state ?? noScaleState
  let current = from?.counts ?? { [part]: 10 }
  let now = state.needs.at(-1)?.at ?? epochMs(0)
  let decision: ScaleDecision | null = null
  for (let tick = 0; tick < count; tick++) {
    now = epochMs(now + TICK_MS)
    const problem = problemAt(rate)
    decision = scale({
      problem,
      current,
      state,
      now,
      complete: true,
      missedBeyond: 0,
      settled: true,
      ...rest,
    })
    state = decision.state
    current = decision.counts
  }
  if (decision === null) throw new Error('At least one tick is needed.')
  return decision
}

test('A load that the instances at hand cannot serve gets all that it needs in one step.', () => {
  const decision = ticks(1, null, { rate: 19 })
  const rested = ticks(100, decision, { rate: 19 })
  expect(decision.counts[part]).toBeGreaterThan(10)
  expect(rested.counts).toEqual(decision.counts)
  expect(rested.code).toBe('steady')
})

test('What is to spare goes only after half a minute in which it was to spare.', () => {
  const calm = ticks(1, null, { rate: 2 })
  expect(calm.code).toBe('held-to-settle')
  expect(ticks(5, calm, { rate: 2 }).counts).toEqual({ [part]: 10 })
  expect(ticks(8, calm, { rate: 2 }).counts[part]).toBeLessThan(10)
})

test('Nothing is taken away while a measurement is missing or an instance is not ready.', () => {
  expect(ticks(40, null, { rate: 2, complete: false }).code).toBe('held-for-missing-data')
  expect(ticks(40, null, { rate: 2, settled: false }).code).toBe('held-to-settle')
})

test('Misses that chance does not explain raise what is planned for, and it is let down again slowly.', () => {
  const before = ticks(20, null, { rate: 5 })
  const missed = ticks(12, before, { rate: 5, missedBeyond: 5 })
  expect(missed.state.pressure).toBeGreaterThan(1.1)
  expect(missed.plannedRate).toBeGreaterThan(5.5)
  const later = ticks(200, missed, { rate: 5, missedBeyond: -5 })
  expect(later.state.pressure).toBe(1)
  expect(ticks(12, before, { rate: 5, missedBeyond: null }).state.pressure).toBe(1)
})

test('Misses that the ratio allows never sum up.', () => {
  expect(ticks(500, null, { rate: 5, missedBeyond: -0.1 }).state.excess).toBe(0)
})

test('What was worked out before changes no decision, only the work.', () => {
  const decision = ticks(30, null, { rate: 5 })
  const forgetful = Object.assign({}, decision.state, { worked: null })
  const input = {
    problem: problemAt(5),
    current: decision.counts,
    now: epochMs(1_000_000),
    complete: true,
    missedBeyond: 0,
    settled: true,
  }
  expect(scale({ ...input, state: forgetful })).toEqual(scale({ ...input, state: decision.state }))
})
