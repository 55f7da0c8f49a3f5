/** Goal: times that only vary are left alone, times that changed are planned with. Method: seeded random times. */
import { expect, test } from 'vitest'
import { lognormal, seededRandom } from '../stats/index.ts'
import { followTime, type FollowedTime } from './service-time.ts'

/** Spans of forty operations with log-normal times as variable as exponential ones. */
function run(
  before: FollowedTime | undefined,
  { spans, meanMs, seed }: { spans: number; meanMs: number; seed: number },
): readonly (FollowedTime | undefined)[] {
  const random = seededRandom(seed)
  const states: (FollowedTime | undefined)[] = []
  let state = before
  for (let span = 0; span < spans; span++) {
    const count = 40
    let sum = 0
    for (let i = 0; i < count; i++) sum += lognormal(random, meanMs, 0.83)
    state = followTime(state, { count, meanMs: sum / count, squaredVariation: 1 })
    states.push(state)
  }
  return states
}

test('A span without operations says nothing.', () => {
  expect(followTime(undefined, { count: 0, meanMs: 0, squaredVariation: 0 })).toBeUndefined()
  const known = run(undefined, { spans: 10, meanMs: 20, seed: 1 }).at(-1)
  expect(followTime(known, { count: 0, meanMs: 0, squaredVariation: 0 })).toBe(known)
})

test('Nothing is planned with before two hundred operations were seen.', () => {
  const states = run(undefined, { spans: 5, meanMs: 20, seed: 1 })
  expect(states.map((state) => state?.plannedMs === null)).toEqual([true, true, true, true, false])
})

test('Times that only vary seldom move what is planned with.', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const settled = run(undefined, { spans: 200, meanMs: 20, seed }).at(-1)
    const planned = run(settled, { spans: 1_000, meanMs: 20, seed: seed + 10 }).map(
      (state) => state?.plannedMs,
    )
    expect(new Set(planned).size).toBeLessThanOrEqual(2)
    for (const ms of planned) expect(Math.abs((ms ?? 0) - 20)).toBeLessThan(2)
  }
})

test('Times that grow by half are planned with within four hundred operations.', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const settled = run(undefined, { spans: 200, meanMs: 20, seed }).at(-1)
    const after = run(settled, { spans: 10, meanMs: 30, seed: seed + 10 }).at(-1)
    expect(after?.plannedMs).toBeGreaterThan(24)
  }
})
