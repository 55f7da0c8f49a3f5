/**
 * The record of windows: those that ended with this tick and those that are open, with for whose sake operations
 * were missed. A rolling window moves with every tick: it is kept in the state, and only windows of the calendar
 * are recorded.
 */
import { inForce, platformShareOf } from '@holdfast/core/agreement'
import type { DecideInput, TickDecision } from '@holdfast/core/control'
import type { WindowCount } from '../store/store.ts'

export function windowCounts(
  { service, agreements, now }: DecideInput,
  { state, closed }: TickDecision,
): readonly WindowCount[] {
  const rolling = new Set(
    inForce(agreements, now).flatMap(({ levels, schedule }) =>
      [...levels, ...schedule.flatMap((entry) => entry.levels ?? [])].flatMap(({ name, window }) =>
        window.kind === 'rolling' ? [name] : [],
      ),
    ),
  )
  return [...closed, ...state.judge.windows].flatMap((one): readonly WindowCount[] => {
    const { agreement, level, window, met, missed, missedBy } = one
    if (rolling.has(level)) return []
    const { from, to } = window
    const platformShare = platformShareOf(one)
    return [{ service: service.name, agreement, level, from, to, met, missed, missedBy, platformShare }]
  })
}
