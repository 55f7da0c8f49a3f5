/** Goal: proposals are those of Kubernetes' replica calculator. Method: each of its rules by hand. */
import { expect, test } from 'vitest'
import { proposeByAverageValue, proposeByUtilization, type PodGroups } from './hpa-proposal.ts'

const pods = (ready: readonly number[], over: Partial<PodGroups> = {}): PodGroups => ({
  ready,
  unready: 0,
  missing: 0,
  ...over,
})

const all = (count: number, usage: number): readonly number[] => Array.from({ length: count }, () => usage)

test.for<readonly [usage: number, proposed: number]>([
  // 4 pods, target 50 %: within 45–55 % nothing changes, beyond it ceil(ratio × pods).
  [50, 4],
  [55, 4],
  [45, 4],
  [56, 5],
  [44, 4],
  [75, 6],
  [25, 2],
  [100, 8],
])('Four pods that use %s %% each of their request become %s at a target of 50 %%.', ([usage, proposed]) => {
  expect(proposeByUtilization(4, pods(all(4, usage)), 50)).toBe(proposed)
})

test('Utilisation counts in whole percents, cut off.', () => {
  // 55.99 % is 55 %, which is within the tolerance of 50 %.
  expect(proposeByUtilization(4, pods(all(4, 55.99)), 50)).toBe(4)
})

test('Without a sample of any ready pod there is no proposal.', () => {
  expect(proposeByUtilization(4, pods([], { unready: 4 }), 50)).toBeNull()
})

test('Pods that are not ready count as unused when more are wanted, which damps the growth.', () => {
  // 4 at 100 % of target 50 ask for 8; with 2 unready ones (400 / 6 = 66 %) for ceil(1.32 × 6) = 8.
  expect(proposeByUtilization(6, pods(all(4, 100), { unready: 2 }), 50)).toBe(8)
  // With 4 unready ones the mean is 50 %: no change of the 8 that are wanted already.
  expect(proposeByUtilization(8, pods(all(4, 100), { unready: 4 }), 50)).toBe(8)
  // With 12 the ratio would turn round: no change.
  expect(proposeByUtilization(16, pods(all(4, 100), { unready: 12 }), 50)).toBe(16)
})

test('Pods that are not ready do not count when fewer are wanted.', () => {
  expect(proposeByUtilization(6, pods(all(4, 20), { unready: 2 }), 50)).toBe(2)
})

test('Pods without a sample count as fully used when fewer are wanted.', () => {
  // (4 × 20 + 1 × 100) / 5 = 36 %: ceil(0.72 × 5) = 4.
  expect(proposeByUtilization(5, pods(all(4, 20), { missing: 1 }), 50)).toBe(4)
  // (2 × 20 + 2 × 100) / 4 = 60 % would be a growth: no change.
  expect(proposeByUtilization(4, pods(all(2, 20), { missing: 2 }), 50)).toBe(4)
})

test('A target above 100 % counts for pods without a sample when fewer are wanted.', () => {
  // (3 × 60 + 1 × 150) / 4 = 82 %: ceil(82 / 150 × 4) = 3.
  expect(proposeByUtilization(4, pods(all(3, 60), { missing: 1 }), 150)).toBe(3)
})

test('Pods without a sample count as unused when more are wanted.', () => {
  // (4 × 100 + 0) / 5 = 80 %: ceil(1.6 × 5) = 8.
  expect(proposeByUtilization(5, pods(all(4, 100), { missing: 1 }), 50)).toBe(8)
})

test('Counting further pods never turns a growth into fewer than there are.', () => {
  // 2 of 10 pods have a sample and are at 90 %; with one missing 60 %: ceil(1.2 × 3) = 4 is below 10.
  expect(proposeByUtilization(10, pods(all(2, 90), { missing: 1 }), 50)).toBe(10)
})

test.for<readonly [replicas: number, total: number, proposed: number]>([
  [4, 200, 4],
  [4, 220, 4],
  [4, 221, 5],
  [4, 180, 4],
  [4, 179, 4],
  [4, 150, 3],
  [0, 150, 3],
  [4, 0, 0],
])('%s replicas at a total of %s become %s with an average value of 50.', ([replicas, total, proposed]) => {
  expect(proposeByAverageValue(replicas, total, 50)).toBe(proposed)
})
