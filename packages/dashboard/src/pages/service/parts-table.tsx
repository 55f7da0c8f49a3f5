import type { PartView } from '../../../../server/src/http/api.ts'
import { counted, formatCount, formatMs, formatRate } from '../../format/quantity.ts'
import { DataTable } from '../../parts/data-table.tsx'
import type { Column } from '../../parts/data-table.tsx'

/** Above this share of its expected service time a part is marked; less is noise. */
const SLOW_FACTOR = 1.25

const columns: readonly Column<PartView>[] = [
  {
    head: 'Part',
    cell: ({ part, calls }) => (
      <>
        {part}
        {calls.length > 0 && <span class="sub">calls {calls.map(callWords).join(', ')}</span>}
      </>
    ),
  },
  {
    head: 'Instances',
    cell: (part) => (
      <>
        {counted(part.ready, 'ready', 'ready')} of {part.desired}
        <span class="sub">
          {part.minInstances} to {part.maxInstances}, {part.instanceType}
        </span>
      </>
    ),
  },
  { head: 'Service time', cell: (part) => <ServiceTime part={part} /> },
  { head: 'Waiting', numeric: true, cell: ({ measuredWaitingMs }) => formatMs(measuredWaitingMs) },
  {
    head: 'Load of capacity',
    cell: (part) => (
      <>
        {formatRate(part.requestsPerSecond)}
        {part.capacityPerSecond !== null && <span class="sub">of {formatRate(part.capacityPerSecond)}</span>}
      </>
    ),
  },
  { head: 'Queue', numeric: true, cell: ({ queued }) => formatCount(queued) },
  { head: 'Price', numeric: true, cell: ({ pricePerHour }) => pricePerHour },
]

/** What each part was expected to do, beside what it does. */
export function PartsTable({ parts }: { readonly parts: readonly PartView[] }) {
  return (
    <DataTable
      caption="Parts of the service, as expected and as measured"
      columns={columns}
      rows={parts}
      rowKey={({ part }) => part}
      empty="This service has no parts."
    />
  )
}

function ServiceTime({ part }: { readonly part: PartView }) {
  const { measuredServiceMs, expectedServiceMs } = part
  const isSlow =
    measuredServiceMs !== null &&
    expectedServiceMs !== null &&
    measuredServiceMs > expectedServiceMs * SLOW_FACTOR
  return (
    <>
      <span class={isSlow ? 'over' : ''}>{formatMs(measuredServiceMs)}</span>
      <span class="sub">
        {expectedServiceMs === null ? 'nothing expected' : `expected ${formatMs(expectedServiceMs)}`}
        {isSlow && ', slower'}
      </span>
    </>
  )
}

function callWords({ part, times }: PartView['calls'][number]): string {
  return times === 1 ? part : `${part} ${times}×`
}
