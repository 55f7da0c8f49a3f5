/** Goal: only misses that chance, the allowance and what was expected do not explain make the model distrusted. */
import { expect, test } from 'vitest'
import { epochMs } from '../units/index.ts'
import { nextPressure, type Missed } from './pressure.ts'
import { noScaleState, type ScaleState } from './scale.ts'

function ticks(count: number, missed: readonly Missed[] | null, from: ScaleState = noScaleState): ScaleState {
  let state = from
  for (let tick = 0; tick < count; tick++) {
    const next = nextPressure({ state, missed, settled: true, now: epochMs(tick * 2_000) })
    state = Object.assign({}, state, next)
  }
  return state
}

const level = (missed: number): Missed => ({ goal: 0, operations: 100, missed, allowed: 0.1 })

test('Misses that neither allowance nor expectation explains raise what is planned for, and it is let down again slowly.', () => {
  const raised = ticks(40, [level(30)])
  expect(raised.pressure).toBeGreaterThan(1.1)
  const later = ticks(80, [level(5)], raised)
  expect(later.pressure).toBeLessThan(raised.pressure)
  expect(later.pressure).toBeGreaterThan(1)
})

test('Misses that the ratio allows never sum up.', () => {
  expect(ticks(1_000, [level(10)]).pressure).toBe(1)
})

test('Misses that were expected when fewer instances were chosen do not count against the model.', () => {
  const state = { ...noScaleState, expectedMisses: [0.28] }
  expect(ticks(1_000, [level(28)], state).pressure).toBe(1)
})

test('Where more instances are not the answer nothing is learned from misses.', () => {
  expect(ticks(100, null).pressure).toBe(1)
})

test('Distrust has a bound.', () => {
  expect(ticks(10_000, [level(100)]).pressure).toBe(3)
})

test('Misses while work piled up do not count against the model.', () => {
  const overrun = { ...noScaleState, expectedMisses: [0.9] }
  expect(ticks(1_000, [level(100)], overrun).pressure).toBe(1)
})
