/**
 * What instances come to in money: their price, and the remedies that are to be expected with them, over the
 * loads that may come (A3.16: least expected money). Both are rates, in micro-units an hour.
 */
import { hourlyCost, sharesAt, type Ladder } from './ladder.ts'
import type { Outlook, Outlooks } from './outlook.ts'
import type { InstanceCounts } from './sizing.ts'
import { expectedRemedy, type Flow, type Stake } from './stake.ts'

export interface MoneyInput {
  readonly ladder: Ladder
  readonly stakes: readonly Stake[]
  readonly outlooks: Outlooks
  /** What serves until an order of now does. */
  readonly current: InstanceCounts
}

export interface ExpectedMoney {
  readonly cost: number
  readonly remedies: number
}

/** One load holds for so long in the mind of a decision; after that any may come. */
const SCENARIO_MS = 60_000
/** What an order of now is used for at least: shorter use would not be worth the start. */
const LEAST_USE_MS = 60_000
const MS_PER_HOUR = 3_600_000

/** Of these counts from the outlook's time on. */
export function expectedMoney(input: MoneyInput, outlook: Outlook, counts: InstanceCounts): ExpectedMoney {
  // Without prices all that a choice depends on stays the same for long, so that nothing is asked again.
  const missedAt = input.stakes.some(({ isPriced }) => isPriced)
    ? missesAt(input.ladder, counts, outlook)
    : outlook.scenarios.map(({ rate }) => missesOf(input.ladder, counts, rate))
  const remedies = input.stakes.reduce((sum, stake) => sum + remedyOf(stake, input, outlook, missedAt), 0)
  return { cost: hourlyCost(input.ladder.problem, counts), remedies }
}

interface Misses {
  readonly ladder: Ladder
  readonly rates: readonly number[]
  readonly missedAt: readonly (readonly number[])[]
}

/**
 * The misses of the counts of a ladder's rungs, by how far the outlook is ahead: while windows fill and the load
 * lasts they are asked for at every tick.
 */
const remembered = new WeakMap<InstanceCounts, Map<number, Misses>>()

function missesAt(
  ladder: Ladder,
  counts: InstanceCounts,
  { aheadMs, scenarios }: Outlook,
): Misses['missedAt'] {
  const ofCounts = remembered.get(counts) ?? new Map<number, Misses>()
  const known = ofCounts.get(aheadMs)
  const isKnown =
    known !== undefined &&
    known.ladder === ladder &&
    known.rates.length === scenarios.length &&
    scenarios.every(({ rate }, i) => rate === known.rates[i])
  if (isKnown) return known.missedAt
  const rates = scenarios.map(({ rate }) => rate)
  const missedAt = rates.map((rate) => missesOf(ladder, counts, rate))
  if (ofCounts.size >= OUTLOOKS) ofCounts.clear()
  remembered.set(counts, ofCounts.set(aheadMs, { ladder, rates, missedAt }))
  return missedAt
}

/** Of the present, and of when an order serves. */
const OUTLOOKS = 2

/** The share of each goal's operations that is expected to miss its limit. */
const missesOf = (ladder: Ladder, counts: InstanceCounts, rate: number): readonly number[] =>
  sharesAt(ladder, counts, rate).map((share) => 1 - share)

function remedyOf(
  stake: Stake,
  { ladder, outlooks, current }: MoneyInput,
  { aheadMs, rate, scenarios }: Outlook,
  missedAt: readonly (readonly number[])[],
): number {
  const missed = (i: number): number => missedAt[i]?.[stake.goal] ?? 0
  // The window that the outlook's time lies in: the present one, or a later one that is still empty.
  const isPresent = aheadMs < stake.leftMs
  const into = isPresent ? 0 : (aheadMs - stake.leftMs) % stake.windowMs
  const leftMs = isPresent ? stake.leftMs - aheadMs : stake.windowMs - into
  const counted = isPresent ? stake : NOTHING_COUNTED
  const certainMs = Math.min(leftMs, SCENARIO_MS)
  const anyMs = leftMs - certainMs

  const operations = scenarios.reduce((sum, one) => sum + one.chance * one.rate, 0)
  const mean =
    operations <= 0
      ? 0
      : scenarios.reduce((sum, one, i) => sum + one.chance * one.rate * missed(i), 0) / operations
  const until: Flow = isPresent
    ? {
        operations: (outlooks.now.rate * aheadMs) / 1_000,
        missedShare: missesOf(ladder, current, outlooks.now.rate)[stake.goal] ?? 0,
      }
    : { operations: (outlooks.now.rate * into) / 1_000, missedShare: mean }
  const after: Flow = { operations: (rate * anyMs) / 1_000, missedShare: mean }
  const owed = scenarios.reduce((sum, one, i) => {
    const certain: Flow = { operations: (one.rate * certainMs) / 1_000, missedShare: missed(i) }
    return sum + one.chance * expectedRemedy(stake, counted, [until, certain, after])
  }, 0)
  return (owed * MS_PER_HOUR) / Math.max(LEAST_USE_MS, leftMs)
}

const NOTHING_COUNTED = { met: 0, missed: 0 }
