/**
 * What a service shares its platform with, as far as its own decision has to know it (A3.21, A3.23). It is part of
 * what is decided from, so that a recorded tick of one service can be decided again without all the others.
 */
import { hintFactor, type Bidder, type Slot } from '../allocation/index.ts'
import { usualRate } from '../stats/index.ts'
import { epochMs, type EpochMs } from '../units/index.ts'
import type { DecideInput } from './decide.ts'
import type { Reason } from './plan.ts'

export interface Share {
  /** All instances that the platform runs at most. */
  readonly capacity: number
  /** Instances that the service may have of them, all parts together; null for as many as it wants. */
  readonly atMost: number | null
  /** Who yields to whom, and why; nothing where there is enough. */
  readonly reasons: readonly Reason[]
  /** What others are expected to need, for work that can wait; empty for any other service. */
  readonly slots: readonly Slot[]
}

/** What a service would have if there were enough, and what it loses with fewer. */
export interface Bid extends Omit<Bidder, 'service' | 'has'> {
  /** Instances that it takes at a load, in operations a second; null where no model says so. */
  readonly totalAt: (rate: number) => number | null
}

/** One that wants what it says, and loses nothing that is known with less. */
export const plainBid = (wants: number, atLeast: number): Bid => ({
  wants,
  atLeast: Math.min(wants, atLeast),
  lossAt: () => 0,
  totalAt: () => null,
})

const HOUR_MS = 3_600_000
/** Further ahead the last hour is taken to go on: what is learned of a day repeats, and work seldom waits longer. */
const HOURS_AHEAD = 48

/** Hour by hour, what all of these are expected to need; `taken` is what needs the same at any time. */
export function slotsOf(
  others: readonly { readonly input: DecideInput; readonly bid: Bid; readonly now: number }[],
  taken: number,
  now: EpochMs,
): readonly Slot[] {
  const nextHour = (Math.floor(now / HOUR_MS) + 1) * HOUR_MS
  return Array.from({ length: HOURS_AHEAD }, (_, i) => {
    const from = i === 0 ? now : nextHour + (i - 1) * HOUR_MS
    const to = nextHour + i * HOUR_MS
    const middle = epochMs((from + to) / 2)
    const needed = others.reduce((sum, one) => sum + (i === 0 ? one.now : neededAt(one, middle)), 0)
    return { ms: to - from, others: taken + needed }
  })
}

/** By the load that is usual then; what was not seen yet is taken to need what it needs now. */
function neededAt(
  { input, bid, now }: { readonly input: DecideInput; readonly bid: Bid; readonly now: number },
  at: EpochMs,
): number {
  const usual = usualRate(input.state.forecaster, at)
  if (usual === null) return now
  return bid.totalAt(usual * hintFactor(input.service.hints, at)) ?? now
}
