/**
 * Warm spares (A3.19): one instance more of a part than is needed, where the loss of one would break a promise
 * before its replacement serves, and fails often enough that the spare is cheaper than what is owed then.
 */
import type { PartName } from '../units/index.ts'
import { sharesAt, type Ladder } from './ladder.ts'
import type { InstanceCounts } from './sizing.ts'
import { expectedRemedy, type Stake } from './stake.ts'

export interface SpareInput {
  readonly ladder: Ladder
  readonly stakes: readonly Stake[]
  /** Operations a second that are planned for. */
  readonly rate: number
  /** What is needed. */
  readonly counts: InstanceCounts
  /** From the loss of an instance until its replacement serves. */
  readonly replacedAfterMs: (part: PartName) => number
  /** Failures of one instance in an hour. */
  readonly failuresPerHour: number
}

export interface Spare {
  readonly part: PartName
  /** What a failure without the spare is expected to cost, in micro-units an hour, and what the spare does. */
  readonly saves: number
  readonly costs: number
}

/** At most one of each part: two failures within one start are left to chance. */
export function sparesFor(input: SpareInput): readonly Spare[] {
  const { ladder, counts, failuresPerHour, replacedAfterMs } = input
  return ladder.problem.parts.flatMap(({ part, price, atMost }): readonly Spare[] => {
    const count = counts[part] ?? 0
    if (count === 0 || count >= atMost) return []
    const lost = lossOfOne(input, part, replacedAfterMs(part))
    const saves = failuresPerHour * count * lost
    return saves > price ? [{ part, saves, costs: price }] : []
  })
}

/** What the remedies grow by when one instance is gone for so long. */
function lossOfOne({ ladder, stakes, rate, counts }: SpareInput, part: PartName, goneMs: number): number {
  // What a promise without a price is worth is a manner of speaking, and no reason to pay for a spare.
  const broken = stakes.filter((stake) => stake.isPriced && goneMs > slackMs(stake, rate))
  if (broken.length === 0) return 0
  const fewer = { ...counts, [part]: (counts[part] ?? 0) - 1 }
  const [kept, without] = [sharesAt(ladder, counts, rate), sharesAt(ladder, fewer, rate)]
  return broken.reduce((sum, stake) => {
    const flow = (ms: number, shares: readonly number[]): { operations: number; missedShare: number } => ({
      operations: (rate * ms) / 1_000,
      missedShare: 1 - (shares[stake.goal] ?? 0),
    })
    const gone = Math.min(goneMs, stake.leftMs)
    const as = expectedRemedy(stake, stake, [flow(stake.leftMs, kept)])
    const then = expectedRemedy(stake, stake, [flow(gone, without), flow(stake.leftMs - gone, kept)])
    return sum + Math.max(0, then - as)
  }, 0)
}

/** For how long all operations may still miss before the window's promise is broken. */
function slackMs({ owed, met, missed, leftMs }: Stake, rate: number): number {
  const promised = owed[0]?.below ?? 1
  const all = met + missed + (rate * leftMs) / 1_000
  return rate === 0 ? Infinity : (((1 - promised) * all - missed) / rate) * 1_000
}
