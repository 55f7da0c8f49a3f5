import type { VerdictView } from '../../../../server/src/http/api.ts'
import { counted, formatCount, formatFactor, formatShare } from '../../format/quantity.ts'
import { formatSpan } from '../../format/time.ts'
import { BudgetBar } from '../../parts/budget-bar.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import type { Column } from '../../parts/data-table.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'

const columns: readonly Column<VerdictView>[] = [
  {
    head: 'Level',
    cell: ({ level, agreement }) => (
      <>
        {level}
        <span class="sub">{agreement}</span>
      </>
    ),
  },
  { head: 'Verdict', cell: ({ state }) => <StateBadge state={state} /> },
  { head: 'Met', numeric: true, cell: ({ met }) => formatCount(met) },
  { head: 'Missed', numeric: true, cell: ({ missed }) => formatCount(missed) },
  { head: 'Promised', numeric: true, cell: ({ promisedRatio }) => formatShare(promisedRatio) },
  { head: 'Measured', numeric: true, cell: ({ measuredRatio }) => formatShare(measuredRatio) },
  { head: 'Budget left', cell: (verdict) => <Budget verdict={verdict} /> },
  { head: 'Burn', numeric: true, cell: ({ burn }) => formatFactor(burn) },
  { head: 'Window', cell: (verdict) => windowWords(verdict) },
]

/** Each level of the agreements with its exact counts in the present window. */
export function LevelsTable({ verdicts }: { readonly verdicts: readonly VerdictView[] }) {
  return (
    <DataTable
      caption="Levels of the agreements and how they stand in the present window"
      columns={columns}
      rows={verdicts}
      rowKey={({ agreement, level }) => `${agreement} ${level}`}
      empty="No agreement has a level for this service."
    />
  )
}

function Budget({ verdict }: { readonly verdict: VerdictView }) {
  const { allowedMisses, missesLeft, state } = verdict
  if (state === 'unknown' || allowedMisses <= 0) return <BudgetBar leftRatio={null} state={state} />
  return (
    <>
      <BudgetBar leftRatio={missesLeft / allowedMisses} state={state} />
      <span class="sub">
        {missesLeft < 0
          ? `${counted(-missesLeft, 'miss', 'misses')} too many`
          : `${formatCount(missesLeft)} of ${counted(allowedMisses, 'miss', 'misses')}`}
      </span>
    </>
  )
}

function windowWords({ windowFrom, windowTo }: VerdictView): string {
  return formatSpan(Date.parse(windowFrom), Date.parse(windowTo))
}
