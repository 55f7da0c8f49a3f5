/**
 * Goal: no schedule that covers the needs costs less. Method: all schedules of small cases are tried; an
 * instance costs from its order until it is stopped, and serves from a start time after the order on.
 */
import { array, assert, nat, property } from 'fast-check'
import { epochMs } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import { clairvoyant, heldFor } from './clairvoyant.ts'
import { seenOfWeb, WEB } from './testing/seen.ts'

/** How many of `held` serve at `second`: those that have been there for all of the lead. */
const servingAt = (held: Uint32Array, lead: number, second: number): number =>
  Math.min(...held.subarray(Math.max(0, second - lead), second + 1))

const covers = (held: Uint32Array, needs: Uint32Array, lead: number): boolean =>
  needs.every((need, second) => servingAt(held, lead, second) >= need)

const cost = (held: Uint32Array): number => held.reduce((sum, count) => sum + count, 0)

/** The least cost of all schedules, by trying each. */
function leastCost(needs: Uint32Array, lead: number): number {
  const most = Math.max(...needs)
  let best = Infinity
  for (let code = 0; code < (most + 1) ** needs.length; code += 1) {
    let rest = code
    const held = needs.map(() => {
      const count = rest % (most + 1)
      rest = Math.floor(rest / (most + 1))
      return count
    })
    if (cost(held) < best && covers(held, needs, lead)) best = cost(held)
  }
  return best
}

test('What it holds covers all needs for the least that any schedule does.', () => {
  assert(
    property(array(nat({ max: 2 }), { minLength: 1, maxLength: 7 }), nat({ max: 4 }), (values, lead) => {
      const needs = Uint32Array.from(values)
      const held = heldFor(needs, lead)
      expect(covers(held, needs, lead)).toBe(true)
      expect(cost(held)).toBe(leastCost(needs, lead))
    }),
    { numRuns: 150 },
  )
})

test('Gaps that are shorter than a start are bridged, longer ones are not.', () => {
  const needs = Uint32Array.from([0, 0, 0, 3, 0, 0, 3, 0, 0, 0, 0, 3])
  expect([...heldFor(needs, 2)]).toEqual([0, 3, 3, 3, 3, 3, 3, 0, 0, 3, 3, 3])
})

test('It asks at each second for what is held then, and after the end for what was last.', () => {
  const beganAt = epochMs(1_000_000)
  const knowing = clairvoyant({ needs: { [WEB]: Uint32Array.from([1, 2, 5, 1]) }, leadSeconds: 1, beganAt })
  const seen = seenOfWeb({ at: 0, ready: 1 })
  const at = (second: number) => knowing.decide(null, seen, epochMs(beganAt + second * 1_000)).counts[WEB]
  expect([0, 1, 2, 3, 9].map(at)).toEqual([2, 5, 5, 1, 1])
})
