// What is at stake in a window: never more than what is owed, less the more is kept, nothing where nothing came.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectedRemedy, type Flow, type Stake } from './stake.ts'

/** 10 below 95 %, 25 below 90 %, 100 below 75 %. */
const stake: Stake = {
  goal: 0,
  isPriced: true,
  owed: [
    { below: 0.95, micros: 10 },
    { below: 0.9, micros: 25 },
    { below: 0.75, micros: 100 },
  ],
  windowMs: 60_000,
  leftMs: 60_000,
  met: 0,
  missed: 0,
}

const NOTHING = { met: 0, missed: 0 }
const remedy = (counted: { readonly met: number; readonly missed: number }, ...flows: readonly Flow[]) =>
  expectedRemedy(stake, counted, flows)

const counts = fc.record({ met: fc.nat({ max: 100_000 }), missed: fc.nat({ max: 100_000 }) })
const shares = fc.double({ min: 0, max: 1, noNaN: true })
const flows = fc.record({ operations: fc.nat({ max: 100_000 }), missedShare: shares })

test('What is expected to be owed lies between nothing and the deepest step.', () => {
  fc.assert(
    fc.property(counts, fc.array(flows, { maxLength: 3 }), (counted, coming) => {
      const owed = remedy(counted, ...coming)
      expect(owed).toBeGreaterThanOrEqual(0)
      expect(owed).toBeLessThanOrEqual(100)
    }),
  )
})

test('The more of what comes is missed, the more is expected to be owed.', () => {
  const many = fc.integer({ min: 1_000, max: 100_000 })
  fc.assert(
    fc.property(counts, many, shares, shares, (counted, operations, a, b) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)]
      expect(remedy(counted, { operations, missedShare: less })).toBeLessThanOrEqual(
        remedy(counted, { operations, missedShare: more }) + 1e-6,
      )
    }),
  )
})

test('What was missed already counts as what is still to be missed does.', () => {
  const whole = remedy(NOTHING, { operations: 20_000, missedShare: 0.2 })
  const half = remedy({ met: 8_000, missed: 2_000 }, { operations: 10_000, missedShare: 0.2 })
  expect(whole).toBeCloseTo(25, 0)
  expect(half).toBeCloseTo(25, 0)
})

test('Several flows are worth what they are together.', () => {
  const apart = remedy(NOTHING, { operations: 500, missedShare: 0 }, { operations: 500, missedShare: 0.12 })
  expect(apart).toBeCloseTo(remedy(NOTHING, { operations: 1_000, missedShare: 0.06 }), 9)
})

test('A window in which nothing comes owes nothing.', () => {
  expect(remedy(NOTHING)).toBe(0)
  expect(remedy(NOTHING, { operations: 0, missedShare: 1 })).toBe(0)
})

test('A full window owes what its share says, and one on the edge owes half of the step.', () => {
  expect(remedy({ met: 99_000, missed: 1_000 })).toBeCloseTo(0, 9)
  expect(remedy({ met: 93_000, missed: 7_000 })).toBeCloseTo(10, 9)
  expect(remedy({ met: 50_000, missed: 50_000 })).toBeCloseTo(100, 9)
  expect(remedy({ met: 95_000, missed: 5_000 })).toBeCloseTo(5, 5)
})

test('What is still to come is less sure than what was counted, so that a near miss is feared.', () => {
  const counted = remedy({ met: 96_000, missed: 4_000 })
  const coming = remedy(NOTHING, { operations: 100_000, missedShare: 0.04 })
  expect(counted).toBeLessThan(0.01)
  expect(coming).toBeGreaterThan(2)
})

test('Rounding makes no less than nothing of what is met: where all is missed, all is owed.', () => {
  // Added up from the first on or from the last these differ in their last digit.
  const flows = [43.1, 8.7, 61.7].map((operations) => ({ operations, missedShare: 1 }))
  expect(remedy({ met: 0, missed: 8.8 }, ...flows)).toBeCloseTo(100)
})
