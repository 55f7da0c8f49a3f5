// Short capacity (A3.23): who yields by money and then by need, and what holds whoever competes.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { branded, type ServiceName } from '../units/index.ts'
import { compete, type Bidder } from './compete.ts'

const bidder = (name: string, wants: number, perInstance: number, over: Partial<Bidder> = {}): Bidder => ({
  service: branded<ServiceName>(name),
  wants,
  atLeast: 1,
  has: 0,
  lossAt: (instances) => (wants - instances) * perInstance,
  ...over,
})

const given = (bidders: readonly Bidder[], capacity: number): readonly number[] =>
  compete(bidders, capacity).map(({ instances }) => instances)

describe('compete', () => {
  it('gives all what they want where there is enough', () => {
    expect(given([bidder('a', 4, 1_000), bidder('b', 6, 0)], 10)).toEqual([4, 6])
  })

  it('lets those yield whose instances lose least money', () => {
    expect(given([bidder('dear', 5, 90_000), bidder('cheap', 5, 10_000)], 7)).toEqual([5, 2])
  })

  it('keeps the same share of what each needs where all lose alike', () => {
    expect(given([bidder('small', 4, 1_000), bidder('large', 8, 1_000)], 6)).toEqual([2, 4])
  })

  it('takes what must always run last, whatever the rest is worth', () => {
    expect(given([bidder('a', 4, 1_000_000, { atLeast: 0 }), bidder('b', 3, 0, { atLeast: 2 })], 2)).toEqual([
      0, 2,
    ])
    expect(given([bidder('a', 3, 5, { atLeast: 3 }), bidder('b', 3, 5, { atLeast: 3 })], 4)).toEqual([2, 2])
  })

  it('counts a promise that breaks at once by the mean of all that goes with it', () => {
    // The first instance that goes loses all of it: 60,000 for up to four, 15,000 each.
    const allOrNothing = bidder('steep', 5, 0, { lossAt: (n) => (n < 5 ? 60_000 : 0) })
    expect(given([allOrNothing, bidder('flat', 5, 20_000)], 6)).toEqual([1, 5])
  })

  it('leaves what serves in place where another would gain only a little more', () => {
    const [serving, waiting] = [bidder('serving', 3, 10_000, { has: 3 }), bidder('waiting', 3, 12_500)]
    expect(given([serving, waiting], 4)).toEqual([3, 1])
    expect(given([{ ...serving, has: 0 }, waiting], 4)).toEqual([1, 3])
  })

  const bidders = fc.array(
    fc.record({
      wants: fc.integer({ min: 0, max: 40 }),
      least: fc.integer({ min: 0, max: 5 }),
      has: fc.integer({ min: 0, max: 40 }),
      losses: fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 40, maxLength: 40 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  const build = (
    { wants, least, has, losses }: { wants: number; least: number; has: number; losses: readonly number[] },
    i: number,
    factor = 1,
  ): Bidder => ({
    service: branded<ServiceName>(`s${i}`),
    wants,
    has,
    atLeast: Math.min(least, wants),
    lossAt: (n) => factor * losses.slice(n, wants).reduce((sum, one) => sum + one, 0),
  })

  it('is never over the capacity, never gives more than is wanted and wastes nothing', () => {
    fc.assert(
      fc.property(bidders, fc.integer({ min: 0, max: 120 }), (all, capacity) => {
        const made = all.map((one, i) => build(one, i))
        const counts = given(made, capacity)
        const wanted = made.reduce((sum, { wants }) => sum + wants, 0)
        expect(counts.reduce((sum, n) => sum + n, 0)).toBe(Math.min(wanted, capacity))
        for (const [i, { wants }] of made.entries()) expect(counts[i]).toBeLessThanOrEqual(wants)
        expect(given(made, capacity)).toEqual(counts)
      }),
    )
  })

  it('takes nothing of what must run while anybody has more than that', () => {
    fc.assert(
      fc.property(bidders, fc.integer({ min: 0, max: 120 }), (all, capacity) => {
        const made = all.map((one, i) => build(one, i))
        const counts = given(made, capacity)
        const starved = made.some(({ atLeast }, i) => (counts[i] ?? 0) < atLeast)
        const spare = made.some(({ atLeast }, i) => (counts[i] ?? 0) > atLeast)
        expect(starved && spare).toBe(false)
      }),
    )
  })

  it('never gives a service less when more is owed to it', () => {
    fc.assert(
      fc.property(
        bidders,
        fc.integer({ min: 0, max: 120 }),
        fc.double({ min: 1, max: 20, noNaN: true }),
        (all, capacity, factor) => {
          const before = given(
            all.map((one, i) => build(one, i)),
            capacity,
          )
          const after = given(
            all.map((one, i) => build(one, i, i === 0 ? factor : 1)),
            capacity,
          )
          expect(after[0]).toBeGreaterThanOrEqual(before[0] ?? 0)
        },
      ),
    )
  })
})
