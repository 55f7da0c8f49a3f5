/**
 * What instances come to in money: their price, and the remedies that are to be expected with them, over the
 * loads that may come (A3.16: least expected money). Looked at from now until an order of now has served for a
 * while, over all windows that this touches: until it serves, what is there must do.
 */
import { backlogOf, serve, servingAt, type Served as Passed, type Serving } from './backlog.ts'
import { hourlyCost, type Ladder } from './ladder.ts'
import type { Outlook, Outlooks } from './outlook.ts'
import { recoveryOf } from './recovery.ts'
import type { InstanceCounts } from './sizing.ts'
import { remedyWith, type Stake } from './stake.ts'
import { windowsAhead } from './windows-ahead.ts'

export interface MoneyInput {
  readonly ladder: Ladder
  readonly stakes: readonly Stake[]
  readonly outlooks: Outlooks
  /** What serves until an order of now does. */
  readonly current: InstanceCounts
  /** Operations that wait now. */
  readonly waiting: number
}

/** Both are rates, in micro-units an hour. */
export interface ExpectedMoney {
  readonly cost: number
  readonly remedies: number
}

/** What an order of now is used for at least: shorter use would not be worth the start. */
export const LEAST_USE_MS = 90_000
const MS_PER_HOUR = 3_600_000

/** Says it of any counts; what does not depend on them is worked out once. */
export function expectedMoneyOf(input: MoneyInput): (counts: InstanceCounts) => ExpectedMoney {
  const { ladder, stakes, outlooks, current } = input
  const horizonMs = outlooks.ahead.aheadMs + LEAST_USE_MS
  const waiting = backlogOf(ladder, current, input.waiting)
  const owing = stakes.map((stake) => owedOf({ ...input, waiting }, stake, horizonMs))
  return (counts) => ({
    cost: hourlyCost(ladder.problem, counts),
    remedies: (owing.reduce((sum, owed) => sum + owed(counts), 0) * MS_PER_HOUR) / horizonMs,
  })
}

/** A load that may come, with instances that serve it. */
interface Served {
  readonly chance: number
  readonly serving: Serving
}

/** What one level is expected to owe within the horizon, in micro-units. */
function owedOf(
  { ladder, outlooks: { now, ahead, usual }, current, waiting }: MoneyInput,
  stake: Stake,
  horizonMs: number,
): (counts: InstanceCounts) => number {
  const windows = windowsAhead(stake, horizonMs)
  const recovery = recoveryOf(ladder, usual, stake)
  return (counts) => {
    // What goes goes at once, what is ordered serves a lead later.
    const before = servingAt(ladder, lessOf(current, counts), now.rate, stake.goal)
    const scenarios = servedBy(ladder, counts, ahead, stake)
    const missedShare = meanMissed(scenarios)
    // Until what is ordered serves, it is the same whatever comes later.
    const first = serve(before, waiting, Math.min(windows[0]?.toMs ?? 0, ahead.aheadMs))
    const owedWith = (serving: Serving): number => {
      let late = waiting
      let owed = 0
      for (const { fromMs, toMs, endMs, share } of windows) {
        const { met, missed: missedBefore } = fromMs === 0 ? stake : NOTHING_COUNTED
        let [coming, missed] = [0, missedBefore]
        const orderedMs = Math.min(toMs, Math.max(fromMs, ahead.aheadMs))
        const pass = ({ flow, waiting: left }: Passed): void => {
          coming += flow.operations
          missed += flow.operations * flow.missedShare
          late = left
        }
        if (orderedMs > fromMs) pass(fromMs === 0 ? first : serve(before, late, orderedMs - fromMs))
        if (toMs > orderedMs) pass(serve(serving, late, toMs - orderedMs))
        if (endMs > toMs) {
          // After the horizon any load may come.
          const later = (ahead.rate * (endMs - toMs)) / 1_000
          coming += later
          missed += later * missedShare
        }
        owed += share * remedyWith(stake.owed, met + missedBefore, coming, missed)
      }
      return owed + Math.min(recovery.atMost, Math.max(0, late - serving.inTime) * recovery.each)
    }
    return scenarios.reduce((sum, { chance, serving }) => sum + chance * owedWith(serving), 0)
  }
}

interface Known extends Pick<Stake, 'goal'> {
  readonly ladder: Ladder
  readonly ahead: Outlook
  readonly served: readonly Served[]
}

/** Where there is a price they are asked for at every tick, as the window fills while the load lasts. */
const remembered = new WeakMap<InstanceCounts, Known>()

function servedBy(
  ladder: Ladder,
  counts: InstanceCounts,
  ahead: Outlook,
  { goal, isPriced }: Stake,
): readonly Served[] {
  const known = remembered.get(counts)
  if (known?.ladder === ladder && known.ahead === ahead && known.goal === goal) return known.served
  const served = ahead.scenarios.map(({ rate, chance }) => ({
    chance,
    serving: servingAt(ladder, counts, rate, goal),
  }))
  if (isPriced) remembered.set(counts, { ladder, ahead, goal, served })
  return served
}

function meanMissed(scenarios: readonly Served[]): number {
  let [operations, missed] = [0, 0]
  for (const { chance, serving } of scenarios) {
    operations += chance * serving.rate
    missed += chance * serving.rate * serving.missedShare
  }
  return operations === 0 ? 0 : missed / operations
}

const NOTHING_COUNTED = { met: 0, missed: 0 }

const lessOf = (a: InstanceCounts, b: Readonly<Record<string, number>>): InstanceCounts =>
  Object.fromEntries(Object.entries(a).map(([part, count]) => [part, Math.min(count, b[part] ?? count)]))
