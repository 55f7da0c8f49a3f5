/**
 * Finds the instances of least expected money: first roughly among the rungs that the loads which may come could
 * ask for, then around the best of them.
 */
import { backlogOf } from './backlog.ts'
import { capacityRate, hourlyCost, rungAt, rungFor } from './ladder.ts'
import { expectedMoneyOf, LEAST_USE_MS, type ExpectedMoney, type MoneyInput } from './expected-money.ts'
import type { Outlook } from './outlook.ts'
import type { InstanceCounts } from './sizing.ts'

export interface Chosen {
  readonly counts: InstanceCounts
  readonly money: ExpectedMoney
}

export interface ChooseInput extends MoneyInput {
  /** What the instances may cost an hour, in micro-units; null where nothing limits it. */
  readonly costAtMost: number | null
}

/** Rungs that are looked at first; between them lies the best of a handful. */
const LOOKED_AT_FIRST = 12
/** Above the highest load that may come, for a model that is a little too hopeful. */
const RUNGS_ABOVE = 5
/** Giving up on a load that is dearer to serve than to owe for is looked at down to this share of it. */
const LEAST_SHARE = 0.2

export function chooseRung(input: ChooseInput): Chosen {
  const { ladder, outlooks } = input
  const moneyOf = expectedMoneyOf(input)
  const middle = middleRate(outlooks.ahead)
  const { lowest, highest } = rungsBetween(input, middle)
  const stride = Math.max(1, Math.floor((highest - lowest) / LOOKED_AT_FIRST))
  // Neighbouring rungs mostly have the same counts.
  const tried = new Map<InstanceCounts, Tried>()
  const tryRung = (index: number): Tried => {
    const { counts } = rungAt(ladder, index)
    const known = tried.get(counts)
    if (known !== undefined) return { ...known, index }
    const money = moneyOf(counts)
    const made: Tried = {
      index,
      counts,
      money,
      sum: money.cost + money.remedies,
      takesIn: capacityRate(ladder, counts),
      is: fitness(input, counts, middle),
    }
    tried.set(counts, made)
    return made
  }
  let best = tryRung(highest)
  /** By its instances alone, whatever they keep. */
  const isDearer = ({ is, sum }: Tried, index: number): boolean =>
    is === 'fit' && hourlyCost(ladder.problem, rungAt(ladder, index).counts) > sum
  const look = (from: number, to: number, step: number): void => {
    for (let index = to; index >= from; index -= step) {
      if (isDearer(best, index)) continue
      const one = tryRung(index)
      best = better(best, one)
      if (isHopeless(one, best)) return
    }
  }
  look(lowest, highest, stride)
  if (stride > 1) look(Math.max(lowest, best.index - stride + 1), best.index + stride - 1, 1)
  return { counts: best.counts, money: best.money }
}

/** For the loads that there are or that may come, and who waits served within the time that an order is used for. */
function rungsBetween(
  { ladder, current, outlooks: { now, ahead }, waiting }: ChooseInput,
  middle: number,
): { readonly lowest: number; readonly highest: number } {
  const rates = [now.rate, middle, ...ahead.scenarios.map(({ rate }) => rate)]
  const draining = middle + (backlogOf(ladder, current, waiting) * 1_000) / LEAST_USE_MS
  return {
    lowest: rungFor(Math.min(...rates) * LEAST_SHARE),
    highest: rungFor(Math.max(...rates, draining)) + RUNGS_ABOVE,
  }
}

/** Where nothing is at stake that instances could help: a sound utilisation at loads that are seldom passed. */
export function soundRung(input: ChooseInput): Chosen {
  const { ladder, outlooks } = input
  const rates = [outlooks.now, outlooks.ahead].map(
    ({ scenarios, rate }) => scenarios.at(SELDOM_PASSED)?.rate ?? rate,
  )
  const { counts } = rungAt(ladder, rungFor(Math.max(...rates)))
  return { counts, money: expectedMoneyOf(input)(counts) }
}

/** The scenario before the last two. */
const SELDOM_PASSED = -3

interface Tried extends Chosen {
  readonly index: number
  readonly sum: number
  /** Operations a second. */
  readonly takesIn: number
  readonly is: 'fit' | 'overrun' | 'too-dear'
}

/** What may be spent goes before what may not, and what serves before what is overrun; then the cheaper counts. */
function better(a: Tried, b: Tried): Tried {
  if (a.is !== b.is) return RANK[a.is] < RANK[b.is] ? a : b
  switch (a.is) {
    case 'too-dear':
      return a.money.cost <= b.money.cost ? a : b
    case 'overrun':
      if (a.takesIn !== b.takesIn) return a.takesIn > b.takesIn ? a : b
      return a.money.cost <= b.money.cost ? a : b
    case 'fit':
      return b.sum <= a.sum ? b : a
  }
}

/** Fewer instances are overrun too, and owe no less: where that alone is more than the best, none below is better. */
const isHopeless = (one: Tried, best: Tried): boolean =>
  best.is === 'fit' && (one.is === 'overrun' || (one.is === 'fit' && one.money.remedies > best.sum))

const RANK = { fit: 0, overrun: 1, 'too-dear': 2 } as const

/** A load is given up for money only where both sides have said what that costs. */
function fitness(
  { ladder, costAtMost, stakes }: ChooseInput,
  counts: InstanceCounts,
  rate: number,
): Tried['is'] {
  if (costAtMost !== null && hourlyCost(ladder.problem, counts) > costAtMost) return 'too-dear'
  if (stakes.every(({ isPriced }) => isPriced)) return 'fit'
  return rate >= capacityRate(ladder, counts) ? 'overrun' : 'fit'
}

/** The rate that is as often passed as not. */
function middleRate({ scenarios, rate }: Outlook): number {
  let passed = 0
  for (const one of scenarios) {
    passed += one.chance
    if (passed >= 0.5) return one.rate
  }
  return rate
}
