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
/** After a change its effect is waited for. */
const SETTLE_MS = 30_000

export function nextPressure({
  state,
  missed,
  settled,
  now,
}: PressureInput): Pick<ScaleState, 'pressure' | 'excess'> {
  const waited = state.lastChangeAt === null || now - state.lastChangeAt >= SETTLE_MS
  if (missed === null || missed.length === 0 || !settled || !waited)
    return { pressure: state.pressure, excess: 0 }
  const beyond = missed.map((level) => {
    const expected = Math.max(level.allowed, state.expectedMisses[level.goal] ?? 0)
    return level.missed - expected * level.operations
  })
  const excess = Math.max(0, state.excess + Math.max(...beyond))
  if (excess > TOO_MANY_MISSES) return { pressure: Math.min(MOST, state.pressure * STEP), excess: 0 }
  return { pressure: excess > 0 ? state.pressure : Math.max(1, state.pressure * DECAY), excess }
}
