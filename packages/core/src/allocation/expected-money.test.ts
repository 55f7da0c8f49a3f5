/** Goal: money is expected as it will be owed: over all windows that an order reaches, with those who wait already. */
import { expect, test } from 'vitest'
import { expectedMoneyOf, type MoneyInput } from './expected-money.ts'
import { ladderOf } from './ladder.ts'
import type { Outlook } from './outlook.ts'
import type { Stake } from './stake.ts'
import { part, problemOf, service } from './testing/one-part.ts'

/** Each instance takes in two a second. */
const problem = problemOf({
  serviceMs: 500,
  startSeconds: 30,
  instancesAtMost: 400,
  goal: { limitMs: 2_000, ratio: 0.95 },
  atMost: null,
})

const minute: Stake = {
  goal: 0,
  isPriced: true,
  owed: [{ below: 0.9, micros: 100_000 }],
  windowMs: 60_000,
  leftMs: 60_000,
  met: 0,
  missed: 0,
}

const certain = (rate: number, aheadMs = 0): Outlook => ({ aheadMs, rate, scenarios: [{ rate, chance: 1 }] })

const at = (rate: number, over: Partial<MoneyInput> = {}) => {
  const outlooks = { now: certain(rate), ahead: certain(rate, 30_000), usual: certain(10), unbounded: null }
  const input = { ladder: ladderOf(service, problem), stakes: [minute], current: { [part]: 10 }, waiting: 0 }
  const moneyOf = expectedMoneyOf({ ...input, outlooks, ...over })
  return (count: number) => moneyOf({ [part]: count })
}

test('Instances cost their price, whether they serve already or not.', () => {
  expect(at(10)(12).cost).toBe(1_200_000)
})

test('Where enough serve nothing is owed, and the more are missing the more is.', () => {
  const of = at(10)
  expect(of(12).remedies).toBeLessThan(1_000)
  expect(of(4).remedies).toBeGreaterThan(of(12).remedies)
})

test('An order that comes too late for this window is worth what it saves in the next ones.', () => {
  // Twice what is there takes in: this minute is lost, and those after it only without an order.
  const of = at(40)
  const [without, withOrder] = [of(10).remedies, of(30).remedies]
  // Of two minutes that are looked at the order saves the second, but for those who waited until it came.
  expect(withOrder).toBeLessThan(0.8 * without)
})

test('What serves now is needed until an order of now does.', () => {
  const falling = {
    outlooks: { now: certain(18), ahead: certain(2, 30_000), usual: certain(10), unbounded: null },
  }
  const of = at(18, falling)
  expect(of(10).remedies).toBeLessThan(of(3).remedies)
})

test('Those who wait make others late until they are served, so that more instances are worth their price.', () => {
  const of = at(10, { waiting: 600 })
  expect(of(8).remedies).toBeGreaterThan(2 * at(10)(8).remedies)
  expect(of(20).remedies).toBeLessThan(of(8).remedies)
})

test('A few that wait and are in time change nothing.', () => {
  expect(at(10, { waiting: 3 })(10)).toEqual(at(10)(10))
})

test('Where keeping the promise costs as much as owing for it, nothing more is lost by who still waits.', () => {
  // A minute is worth 0.1, and so are sixty instances in it.
  const rough = (usual: number) => {
    const outlooks = {
      now: certain(120),
      ahead: certain(120, 30_000),
      usual: certain(usual),
      unbounded: null,
    }
    return at(120, { outlooks, waiting: 5_000 })(10).remedies
  }
  const owedEachHour = (minute.owed[0]?.micros ?? 0) * 60
  expect(rough(120)).toBeCloseTo(owedEachHour, -3)
  expect(rough(10)).toBeGreaterThan(1.5 * owedEachHour)
})
