import type { VerdictState } from '../../../server/src/http/api.ts'
import { formatBudgetLeft } from '../format/quantity.ts'

/** How much of a window's allowed misses is left; the bar repeats the words beside it. */
export function BudgetBar(props: { readonly leftRatio: number | null; readonly state: VerdictState }) {
  const { leftRatio, state } = props
  if (leftRatio === null) return <span class="budget muted">not measured</span>
  const width = `${Math.min(1, Math.max(0, leftRatio)) * 100}%`
  return (
    <span class="budget">
      <span>{formatBudgetLeft(leftRatio)}</span>
      <span class="bar" aria-hidden="true">
        <span class={`fill ${state}`} style={{ width }} />
      </span>
    </span>
  )
}
