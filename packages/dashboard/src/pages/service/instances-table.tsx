import type { InstanceView } from '../../../../server/src/http/api.ts'
import { formatCount } from '../../format/quantity.ts'
import { clockTime, formatAge } from '../../format/time.ts'
import { phaseWords } from '../../format/words.ts'
import { DataTable } from '../../parts/data-table.tsx'
import type { Column } from '../../parts/data-table.tsx'

/** Every instance of the service with its phase, since when, and why. */
export function InstancesTable(props: {
  readonly instances: readonly InstanceView[]
  readonly nowMs: number
}) {
  const { instances, nowMs } = props
  const columns: readonly Column<InstanceView>[] = [
    { head: 'Instance', cell: ({ id }) => <code>{id}</code> },
    { head: 'Part', cell: ({ part }) => part },
    { head: 'Phase', cell: ({ phase }) => <span class={`phase ${phase}`}>{phaseWords[phase]}</span> },
    {
      head: 'Since',
      cell: ({ since }) => (
        <>
          <time dateTime={since}>{clockTime(Date.parse(since))}</time>
          <span class="sub">{formatAge(nowMs - Date.parse(since))} ago</span>
        </>
      ),
    },
    { head: 'Restarts', numeric: true, cell: ({ restarts }) => formatCount(restarts) },
    {
      head: 'Why',
      cell: ({ says, desired }) => (
        <>
          {says}
          {!desired && <span class="sub">no longer wanted</span>}
        </>
      ),
    },
  ]
  const sorted = [...instances].sort(
    (left, right) => left.part.localeCompare(right.part) || left.since.localeCompare(right.since),
  )
  return (
    <DataTable
      caption="Instances of the service"
      columns={columns}
      rows={sorted}
      rowKey={({ id }) => id}
      empty="No instances run."
    />
  )
}
