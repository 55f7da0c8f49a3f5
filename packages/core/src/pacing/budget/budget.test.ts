// Goal: a budget is held, due times are counted to the update, and nobody comes all at once. Method: a plant whose rate
// follows the price, and any sequence of wishes against what the ledger counts.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../stats/index.ts'
import { DueLedger } from './due-ledger.ts'
import { forecastLoad, learnLoad, noLoadExperience } from './load-forecast.ts'
import { nextCorrection, nextPrice, priceFor, sizeOf } from './price.ts'

const NOW = 1_700_000_000_000

describe('the price', () => {
  it('of any budget follows from the sizes of the clients, and is reached in a few steps from any other', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 10, max: 1e5, noNaN: true }),
        fc.double({ min: 0.1, max: 1e3, noNaN: true }),
        fc.double({ min: 100, max: 1e6, noNaN: true }),
        (intervalMs, perSecond, startMs) => {
          const sizes = 500 * sizeOf(intervalMs, startMs)
          let price = startMs
          for (let step = 0; step < 60; step += 1)
            price = nextPrice(price, priceFor(sizes, perSecond), 20_000)
          fc.pre(price > 1 && price < 2e9)
          expect(sizes / Math.sqrt(price) / perSecond).toBeCloseTo(1, 6)
        },
      ),
    )
  })

  it('stays within its bounds for any sizes and budgets', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e12, noNaN: true }),
        fc.double({ min: 0, noNaN: true }),
        (sizes, budget) => {
          expect(priceFor(sizes, budget)).toBeGreaterThanOrEqual(1)
          expect(priceFor(sizes, budget)).toBeLessThanOrEqual(2.6e9)
        },
      ),
    )
  })

  it('is corrected by what comes, by a factor of two at most', () => {
    let [over, under] = [1, 1]
    for (let step = 0; step < 1_000; step += 1) {
      over = nextCorrection(over, 80, 40)
      under = nextCorrection(under, 0, 40)
    }
    expect([over, under]).toEqual([2, 0.5])
    expect(nextCorrection(1.2, 40, 40)).toBeCloseTo(1.2)
  })
})

describe('the ledger of due times', () => {
  it('gives an instant near the wished one and counts each exactly once', () => {
    const random = seededRandom(1)
    const ledger = new DueLedger(NOW)
    for (let i = 0; i < 5_000; i += 1) {
      const due = ledger.issue({
        now: NOW,
        intervalMs: 60_000,
        leastMs: 1_000,
        jitter: 0.1,
        chance: random.next(),
      })
      expect(Math.abs(due - NOW - 60_000)).toBeLessThanOrEqual(6_000)
    }
    expect(ledger.due(NOW, 120_000)).toBe(5_000)
    ledger.withdraw(ledger.issue({ now: NOW, intervalMs: 60_000, leastMs: 1_000, jitter: 0, chance: 0 }))
    expect(ledger.due(NOW, 120_000)).toBe(5_000)
    expect(ledger.due(NOW + 90_000, 120_000)).toBe(0)
  })

  it('fills no second beyond the limit while there is an emptier one', () => {
    const random = seededRandom(2)
    const ledger = new DueLedger(NOW)
    const seconds = new Map<number, number>()
    for (let i = 0; i < 60_000; i += 1) {
      const due = ledger.issue({
        now: NOW,
        intervalMs: 60_000,
        leastMs: 1_000,
        jitter: 0.1,
        chance: random.next(),
        mostPerSecond: 1_000,
      })
      const second = Math.floor(due / 1_000)
      seconds.set(second, (seconds.get(second) ?? 0) + 1)
    }
    expect(Math.max(...seconds.values())).toBeLessThanOrEqual(1_000)
    expect(Math.max(...seconds.keys()) - NOW / 1_000).toBeLessThanOrEqual(116)
  })

  it('spreads those whose wish lies far off, and takes the nearest where there is no room', () => {
    const random = seededRandom(3)
    const ledger = new DueLedger(NOW)
    const far = { now: NOW, intervalMs: 1e9, leastMs: 1_000, jitter: 0.1, mostPerSecond: 50 }
    const seconds = Array.from({ length: 1_000 }, () =>
      Math.floor(ledger.issue({ ...far, chance: random.next() }) / 1_000),
    )
    expect(new Set(seconds).size).toBeGreaterThan(900)
    const none = { ...far, intervalMs: 60_000, mostPerSecond: 0, chance: 0.5 }
    expect(Math.abs(ledger.issue(none) - NOW - 60_000)).toBeLessThanOrEqual(6_000)
  })

  it('gives no instant before the least interval nor beyond the jitter, and counts it in its second', () => {
    const wish = fc.record({
      intervalMs: fc.integer({ min: 100, max: 86_400_000 }),
      leastMs: fc.integer({ min: 100, max: 60_000 }),
      jitter: fc.double({ min: 0, max: 0.5, noNaN: true }),
      chance: fc.double({ min: 0, max: 0.999, noNaN: true }),
      after: fc.integer({ min: 0, max: 5_000 }),
    })
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 50 }), (wishes) => {
        const ledger = new DueLedger(NOW)
        let now = NOW
        for (const { after, ...one } of wishes) {
          now += after
          const due = ledger.issue({ now, ...one })
          const within = due - now
          expect(within).toBeGreaterThan(Math.max(one.leastMs, one.intervalMs * (1 - one.jitter)) - 0.01)
          expect(within).toBeLessThanOrEqual(
            Math.max(one.leastMs, one.intervalMs * (1 - one.jitter), one.intervalMs * (1 + one.jitter)) + 1,
          )
          const until = (Math.floor(due / 1_000) - Math.floor(now / 1_000)) * 1_000
          const before = ledger.due(now, until)
          ledger.withdraw(due)
          expect(ledger.due(now, until)).toBe(before - Number(until > 0))
        }
      }),
    )
  })

  it('never gives an instant that is past, whatever is wished', () => {
    const wish = fc.record({
      leastMs: fc.integer({ min: 0, max: 1e9 }),
      intervalMs: fc.integer({ min: 0, max: 1e9 }),
      jitter: fc.double({ min: 0, max: 0.5, noNaN: true }),
      chance: fc.double({ min: 0, max: 0.999, noNaN: true }),
      after: fc.integer({ min: 0, max: 1e8 }),
    })
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 50 }), (wishes) => {
        const ledger = new DueLedger(NOW)
        let now = NOW
        for (const { after, ...rest } of wishes) {
          now += after
          expect(ledger.issue({ now, ...rest })).toBeGreaterThan(now)
        }
      }),
    )
  })
})

describe('the forecast of load', () => {
  it('learns how many come for each that was given out a minute before', () => {
    let experience = noLoadExperience
    for (let minute = 0; minute < 50; minute += 1) experience = learnLoad(experience, 1_000, 1_300)
    expect(forecastLoad(experience, 2_000)).toBeCloseTo(2_600, 0)
    expect(learnLoad(experience, 0, 100)).toEqual(experience)
  })
})
