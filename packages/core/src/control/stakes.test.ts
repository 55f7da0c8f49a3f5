// What agreements put at stake: by their price and remedies where there are any, else many times what keeping them takes.
import { describe, expect, it } from 'vitest'
import { termsAt, type Agreement, type Remedy } from '../agreement/index.ts'
import type { Stake } from '../allocation/index.ts'
import { epochMs, hours, micros, minutes, ratio } from '../units/index.ts'
import type { AgreedWindow } from './count-levels.ts'
import { nothingJudged } from './judge.ts'
import { stakesOf, type StakesInput } from './stakes.ts'
import { agreement, level, TEN } from './testing/shop.ts'

const HOUR = hours(1)
const EUR = 1_000_000
const fast = level('fast')

/** 6 € an hour. */
const flat: Agreement['price'] = {
  kind: 'flat',
  amount: { currency: 'EUR', micros: micros(6_000_000n) },
  per: 'hour',
}

const remedyOf = (...steps: readonly (readonly [below: number, discount: number])[]): Remedy => ({
  level: fast.name,
  steps: steps.map(([below, discount]) => ({ below: ratio(below), discount: ratio(discount) })),
})

const priced = (...remedies: readonly Remedy[]): Agreement => agreement({ price: flat, remedies })

/** The hour from ten; missed for the platform's and for the load's sake. */
const counted = (met: number, platform: number, load = 0): AgreedWindow => ({
  agreement: agreement().name,
  level: fast.name,
  window: { from: epochMs(TEN), to: epochMs(TEN + HOUR) },
  met,
  missed: platform + load,
  missedBy: { platform, load },
  causes: [],
  open: [],
  cells: [],
})

interface Given extends Partial<Omit<StakesInput, 'agreements'>> {
  readonly window?: AgreedWindow
}

/** A quarter past ten, at 10/s; the instances cost half a euro an hour. */
function stakes(of: Agreement, { window, ...over }: Given = {}): readonly Stake[] {
  const now = epochMs(TEN + minutes(15))
  return stakesOf({
    agreements: [of],
    terms: [termsAt(of, now)],
    judged: { ...nothingJudged, windows: window === undefined ? [] : [window] },
    levels: of.levels,
    isInReach: () => true,
    now,
    rate: 10,
    hourlyCost: EUR / 2,
    ...over,
  })
}

function stakeOf(of: Agreement, given: Given = {}): Stake {
  const [stake, ...more] = stakes(of, given)
  if (stake === undefined || more.length > 0) throw new Error('One level has one stake.')
  return stake
}

describe('with a price', () => {
  it('owes the discount of each step of what the window costs, the highest share first', () => {
    const { isPriced, owed } = stakeOf(priced(remedyOf([0.7, 1], [0.9, 0.1], [0.8, 0.25])))
    expect(isPriced).toBe(true)
    expect(owed).toEqual([
      { below: 0.9, micros: 0.6 * EUR },
      { below: 0.8, micros: 1.5 * EUR },
      { below: 0.7, micros: 6 * EUR },
    ])
  })

  it('takes a promise that is broken before anything is owed for half of the first step', () => {
    const { owed } = stakeOf(priced(remedyOf([0.8, 0.25])))
    expect(owed).toEqual([
      { below: 0.9, micros: 0.75 * EUR },
      { below: 0.8, micros: 1.5 * EUR },
    ])
  })

  it('takes a level without a remedy of its own for the whole price', () => {
    const other: Remedy = { ...remedyOf([0.9, 0.1]), level: level('other').name }
    expect(stakeOf(priced(other)).owed).toEqual([{ below: 0.9, micros: 6 * EUR }])
  })

  it('reckons by the operations that come, where those are what is paid', () => {
    const price: Agreement['price'] = {
      kind: 'operations',
      amount: { currency: 'EUR', micros: micros(1_000_000n) },
      per: 1_000,
    }
    const { owed } = stakeOf(agreement({ price, remedies: [remedyOf([0.9, 0.5])] }))
    // 36,000 operations in the hour.
    expect(owed).toEqual([{ below: 0.9, micros: 18 * EUR }])
  })

  it('counts what the window holds, without what was missed for another sake than the platform’s', () => {
    const stake = stakeOf(priced(remedyOf([0.9, 0.1])), { window: counted(8_000, 1_200, 800) })
    expect(stake).toMatchObject({ met: 8_000, missed: 1_200, leftMs: minutes(45), windowMs: HOUR })
  })

  it('does not spend misses that are to spare, which would change instances all the time', () => {
    const stake = stakeOf(priced(remedyOf([0.9, 0.1])), { window: counted(8_000, 200, 1_800) })
    expect(stake).toMatchObject({ met: 0, missed: 0, leftMs: HOUR, windowMs: HOUR })
  })
})

describe('without a price', () => {
  const bare = agreement()

  it('is worth twenty times what its instances take, and ever more the deeper it falls', () => {
    const { isPriced, owed } = stakeOf(bare)
    expect(isPriced).toBe(false)
    expect(owed[0]).toEqual({ below: 0.9, micros: 10 * EUR })
    for (const [i, step] of owed.entries()) {
      const before = owed[i - 1]
      if (before === undefined) continue
      expect(step.below).toBeLessThan(before.below)
      expect(step.micros).toBeGreaterThan(before.micros)
    }
    expect(owed.at(-1)?.below).toBeLessThan(0.1)
  })

  it('is what an agreement is that names no remedy, or a price that only its end can tell', () => {
    expect(stakeOf(priced()).isPriced).toBe(false)
    const costPlus: Agreement['price'] = { kind: 'cost-plus', margin: ratio(0.2), inputs: [], busy: [] }
    const later = agreement({ price: costPlus, remedies: [remedyOf([0.9, 0.1])] })
    expect(stakeOf(later).isPriced).toBe(false)
  })

  it('does not spend misses that are to spare, but makes up for those that are missing', () => {
    const ahead = stakeOf(bare, { window: counted(9_000, 100) })
    expect(ahead).toMatchObject({ met: 0, missed: 0, leftMs: HOUR })
    const behind = stakeOf(bare, { window: counted(8_000, 1_000) })
    expect(behind).toMatchObject({ met: 8_000, missed: 1_000, leftMs: minutes(45) })
  })

  it('has nothing to make up for where the misses were not the platform’s', () => {
    expect(stakeOf(bare, { window: counted(8_000, 100, 3_000) })).toMatchObject({ met: 0, missed: 0 })
  })
})

it('A level that no number of instances keeps is not at stake.', () => {
  const two = agreement({ levels: [fast, level('faster')] })
  expect(stakes(two, { isInReach: (goal) => goal === 1 }).map(({ goal }) => goal)).toEqual([1])
})

it('A window that is over, and one that rolls, begin with nothing.', () => {
  const over = { ...counted(8_000, 1_000), window: { from: epochMs(TEN - HOUR), to: epochMs(TEN) } }
  expect(stakeOf(priced(remedyOf([0.9, 0.1])), { window: over })).toMatchObject({ met: 0, leftMs: HOUR })
  const rolling = level('fast', { window: { kind: 'rolling', length: minutes(30) } })
  const of = agreement({ levels: [rolling], price: flat, remedies: [remedyOf([0.9, 0.1])] })
  const stake = stakeOf(of, { window: counted(8_000, 1_000) })
  expect(stake).toMatchObject({ met: 0, missed: 0, windowMs: minutes(30), leftMs: minutes(30) })
})
