/** Goal: proposals are approached as fast as Kubernetes does. Method: sequences of syncs with known outcomes. */
import { epochMs } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import {
  limitWithDefaultBehavior,
  limitWithoutBehavior,
  newLimitState,
  type LimitRule,
  type LimitState,
} from './hpa-limits.ts'

/** Lets the rule follow proposals, one every 15 s, and gives what it made of each. */
function follow(
  rule: LimitRule,
  begin: number,
  proposals: readonly number[],
  most = 1_000,
): readonly number[] {
  let state: LimitState = newLimitState(begin, epochMs(0))
  let current = begin
  return proposals.map((proposed, i) => {
    const limited = rule(state, { current, proposed, least: 1, most }, epochMs(i * 15_000))
    state = limited.state
    current = limited.desired
    return current
  })
}

const many = (times: number, value: number): readonly number[] => Array.from({ length: times }, () => value)

test.for<readonly [name: string, rule: LimitRule]>([
  ['Without behavior', limitWithoutBehavior],
  ['With the default behavior', limitWithDefaultBehavior],
])('%s replicas go at once when the last recommendation for them is 300 s old.', ([, rule]) => {
  const counts = follow(rule, 10, many(26, 2))
  // What ran at second 0 counts as recommended then: at 285 s it still counts, at 300 s it does not.
  expect(counts.slice(0, 20)).toEqual(many(20, 10))
  expect(counts.slice(20)).toEqual(many(6, 2))
})

test.for<readonly [name: string, rule: LimitRule]>([
  ['Without behavior', limitWithoutBehavior],
  ['With the default behavior', limitWithDefaultBehavior],
])('%s a recommendation in between that asks for more keeps what it asked for.', ([, rule]) => {
  const counts = follow(rule, 10, [10, 2, 2, 6, ...many(25, 2)])
  expect(counts[20]).toBe(6)
  expect(counts[22]).toBe(6)
  expect(counts[23]).toBe(2)
})

test('Without behavior one step goes to twice the replicas at most, or to four.', () => {
  expect(follow(limitWithoutBehavior, 1, many(4, 100))).toEqual([4, 8, 16, 32])
  expect(follow(limitWithoutBehavior, 3, many(2, 100))).toEqual([6, 12])
})

test('With the default behavior one step adds four replicas or as many as there are, whichever is more.', () => {
  expect(follow(limitWithDefaultBehavior, 1, many(4, 100))).toEqual([5, 10, 20, 40])
  expect(follow(limitWithDefaultBehavior, 3, many(2, 100))).toEqual([7, 14])
})

test('With the default behavior what was added within the last 15 s counts against the limit.', () => {
  const first = limitWithDefaultBehavior(
    newLimitState(4, epochMs(0)),
    { current: 4, proposed: 100, least: 1, most: 1_000 },
    epochMs(0),
  )
  expect(first.desired).toBe(8)
  const input = { current: 8, proposed: 100, least: 1, most: 1_000 }
  expect(limitWithDefaultBehavior(first.state, input, epochMs(14_000)).desired).toBe(8)
  expect(limitWithDefaultBehavior(first.state, input, epochMs(15_000)).desired).toBe(16)
})

test.for<readonly [name: string, rule: LimitRule]>([
  ['Without behavior', limitWithoutBehavior],
  ['With the default behavior', limitWithDefaultBehavior],
])('%s the least and the most replicas hold.', ([, rule]) => {
  expect(follow(rule, 8, many(3, 100), 12)).toEqual([12, 12, 12])
  expect(follow(rule, 8, many(21, 0)).at(-1)).toBe(1)
})
