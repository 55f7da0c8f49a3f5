/**
 * Whether a service without load should have no instance at all (A3.19): an idle instance costs its price, and
 * a cold start the operations that wait for it. Who does not know when the next operation comes never pays more
 * than twice the least by waiting until idling has cost as much as a start (the ski-rental rule); where the
 * forecast expects one sooner, it is waited for.
 */
import type { EpochMs } from '../units/index.ts'
import type { Goal } from './sizing.ts'
import { expectedRemedy, type Stake } from './stake.ts'

export interface IdleInput {
  /** Since when nothing came and nothing is there; null while something does. */
  readonly idleSince: EpochMs | null
  readonly now: EpochMs
  /** Operations a second that are expected when an order of now serves. */
  readonly expectedRate: number
  /** Of the instances that could go, in micro-units. */
  readonly hourlyCost: number
  /** From the first operation until an instance serves. */
  readonly startMs: number
  /** What one cold start is expected to lose, in micro-units; null where the agreement puts no price on it. */
  readonly startLoss: number | null
}

/** Clients pause; what is idle for less is not idle. */
const LEAST_IDLE_MS = 60_000
/** Where nothing says what a cold start is worth. */
const IDLE_WITHOUT_PRICE_MS = 300_000
const MS_PER_HOUR = 3_600_000

/** For how long instances are kept without load. */
export function idleBefore({ hourlyCost, startMs, startLoss }: Omit<IdleInput, 'idleSince' | 'now'>): number {
  if (startLoss === null) return IDLE_WITHOUT_PRICE_MS
  // Until it serves an instance is paid for as well.
  return Math.max(LEAST_IDLE_MS, startMs + (startLoss / Math.max(1, hourlyCost)) * MS_PER_HOUR)
}

export function isWorthSleeping(input: IdleInput): boolean {
  const { idleSince, now, expectedRate } = input
  if (idleSince === null) return false
  const idleMs = idleBefore(input)
  return now - idleSince >= idleMs && expectedRate * idleMs < 1_000
}

/** Null where no level has a price: a cold start is allowed, and nothing is owed for it. */
export function startLossOf(
  stakes: readonly Stake[],
  goals: readonly Goal[],
  { rate, startMs }: { readonly rate: number; readonly startMs: number },
): number | null {
  const priced = stakes.filter(({ isPriced }) => isPriced)
  if (priced.length === 0) return null
  const missing = 1 + (rate * startMs) / 1_000
  return priced.reduce((sum, stake) => {
    const limitMs = goals[stake.goal]?.limitMs ?? Infinity
    if (startMs < limitMs) return sum
    const coming = [{ operations: (rate * stake.leftMs) / 1_000, missedShare: 0 }]
    const { met, missed } = stake
    const without = expectedRemedy(stake, { met, missed }, coming)
    return sum + Math.max(0, expectedRemedy(stake, { met, missed: missed + missing }, coming) - without)
  }, 0)
}
