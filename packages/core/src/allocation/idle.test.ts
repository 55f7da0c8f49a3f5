// Scale to zero (A3.19): when idling has cost what a cold start would, and nothing is expected sooner.
import { describe, expect, it } from 'vitest'
import { epochMs } from '../units/index.ts'
import { idleBefore, isWorthSleeping, startLossOf, type IdleInput } from './idle.ts'
import type { Stake } from './stake.ts'

const idle: IdleInput = {
  idleSince: epochMs(0),
  now: epochMs(600_000),
  expectedRate: 0,
  hourlyCost: 40_000,
  startMs: 10_000,
  startLoss: null,
}

/** An hour of which 200,000 micro-units are owed below nine tenths. */
const stake: Stake = {
  goal: 0,
  isPriced: true,
  owed: [{ below: 0.9, micros: 200_000 }],
  windowMs: 3_600_000,
  leftMs: 1_800_000,
  met: 0,
  missed: 0,
}

const goals = [{ limitMs: 1_000, ratio: 0.9 }]

describe('isWorthSleeping', () => {
  it('sleeps after five minutes where a cold start has no price', () => {
    expect(isWorthSleeping({ ...idle, now: epochMs(299_999) })).toBe(false)
    expect(isWorthSleeping({ ...idle, now: epochMs(300_000) })).toBe(true)
  })

  it('never sleeps while operations come', () => {
    expect(isWorthSleeping({ ...idle, idleSince: null })).toBe(false)
  })

  it('stays awake where the next operation is expected before it would pay', () => {
    expect(isWorthSleeping({ ...idle, expectedRate: 1 / 200 })).toBe(false)
    expect(isWorthSleeping({ ...idle, expectedRate: 1 / 400 })).toBe(true)
  })

  it('idles for as long as a start is worth, and never for less than a minute', () => {
    expect(idleBefore({ ...idle, startLoss: 20_000 })).toBe(1_810_000)
    expect(idleBefore({ ...idle, startLoss: 0 })).toBe(60_000)
  })
})

describe('startLossOf', () => {
  const start = { rate: 0, startMs: 10_000 }

  it('is nothing anybody owes where no level has a price', () => {
    expect(startLossOf([{ ...stake, isPriced: false }], goals, start)).toBeNull()
  })

  it('is the whole remedy where the one operation that waits is the only one of its window', () => {
    expect(startLossOf([stake], goals, start)).toBeGreaterThan(190_000)
  })

  it('is hardly anything where the window has many operations', () => {
    expect(startLossOf([{ ...stake, met: 5_000 }], goals, start)).toBeLessThan(1)
  })

  it('is nothing where the start is within the limit', () => {
    expect(startLossOf([stake], [{ limitMs: 20_000, ratio: 0.9 }], start)).toBe(0)
  })
})
