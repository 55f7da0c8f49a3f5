/** When parts count as outside their characteristics where an agreement does not say it itself (A3.14). */
import { durationMs, ratio } from '../units/index.ts'
import type { Terms, Thresholds } from './agreement.ts'

export const USUAL_THRESHOLDS: Thresholds = {
  parts: 1,
  serviceTimeFactor: 1.5,
  failedShare: ratio(0.05),
  lasting: durationMs(0),
}

/** What the terms say of it, of themselves or for single levels; the first counts. */
export function thresholdsOf({ conditions, levels }: Terms): Thresholds {
  const said = [...conditions, ...levels.flatMap((level) => level.conditions)].find(
    ({ kind }) => kind === 'characteristics',
  )
  return said?.kind === 'characteristics' ? said.beyond : USUAL_THRESHOLDS
}
