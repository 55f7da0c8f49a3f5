/**
 * What it is worth that nobody waits any more. Whoever does must still be served, and makes others late until
 * then; but no more is lost than by giving a promise up for a while, beside what keeping it usually comes to.
 * Where a load is so rough that keeping it costs as much as owing for it, that is nothing.
 */
import { hourlyCost, rungAt, rungFor, sharesAt, type Ladder } from './ladder.ts'
import type { Outlook } from './outlook.ts'
import { expectedRemedy, type Stake } from './stake.ts'

/** In micro-units. */
export interface Recovery {
  /** For each operation that waits. */
  readonly each: number
  readonly atMost: number
}

/** For so long a promise is thought to stay given up. */
const GIVEN_UP_MS = 900_000
/** Looked at for what keeping a promise usually costs: every fourth rung, down to a tenth of the usual load. */
const STRIDE = 4
const LEAST_SHARE = 0.1
const MS_PER_HOUR = 3_600_000
const NOTHING_COUNTED = { met: 0, missed: 0 }

/** All that a recovery follows from, beside what is owed. */
interface Known extends Pick<Stake, 'goal' | 'windowMs'> {
  readonly ladder: Ladder
  readonly usual: Outlook
  readonly recovery: Recovery
}

/** Beside what is owed, which like the usual load is the same object from tick to tick while it does not change. */
const remembered = new WeakMap<Stake['owed'], Known>()

export function recoveryOf(ladder: Ladder, usual: Outlook, stake: Stake): Recovery {
  // What a promise without a price is worth is a manner of speaking: its window says enough.
  if (!stake.isPriced || usual.rate <= 0) return { each: 0, atMost: 0 }
  const { goal, windowMs, owed } = stake
  const known = remembered.get(owed)
  const isKnown =
    known?.ladder === ladder && known.usual === usual && known.goal === goal && known.windowMs === windowMs
  if (isKnown) return known.recovery
  const recovery = workOut(ladder, usual, stake)
  remembered.set(owed, { ladder, usual, goal, windowMs, recovery })
  return recovery
}

function workOut(ladder: Ladder, usual: Outlook, stake: Stake): Recovery {
  const lost = ((stake.owed.at(-1)?.micros ?? 0) * MS_PER_HOUR) / stake.windowMs
  const served = hourlyCost(ladder.problem, rungAt(ladder, rungFor(usual.rate)).counts)
  const spared = lost - leastMoney(ladder, usual, stake)
  return {
    // Served at the usual rate, for as long as that takes.
    each: ((served + lost) * 1_000) / usual.rate / MS_PER_HOUR,
    atMost: Math.max(0, (spared * GIVEN_UP_MS) / MS_PER_HOUR),
  }
}

/** What keeping the promise comes to in an hour of the usual load, with the instances that are best for it. */
function leastMoney(ladder: Ladder, usual: Outlook, stake: Stake): number {
  const lowest = rungFor(usual.rate * LEAST_SHARE)
  let least = Infinity
  let index = rungFor(Math.max(usual.rate, usual.scenarios.at(-1)?.rate ?? 0)) + STRIDE
  for (; index >= lowest; index -= STRIDE) {
    const { counts } = rungAt(ladder, index)
    const cost = hourlyCost(ladder.problem, counts)
    if (cost >= least) continue
    const owed = usual.scenarios.reduce((sum, { rate, chance }) => {
      const missedShare = 1 - (sharesAt(ladder, counts, rate)[stake.goal] ?? 0)
      const coming = [{ operations: (rate * stake.windowMs) / 1_000, missedShare }]
      return sum + chance * expectedRemedy(stake, NOTHING_COUNTED, coming)
    }, 0)
    least = Math.min(least, cost + (owed * MS_PER_HOUR) / stake.windowMs)
  }
  return least
}
