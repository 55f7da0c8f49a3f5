/** Goal: of everyone who has a target the cheapest run counts, and means are what they are called. */
import { expect, test } from 'vitest'
import { compareOn, geometricMean, mean, nameOf, scalingsPerHour, secondsOutPerHour } from './compare.ts'
import { PEERS, type Contender } from './contenders.ts'
import type { Outcome } from './outcome.ts'
import type { Done } from './pool.ts'

const outcome = (money: number): Outcome => ({
  money,
  instances: money,
  remedies: 0,
  secondsOut: 30,
  secondsWithOperations: 1_800,
  scalings: 6,
  hours: 0.5,
  operations: 100,
})

const done = (trace: number, contender: Contender, money: number): Done => ({
  job: { trace, contender },
  outcome: outcome(money),
  tookMs: 1,
})

const everyone = (trace: number): readonly Done[] => [
  done(trace, { kind: 'holdfast' }, 3),
  ...PEERS.flatMap((kind, i) => [
    done(trace, { kind, target: 0.5 }, 9 - i),
    done(trace, { kind, target: 0.7 }, 8 - i),
    done(trace, { kind, target: 0.9 }, 10 - i),
  ]),
  done(trace, { kind: 'clairvoyant' }, 2),
]

test('Each peer stands with its cheapest run on that load alone.', () => {
  const other = PEERS.map((kind) => done(1, { kind, target: 0.1 }, 0.1))
  const on = compareOn(0, [...everyone(0), ...other])
  expect(on.ours.money).toBe(3)
  expect(on.bound.outcome.money).toBe(2)
  expect(PEERS.map((kind) => on.peers[kind].outcome.money)).toEqual(PEERS.map((_, i) => 8 - i))
  expect(nameOf(on.best)).toBe('static peak (70 % of the peak)')
  expect(nameOf(on.hpa)).toBe('HPA with behavior (70 %)')
})

test('Who did not run on a load cannot be compared on it.', () => {
  expect(() => compareOn(1, everyone(0))).toThrow('Everyone who takes part runs on every load.')
})

test('Scalings are of an hour, and seconds out of level of an hour of seconds with operations.', () => {
  expect(scalingsPerHour(outcome(1))).toBe(12)
  expect(secondsOutPerHour(outcome(1))).toBe(60)
})

test('The geometric mean takes half and double as even, the mean does not.', () => {
  expect(geometricMean([0.5, 2])).toBeCloseTo(1)
  expect(mean([0.5, 2])).toBe(1.25)
})
