// What comes of a load while some wait already: nobody is lost, and who comes behind a long line is late too.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { serve, type Serving } from './backlog.ts'

/** Ten a second come, twenty are taken in; ten may wait and are in time. */
const serving: Serving = { rate: 10, most: 20, missedShare: 0.02, inTime: 10 }

const rates = fc.double({ min: 0, max: 1_000, noNaN: true })
const servings = fc.record({
  rate: rates,
  most: fc.double({ min: 0.1, max: 1_000, noNaN: true }),
  missedShare: fc.double({ min: 0, max: 1, noNaN: true }),
  inTime: rates,
})
const times = fc.integer({ min: 0, max: 600_000 })

test('Whoever waits or comes has ended at the end, or waits.', () => {
  fc.assert(
    fc.property(servings, rates, times, (given, waiting, ms) => {
      const { flow, waiting: left } = serve(given, waiting, ms)
      expect(flow.operations + left).toBeCloseTo(waiting + (given.rate * ms) / 1_000, 3)
      expect(left).toBeGreaterThanOrEqual(0)
      expect(flow.missedShare).toBeGreaterThanOrEqual(0)
      expect(flow.missedShare).toBeLessThanOrEqual(1 + 1e-9)
    }),
  )
})

test('The more take part in serving, the fewer are late and the fewer wait in the end.', () => {
  fc.assert(
    fc.property(servings, rates, times, rates, (given, waiting, ms, more) => {
      const [few, many] = [given, { ...given, most: given.most + more }].map((one) => serve(one, waiting, ms))
      expect(many?.waiting).toBeLessThanOrEqual((few?.waiting ?? 0) + 1e-6)
    }),
  )
})

test('Where nobody waits from before, as many are late as the instances make of the load.', () => {
  expect(serve(serving, 0, 60_000)).toEqual({ flow: { operations: 600, missedShare: 0.02 }, waiting: 0 })
})

test('Behind a long line everyone is late until it is short enough.', () => {
  // 110 wait, 100 of them too many: at ten more than come that takes ten seconds, in which 200 end.
  const { flow, waiting } = serve(serving, 110, 60_000)
  expect(waiting).toBe(0)
  expect(flow.operations).toBe(710)
  expect(flow.missedShare).toBeCloseTo((200 + 510 * 0.02) / 710)
})

test('A line that is not served before the end is all that ends late.', () => {
  expect(serve(serving, 1_010, 60_000)).toEqual({
    flow: { operations: 1_200, missedShare: 1 },
    waiting: 410,
  })
})

test('What comes beyond what is taken in waits, and is late once the line is too long.', () => {
  // Ten a second too many: after a second the line is as long as may be.
  const { flow, waiting } = serve({ ...serving, rate: 30 }, 0, 10_000)
  expect(waiting).toBe(100)
  expect(flow).toEqual({ operations: 200, missedShare: 0.9 })
})

test('Where nothing serves, all that comes is late.', () => {
  expect(serve({ rate: 10, most: 0, missedShare: 1, inTime: 0 }, 5, 10_000)).toEqual({
    flow: { operations: 100, missedShare: 1 },
    waiting: 105,
  })
})
