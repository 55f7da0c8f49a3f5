/**
 * What is said about a level at an instant: kept, at risk or breached, from exact counts, with a cause
 * that carries its evidence (A3.13, A3.14).
 */
import type { Span } from '../health/index.ts'
import type { AgreementName, EpochMs, LevelName, PartName, Ratio } from '../units/index.ts'

export type VerdictState = 'kept' | 'at-risk' | 'breached' | 'unknown'

export type CauseKind = 'load' | 'cap' | 'application' | 'dependency' | 'platform'

/** One figure that speaks for a cause, beside what was to be expected. */
export interface Evidence {
  readonly subject: string
  readonly measure: string
  readonly unit: string
  readonly observed: number
  readonly expected: number
  /** The figure in words, for people. */
  readonly says: string
}

export interface Cause {
  readonly kind: CauseKind
  /** The part that it lies in, where it lies in one. */
  readonly part: PartName | null
  /** Since when operations miss for its sake, without a longer pause. */
  readonly since: EpochMs
  readonly evidence: readonly Evidence[]
  /** What would help, for whoever can do it (A3.15). */
  readonly helps: string
}

/** Of the missed operations so many for the sake of each cause; causes with none are left out. */
export type MissedBy = Readonly<Partial<Record<CauseKind, number>>>

export interface Budget {
  /** Misses that the window allows at its end, at the present rate of operations. */
  readonly allowed: number
  /** Misses still allowed; negative when the window can no longer be kept. */
  readonly left: number
}

export interface Verdict {
  readonly agreement: AgreementName
  readonly level: LevelName
  readonly at: EpochMs
  readonly window: Span
  readonly state: VerdictState
  readonly met: number
  readonly missed: number
  /** Adds up to `missed`. */
  readonly missedBy: MissedBy
  readonly promised: Ratio
  /** Share met so far; null while nothing was counted. */
  readonly measured: Ratio | null
  /** The share without what was missed for other causes' sake than the platform's: remedies are owed by it. */
  readonly platformShare: Ratio | null
  readonly budget: Budget
  /** Speed at which the budget is spent of late: 1 spends exactly all of it by the window's end. */
  readonly burn: number
  /** Null exactly when the level is kept or unknown. */
  readonly cause: Cause | null
  readonly reason: string
}
