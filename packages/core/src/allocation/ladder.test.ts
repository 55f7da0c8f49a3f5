// The ladder: all of it follows from the problem alone, and says of any instances what they keep at any load.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Service } from '../agreement/index.ts'
import { branded, durationMs, perSecond, seconds, type PartName, type ServiceName } from '../units/index.ts'
import {
  capacityRate,
  hourlyCost,
  ladderOf,
  rateOfRung,
  rungAt,
  rungFor,
  sharesAt,
  type Ladder,
  type LadderProblem,
} from './ladder.ts'
import { predictCounts, type InstanceCounts, type SizedPart } from './sizing.ts'
import { stationsOf } from './stations.ts'

/** What is remembered hangs on the service, so another one begins with nothing. */
const newService = (): Service => ({
  name: branded<ServiceName>('shop'),
  entry: web,
  parts: [],
  mode: 'act',
  hints: [],
  batch: null,
})

const [web, data] = [branded<PartName>('web'), branded<PartName>('data')]

const sized = (
  part: PartName,
  serviceMs: number,
  capacity: number,
  callers: SizedPart['callers'],
): SizedPart => ({
  part,
  visits: 1,
  callers,
  stations: stationsOf(
    { serviceTime: { mean: durationMs(serviceMs) }, capacity: perSecond(capacity), startTime: seconds(5) },
    null,
  ),
  price: 40_000,
  atLeast: 1,
  atMost: 40,
})

const problemOf = (over: Partial<LadderProblem> = {}): LadderProblem => ({
  parts: [sized(web, 10, 10, []), sized(data, 50, 2, [{ part: web, times: 1 }])],
  goals: [{ limitMs: 100, ratio: 0.925 }],
  overheadMs: 0,
  atMost: null,
  ...over,
})

const newLadder = (): Ladder => ladderOf(newService(), problemOf())

const countsOf = (ofWeb: number, ofData: number): InstanceCounts => ({ [web]: ofWeb, [data]: ofData })

const instances = fc.record({ web: fc.integer({ min: 1, max: 8 }), data: fc.integer({ min: 1, max: 30 }) })
const rates = fc.double({ min: 0.01, max: 40, noNaN: true })
/** The grid of the response model rounds. */
const ROUNDING = 3e-3
/** What waited at a part comes spread out to the next; with more instances there it comes as irregular as it came in. */
const SPREAD_OUT = 0.005
/** Where a part's instances take turns evenly with its callers', who waited there waits no more; one more is out of turn. */
const OUT_OF_TURN = 0.006

/** Far below what instances take in they are not told apart; all that are tried here take in less than 62/s. */
const busyRates = fc.double({ min: 1.3, max: 40, noNaN: true })

const shareOf = (ladder: Ladder, counts: InstanceCounts, rate: number): number =>
  sharesAt(ladder, counts, rate)[0] ?? Number.NaN

describe('a ladder', () => {
  it('is the same one for the same problem, and another for any other', () => {
    const service = newService()
    const ladder = ladderOf(service, problemOf())
    expect(ladderOf(service, problemOf())).toBe(ladder)
    const others: readonly LadderProblem[] = [
      problemOf({ overheadMs: 2.5 }),
      problemOf({ atMost: 20 }),
      problemOf({ goals: [{ limitMs: 100, ratio: 0.95 }] }),
    ]
    for (const other of others) expect(ladderOf(service, other)).not.toBe(ladder)
    expect(ladderOf(service, problemOf())).toBe(ladder)
  })

  it('has for each load the lowest rung that is not below it', () => {
    fc.assert(
      fc.property(rates, (rate) => {
        const rung = rungFor(rate)
        expect(rateOfRung(rung)).toBeGreaterThanOrEqual(rate * (1 - 1e-6))
        expect(rateOfRung(rung - 1)).toBeLessThan(rate)
      }),
    )
  })

  it('keeps the goals on each rung at its load, as far as nothing limits it', () => {
    const ladder = newLadder()
    fc.assert(
      fc.property(rates, (rate) => {
        const index = rungFor(rate)
        const { counts, limitedBy } = rungAt(ladder, index)
        const [kept] = predictCounts({ ...ladder.problem, rate: rateOfRung(index) }, counts)
        expect(limitedBy !== 'nothing' || (kept ?? 0) >= 0.925 - ROUNDING).toBe(true)
        expect(rateOfRung(index) < capacityRate(ladder, counts)).toBe(limitedBy === 'nothing')
      }),
      { numRuns: 60 },
    )
  })

  it('answers the same whatever was asked before', () => {
    const question = fc.tuple(instances, rates)
    fc.assert(
      fc.property(fc.array(question, { maxLength: 12 }), question, (before, [counts, rate]) => {
        const ladder = newLadder()
        for (const [otherCounts, otherRate] of before) {
          sharesAt(ladder, otherCounts, otherRate)
          rungAt(ladder, rungFor(otherRate))
        }
        const fresh = newLadder()
        expect(sharesAt(ladder, counts, rate)).toEqual(sharesAt(fresh, counts, rate))
        expect(rungAt(ladder, rungFor(rate))).toEqual(rungAt(fresh, rungFor(rate)))
      }),
      { numRuns: 30 },
    )
  })
})

describe('the share that instances keep', () => {
  it('lies between nothing and all, falls as the load rises, and rises with instances of each part', () => {
    const ladder = newLadder()
    fc.assert(
      fc.property(instances, busyRates, fc.double({ min: 1, max: 3, noNaN: true }), (counts, rate, more) => {
        const share = shareOf(ladder, counts, rate)
        expect(share).toBeGreaterThanOrEqual(0)
        expect(share).toBeLessThanOrEqual(1)
        expect(shareOf(ladder, counts, rate * more)).toBeLessThanOrEqual(share + ROUNDING)
        const moreData = { ...counts, [data]: counts.data + 1 }
        expect(shareOf(ladder, moreData, rate)).toBeGreaterThanOrEqual(share - OUT_OF_TURN)
        const moreWeb = { ...counts, [web]: counts.web + 1 }
        expect(shareOf(ladder, moreWeb, rate)).toBeGreaterThanOrEqual(share - SPREAD_OUT)
      }),
      { numRuns: 60 },
    )
  })

  it('is nothing from the load on that some part does not take in', () => {
    const ladder = newLadder()
    const counts = countsOf(1, 8)
    expect(capacityRate(ladder, counts)).toBe(10)
    expect(sharesAt(ladder, counts, 10)).toEqual([0])
    expect(shareOf(ladder, counts, 9.99)).toBeLessThan(0.1)
    expect(shareOf(ladder, counts, 9)).toBeGreaterThan(0)
  })

  it('is close to what the model says at loads between those that were worked out', () => {
    const ladder = newLadder()
    const counts = countsOf(4, 10)
    for (const rate of [3.3, 7.77, 10.1, 12.5]) {
      const [exact] = predictCounts({ ...ladder.problem, rate }, counts)
      expect(shareOf(ladder, counts, rate)).toBeCloseTo(exact ?? 0, 2)
    }
  })
})

it('Instances cost their price an hour, and a part that is not counted costs nothing.', () => {
  expect(hourlyCost(problemOf(), countsOf(2, 3))).toBe(200_000)
  expect(hourlyCost(problemOf(), { [data]: 3 })).toBe(120_000)
})
