/**
 * Notices that the model is too hopeful: where operations keep missing a level by more than was expected and
 * than is allowed, although everything that was ordered serves, instances are sized for more load than there
 * is (A3.16: learned online).
 */
import type { EpochMs } from '../units/index.ts'
import type { ScaleState } from './scale.ts'

export interface Missed {
  readonly operations: number
  readonly missed: number
  /** Share that may miss. */
  readonly allowed: number
  /** Which of the levels that are planned for. */
  readonly goal: number
}

export interface PressureInput {
  readonly state: ScaleState
  /** Of the last span, for each level; null where more instances are not the answer. */
  readonly missed: readonly Missed[] | null
  readonly settled: boolean
  readonly now: EpochMs
}

/** A model that proved too hopeful is corrected in steps of this much load, up to a bound, and slowly trusted again. */
const STEP = 1.15
const MOST = 3
const DECAY = 0.998
/** Misses beyond the allowance that chance does not sum up to while a level is kept. */
const TOO_MANY_MISSES = 50
/** After a change, or a load that was beyond the instances, what has piled up is waited for. */
const SETTLE_MS = 60_000
/** Where so many misses are expected work piles up. */
const OVERRUN = 0.3

export function nextPressure({
  state,
  missed,
  settled,
  now,
}: PressureInput): Pick<ScaleState, 'pressure' | 'excess' | 'calmSince'> {
  const isCalm = settled && state.expectedMisses.every((share) => share < OVERRUN)
  const calmSince = isCalm ? (state.calmSince ?? now) : null
  const waited = calmSince !== null && now - Math.max(calmSince, state.lastChangeAt ?? 0) >= SETTLE_MS
  if (missed === null || missed.length === 0 || !waited)
    return { pressure: state.pressure, excess: 0, calmSince }
  const beyond = missed.map((level) => {
    const expected = Math.max(level.allowed, state.expectedMisses[level.goal] ?? 0)
    return level.missed - expected * level.operations
  })
  const excess = Math.max(0, state.excess + Math.max(...beyond))
  if (excess > TOO_MANY_MISSES)
    return { pressure: Math.min(MOST, state.pressure * STEP), excess: 0, calmSince }
  return { pressure: excess > 0 ? state.pressure : Math.max(1, state.pressure * DECAY), excess, calmSince }
}
