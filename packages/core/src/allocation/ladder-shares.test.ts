/**
 * Goal: what is remembered of a problem changes no answer, and what lies between points of the grid is near what
 * the model itself says.
 */
import { array, assert, double, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import type { Service } from '../agreement/index.ts'
import {
  branded,
  durationMs,
  perSecond,
  ratio,
  seconds,
  type PartName,
  type ServiceName,
} from '../units/index.ts'
import { capacityRate, ladderOf, rungAt, sharesAt, type Ladder, type LadderProblem } from './ladder.ts'
import { predictCounts } from './sizing.ts'
import { stationsOf } from './stations.ts'

const NAMES = ['web', 'logic', 'data'].map((name) => branded<PartName>(name))

const service: Service = {
  name: branded<ServiceName>('shop'),
  entry: null,
  parts: [],
  mode: 'act',
  hints: [],
  batch: null,
}

const problem: LadderProblem = {
  parts: NAMES.map((part, i) => ({
    part,
    visits: 1,
    callers: NAMES.slice(0, i)
      .slice(-1)
      .map((caller) => ({ part: caller, times: 1 })),
    stations: stationsOf(
      {
        serviceTime: {
          mean: durationMs(10 + 15 * i),
          percentile: { ratio: ratio(0.95), value: durationMs(20 + 30 * i) },
        },
        capacity: perSecond(20),
        startTime: seconds(1),
      },
      null,
    ),
    price: 1 + i,
    atLeast: 1,
    atMost: 50,
  })),
  goals: [
    { limitMs: 150, ratio: 0.9 },
    { limitMs: 300, ratio: 0.99 },
  ],
  overheadMs: 2,
  atMost: null,
}

/** One that knows nothing yet. */
const fresh = (): Ladder => ladderOf({ ...service }, problem)

const COUNTS = Object.fromEntries(problem.parts.map(({ part }) => [part, 4]))

test('Shares between points of the grid are those of the model to 0.3 points, from idle to full.', () => {
  const ladder = fresh()
  const most = capacityRate(ladder, COUNTS)
  for (let utilisation = 0.01; utilisation < 0.999; utilisation += 0.0107) {
    const rate = utilisation * most
    const exact = predictCounts({ ...problem, rate }, COUNTS)
    for (const [goal, share] of sharesAt(ladder, COUNTS, rate).entries())
      expect(Math.abs(share - (exact[goal] ?? 0))).toBeLessThan(0.003)
  }
})

test('Nothing is kept at or above what the counts take in.', () => {
  const ladder = fresh()
  expect(sharesAt(ladder, COUNTS, capacityRate(ladder, COUNTS))).toEqual([0, 0])
  expect(sharesAt(ladder, {}, 0)).toEqual([0, 0])
})

test('What was asked before changes neither rungs nor shares.', () => {
  assert(
    property(
      array(integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 6 }),
      array(double({ min: 0.1, max: 60, noNaN: true }), { minLength: 1, maxLength: 6 }),
      (indices, rates) => {
        const used = fresh()
        for (const index of indices) {
          expect(rungAt(used, index)).toEqual(rungAt(fresh(), index))
          for (const rate of rates)
            expect(sharesAt(used, COUNTS, rate)).toEqual(sharesAt(fresh(), COUNTS, rate))
        }
      },
    ),
    { numRuns: 6 },
  )
})
