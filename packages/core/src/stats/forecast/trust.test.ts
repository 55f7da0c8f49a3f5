/** Goal: trust follows who is right. Method: three predictors of fixed rates against counts of a changing one. */
import { expect, test } from 'vitest'
import { learnTrust } from './trust.ts'

const EVEN = [0.1, 0.1, 0.1]

/** Evaluations of ten seconds, in which exactly so many come. */
function learn(
  trust: readonly number[],
  said: readonly (number | null)[],
  times: number,
  rate: number,
): readonly number[] {
  let learned = trust
  for (let i = 0; i < times; i += 1)
    learned = learnTrust(learned, said, { arrivals: 10 * rate, seconds: 10, variance: 0.02, news: 1 })
  return learned
}

const shareOf = (trust: readonly number[], i: number): number =>
  (trust[i] ?? 0) / trust.reduce((sum, weight) => sum + weight, 0)

test('A predictor that is far off loses nearly all its weight within three evaluations.', () => {
  expect(shareOf(learn(EVEN, [10, 10, 40], 3, 10), 2)).toBeLessThan(0.02)
})

test('One that was wrong for a thousand evaluations leads again within five.', () => {
  const said = [10, 10, 40]
  const wrong = learn(EVEN, said, 1_000, 10)
  expect(shareOf(wrong, 2)).toBeLessThan(0.01)
  expect(shareOf(learn(wrong, said, 5, 40), 2)).toBeGreaterThan(0.9)
})

test('Those that are equally right keep equal weights.', () => {
  const trust = learn(EVEN, [10, 10, 40], 50, 10)
  expect(trust[0]).toBe(trust[1])
})

test('One that says nothing keeps its weight, and the others share theirs.', () => {
  const trust = learn(EVEN, [10, 40, null], 20, 10)
  expect(trust[2]).toBe(0.1)
  expect((trust[0] ?? 0) + (trust[1] ?? 0)).toBeCloseTo(0.2, 2)
})

test('One that speaks alone is judged beside nobody and keeps its weight.', () => {
  expect(learn(EVEN, [10, null, null], 5, 40)).toEqual(EVEN)
})

test('What earlier evaluations have judged in part counts for less.', () => {
  const actual = { arrivals: 100, seconds: 10, variance: 0.02 }
  const whole = learnTrust(EVEN, [10, 10, 12], { ...actual, news: 1 })
  const part = learnTrust(EVEN, [10, 10, 12], { ...actual, news: 0.2 })
  expect(shareOf(part, 2)).toBeGreaterThan(shareOf(whole, 2))
})
