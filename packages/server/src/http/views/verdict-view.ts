/** A verdict as the API says it. */
import type { Verdict } from '@holdfast/core/agreement'
import { formatInstant } from '@holdfast/core/units'
import type { VerdictView } from '../api.ts'

export function verdictView(verdict: Verdict): VerdictView {
  const {
    agreement,
    level,
    at,
    window,
    state,
    met,
    missed,
    missedBy,
    promised,
    measured,
    platformShare,
    budget,
    burn,
    cause,
    reason,
  } = verdict
  return {
    agreement,
    level,
    at: formatInstant(at),
    windowFrom: formatInstant(window.from),
    windowTo: formatInstant(window.to),
    state,
    met,
    missed,
    promisedRatio: promised,
    measuredRatio: measured,
    missedBy,
    platformRatio: platformShare,
    allowedMisses: budget.allowed,
    missesLeft: budget.left,
    burn,
    cause: cause === null ? null : { ...cause, since: formatInstant(cause.since) },
    reason,
  }
}
