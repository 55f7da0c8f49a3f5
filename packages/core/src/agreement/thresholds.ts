/** When parts count as outside their characteristics where an agreement does not say it itself (A3.14). */
import { durationMs, ratio } from '../units/index.ts'
import type { Condition, Terms, Thresholds } from './agreement.ts'

export const USUAL_THRESHOLDS: Thresholds = {
  parts: 1,
  serviceTimeFactor: 1.5,
  failedShare: ratio(0.05),
  lasting: durationMs(0),
}

/** What the terms say of it, of themselves or for single levels; the first counts. */
export function thresholdsOf({ conditions, levels }: Terms): Thresholds {
  let said = beyondIn(conditions)
  for (const level of levels) said ??= beyondIn(level.conditions)
  return said ?? USUAL_THRESHOLDS
}

function beyondIn(conditions: readonly Condition[]): Thresholds | null {
  for (const condition of conditions) if (condition.kind === 'characteristics') return condition.beyond
  return null
}
