/**
 * A plan's changes as people read them: per part and reason, from how many instances to how many. The loop
 * publishes them as they happen, and /why reads them back out of the journal.
 */
import type { Change, DesiredInstance, Plan, Reason } from '@holdfast/core/control'
import { formatInstant } from '@holdfast/core/units'
import type { ChangeView, ReasonView } from '../api.ts'

export const reasonView = ({ code, part, says }: Reason): ReasonView => ({ code, part, says })

/**
 * One view for each part and reason, in the plan's order. Where a part changes for several reasons, each
 * goes on from the count that the one before left, so that the last one ends at the new count. Instances
 * that are replaced, as for a new revision, leave the count as it is.
 */
export function changesOfPlan(
  previousDesired: readonly DesiredInstance[],
  plan: Pick<Plan, 'at' | 'changes'>,
): readonly ChangeView[] {
  const counts = new Map<string, number>()
  for (const { part } of previousDesired) counts.set(part, (counts.get(part) ?? 0) + 1)

  const groups = Map.groupBy(plan.changes, ({ instance, reason }) => `${instance.part} ${reason.code}`)
  return [...groups.values()].flatMap((changes) => {
    const first = changes[0]
    if (first === undefined) return []
    const { part } = first.instance
    const from = counts.get(part) ?? 0
    const to = from + netOf(changes)
    counts.set(part, to)
    return [{ at: formatInstant(plan.at), part, from, to, reason: reasonView(first.reason) }]
  })
}

const netOf = (changes: readonly Change[]): number =>
  changes.reduce((net, { kind }) => net + (kind === 'start' ? 1 : -1), 0)
