// Joint sizing (A3.12): the worked case, the cheapest counts against trying all of them, and what stands in the way.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { branded, durationMs, perSecond, ratio, seconds, type PartName } from '../units/index.ts'
import {
  byCapacityAlone,
  predictCounts,
  sizeParts,
  withinLimits,
  type InstanceCounts,
  type SizedPart,
  type SizingProblem,
} from './sizing.ts'
import { stationsOf } from './stations.ts'

const sized = (
  name: string,
  serviceMs: number,
  capacity: number,
  over: Partial<SizedPart> = {},
): SizedPart => ({
  part: branded<PartName>(name),
  visits: 1,
  callers: [],
  stations: stationsOf(
    { serviceTime: { mean: durationMs(serviceMs) }, capacity: perSecond(capacity), startTime: seconds(5) },
    null,
  ),
  price: 40_000,
  atLeast: 1,
  atMost: 30,
  ...over,
})

const after = (caller: string): Pick<SizedPart, 'callers'> => ({
  callers: [{ part: branded<PartName>(caller), times: 1 }],
})

/** 10 ms & 10/s, 20 ms & 5/s, 50 ms & 2/s at 10/s, 90 % within 100 ms (A3.11). */
const worked: SizingProblem = {
  parts: [sized('web', 10, 10), sized('logic', 20, 5, after('web')), sized('data', 50, 2, after('logic'))],
  rate: 10,
  goals: [{ limitMs: 100, ratio: 0.9 }],
  overheadMs: 0,
  atMost: null,
}

const counts = (of: Readonly<Record<string, number>>): InstanceCounts => of

const counted = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

describe('the worked case', () => {
  it('takes eight instances by capacity alone', () => {
    expect(byCapacityAlone(worked)).toEqual({ counts: { web: 1, logic: 2, data: 5 }, total: 8 })
  })

  it('grows from parts that hold operations up alike, though one more of either alone gains nothing', () => {
    const sizing = sizeParts({ ...worked, rate: 9.84, goals: [{ limitMs: 100, ratio: 0.925 }] })
    expect(sizing.limitedBy).toBe('nothing')
    expect(sizing.predicted[0]).toBeGreaterThanOrEqual(0.925)
    expect(sizing.total).toBeLessThanOrEqual(20)
  })

  it('would keep nothing with those eight, since all would always be busy', () => {
    expect(predictCounts(worked, byCapacityAlone(worked).counts)).toEqual([0])
  })

  it('takes eighteen instances when waiting is taken into account', () => {
    const sizing = sizeParts(worked)
    expect(sizing).toMatchObject({ total: 18, limitedBy: 'nothing' })
    expect(sizing.predicted[0]).toBeGreaterThanOrEqual(0.9)
  })

  it('cannot be kept with seventeen, however they are shared out', () => {
    let best = 0
    for (let web = 2; web <= 8; web++)
      for (let logic = 3; logic <= 8; logic++)
        best = Math.max(best, predictCounts(worked, counts({ web, logic, data: 17 - web - logic }))[0] ?? 0)
    expect(best).toBeLessThan(0.9)
  })
})

describe('sizeParts', () => {
  it('does not depend on the unit that prices are in', () => {
    const problem = {
      ...worked,
      parts: worked.parts.map((part, i) => ({ ...part, price: [5, 1, 2][i] ?? 1 })),
    }
    const dear = { ...problem, parts: problem.parts.map((part) => ({ ...part, price: part.price * 1e9 })) }
    expect(sizeParts(dear).counts).toEqual(sizeParts(problem).counts)
  })

  it('gives an instance rather to the cheaper part', () => {
    const priced = (...prices: readonly number[]): Readonly<Record<string, number>> =>
      sizeParts({ ...worked, parts: worked.parts.map((part, i) => ({ ...part, price: prices[i] ?? 1 })) })
        .counts
    expect(priced(1, 9, 9)).toEqual({ web: 4, logic: 5, data: 9 })
    expect(priced(9, 1, 9)).toEqual({ web: 3, logic: 6, data: 9 })
  })

  it('keeps parts below three quarters of their capacity where nothing is promised of the response time', () => {
    expect(sizeParts({ ...worked, goals: [] }).counts).toEqual({ web: 2, logic: 3, data: 7 })
  })

  it('gives every part at least one instance and its minimum, without any load', () => {
    const parts = [sized('web', 10, 10, { atLeast: 0 }), sized('data', 50, 2, { atLeast: 3 })]
    expect(sizeParts({ ...worked, parts, rate: 0 }).counts).toEqual({ web: 1, data: 3 })
    expect(sizeParts({ ...worked, parts, rate: 0, goals: [] }).counts).toEqual({ web: 1, data: 3 })
  })

  it('is held by the cap where it would take more, and fits under it', () => {
    const sizing = sizeParts({ ...worked, atMost: 12 })
    expect(sizing).toMatchObject({ total: 12, limitedBy: 'cap' })
    expect(sizeParts({ ...worked, atMost: 6 })).toMatchObject({ total: 6, limitedBy: 'cap' })
    expect(sizeParts({ ...worked, goals: [], atMost: 6 })).toMatchObject({ total: 6, limitedBy: 'cap' })
  })

  it('is not held by a cap that it just fits under', () => {
    expect(sizeParts({ ...worked, atMost: 18 })).toMatchObject({ total: 18, limitedBy: 'nothing' })
  })

  it('does not fill up the other parts when one is held by its limit', () => {
    const [web, logic, data] = worked.parts
    if (web === undefined || logic === undefined || data === undefined) throw new Error('three are given')
    const sizing = sizeParts({ ...worked, parts: [web, logic, { ...data, atMost: 4 }] })
    expect(sizing.limitedBy).toBe('part-limits')
    expect(sizing.counts).toEqual({ web: 2, logic: 3, data: 4 })
  })

  it('says that the service times are over the limit, and runs as if nothing were promised', () => {
    const sizing = sizeParts({ ...worked, goals: [{ limitMs: 79, ratio: 0.9 }] })
    expect(sizing.limitedBy).toBe('service-time')
    expect(sizing.counts).toEqual(sizeParts({ ...worked, goals: [] }).counts)
  })

  it('still keeps the other goals where one is out of reach', () => {
    const goals = [...worked.goals, { limitMs: 79, ratio: 0.9 }]
    expect(sizeParts({ ...worked, goals })).toMatchObject({ total: 18, limitedBy: 'service-time' })
  })

  it('can keep all operations within a limit, as far as the model can tell', () => {
    const sizing = sizeParts({ ...worked, goals: [{ limitMs: 200, ratio: 1 }] })
    expect(sizing).toMatchObject({ limitedBy: 'nothing', predicted: [1] })
  })

  it('comes to an end where the goal is as good as out of reach', () => {
    const percentile = { ratio: ratio(0.9), value: durationMs(100) }
    const stations = stationsOf(
      { serviceTime: { mean: durationMs(60), percentile }, capacity: perSecond(2), startTime: seconds(1) },
      null,
    )
    const problem = {
      ...worked,
      parts: [sized('web', 60, 2, { stations, atMost: Infinity })],
      goals: [{ limitMs: 100, ratio: 0.9 }],
    }
    expect(counted(sizeParts(problem).counts)).toBeLessThan(1_100)
  })

  it('finds a cost within one instance of the least that trying all counts finds', () => {
    const anyPart = fc.record({
      serviceMs: fc.integer({ min: 5, max: 60 }),
      atOnce: fc.integer({ min: 1, max: 3 }),
      price: fc.integer({ min: 1, max: 4 }),
    })
    fc.assert(
      fc.property(
        fc.array(anyPart, { minLength: 1, maxLength: 2 }),
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 1.3, max: 4, noNaN: true }),
        (given, rate, slack) => {
          const parts = given.map(({ serviceMs, atOnce, price }, i) =>
            sized(i === 0 ? 'web' : 'data', serviceMs, (atOnce * 1_000) / serviceMs, {
              ...(i === 0 ? {} : after('web')),
              price,
              atMost: 8,
            }),
          )
          const limitMs = given.reduce((sum, { serviceMs }) => sum + serviceMs, 0) * slack
          const problem = { ...worked, parts, rate, goals: [{ limitMs, ratio: 0.9 }] }
          const sizing = sizeParts(problem)
          if (sizing.limitedBy !== 'nothing') return
          expect(sizing.predicted[0]).toBeGreaterThanOrEqual(0.9 - 1e-6)
          const dearest = Math.max(...parts.map(({ price }) => price))
          expect(costOf(parts, sizing.counts)).toBeLessThanOrEqual(leastCost(problem) + dearest)
        },
      ),
      { numRuns: 60 },
    )
  })
})

const costOf = (parts: readonly SizedPart[], counts: Readonly<Record<string, number>>): number =>
  parts.reduce((sum, { part, price }) => sum + price * (counts[part] ?? 0), 0)

function leastCost(problem: SizingProblem): number {
  let least = Infinity
  for (let web = 1; web <= 8; web++)
    for (let data = 1; data <= (problem.parts.length === 1 ? 1 : 8); data++) {
      const tried = counts({ web, data })
      if ((predictCounts(problem, tried)[0] ?? 0) >= 0.9)
        least = Math.min(least, costOf(problem.parts, tried))
    }
  return least
}

describe('withinLimits', () => {
  it('brings each part within its limits, and takes from the largest what the cap does not allow', () => {
    const parts = [sized('web', 10, 10, { atLeast: 2 }), sized('data', 50, 2, { atMost: 6 })]
    expect(withinLimits({ parts, atMost: null }, counts({ web: 1, data: 9 }))).toEqual({ web: 2, data: 6 })
    expect(withinLimits({ parts, atMost: 5 }, counts({ web: 1, data: 9 }))).toEqual({ web: 2, data: 3 })
  })

  it('never takes what must be', () => {
    const parts = [sized('web', 10, 10, { atLeast: 4 }), sized('data', 50, 2)]
    expect(withinLimits({ parts, atMost: 3 }, {})).toEqual({ web: 4, data: 1 })
  })
})
