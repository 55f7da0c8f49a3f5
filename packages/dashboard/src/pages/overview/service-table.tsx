/**
 * The list of services. Only the rows near the view are in the document, between two spacers, and the
 * table says how many there are, so that ten thousand are as quick as ten.
 */
import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ServiceSummary } from '../../../../server/src/http/api.ts'
import { useDashboard, useMedia, useSelected, useServerNow } from '../../parts/use-dashboard.ts'
import { useKeys } from '../../parts/use-keys.ts'
import { serviceFragment } from '../../router.ts'
import type { Sorting, SortKey } from './order.ts'
import { ServiceRow } from './service-row.tsx'
import { useRowsInView } from './use-rows-in-view.ts'

/** Fixed heights, as the windowing counts on them; the style sheet takes them from here. */
const ROW_PX = 68
const CARD_PX = 196
const HEAD_PX = 40
/** Trends are asked for once the rows have stood still for so long. */
const SETTLED_MS = 250

const columns: readonly { readonly key: SortKey; readonly head: string; readonly numeric?: boolean }[] = [
  { key: 'state', head: 'Verdict' },
  { key: 'name', head: 'Service' },
  { key: 'response', head: 'Response p90' },
  { key: 'budget', head: 'Budget left' },
  { key: 'requests', head: 'Requests', numeric: true },
  { key: 'instances', head: 'Instances' },
  { key: 'cost', head: 'Cost per hour', numeric: true },
]

export function ServiceTable(props: {
  readonly names: readonly string[]
  readonly services: ReadonlyMap<string, ServiceSummary>
  readonly sorting: Sorting
  readonly onSort: (sorting: Sorting) => void
}) {
  const { names, services, sorting, onSort } = props
  const trends = useSelected((state) => state.trends)
  const nowMs = useServerNow()
  const isNarrow = useMedia('(max-width: 760px)')
  const rowPx = isNarrow ? CARD_PX : ROW_PX
  const body = useRef<HTMLTableSectionElement>(null)
  const list = useRowsInView({ list: body, count: names.length, rowPx, coveredPx: isNarrow ? 0 : HEAD_PX })
  const { first, end, beforePx, afterPx } = list.rows
  const inView = names.slice(first, end)
  const [selected, setSelected] = useWalk(names, body, list.bringIntoView)
  useTrends(inView)
  return (
    <table class="services" role="table" aria-rowcount={names.length + 1} style={{ '--row': `${rowPx}px` }}>
      <caption class="unseen">Services and how they stand to their agreements</caption>
      <thead role="rowgroup">
        <tr role="row" aria-rowindex={1}>
          {columns.map((column) => (
            <SortHead key={column.key} column={column} sorting={sorting} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" ref={body}>
        {beforePx > 0 && <Spacer key="before" px={beforePx} />}
        {inView.map((name, offset) => {
          const service = services.get(name)
          if (service === undefined) return null
          return (
            <ServiceRow
              key={name}
              service={service}
              trend={trends.get(name) ?? []}
              index={first + offset}
              selected={name === selected}
              nowMs={nowMs}
              onSelect={() => setSelected(name)}
            />
          )
        })}
        {afterPx > 0 && <Spacer key="after" px={afterPx} />}
      </tbody>
    </table>
  )
}

/** Only keeps the scroll bar honest. */
function Spacer({ px }: { readonly px: number }) {
  return (
    <tr role="presentation" class="spacer">
      <td role="presentation" style={{ height: `${px}px` }} />
    </tr>
  )
}

function SortHead(props: {
  readonly column: (typeof columns)[number]
  readonly sorting: Sorting
  readonly onSort: (sorting: Sorting) => void
}) {
  const { column, sorting, onSort } = props
  const isSorted = sorting.key === column.key
  const direction = sorting.descending ? 'descending' : 'ascending'
  return (
    <th
      role="columnheader"
      scope="col"
      class={`c-${column.key}${column.numeric === true ? ' number' : ''}`}
      aria-sort={isSorted ? direction : 'none'}
    >
      <button
        type="button"
        onClick={() => onSort({ key: column.key, descending: isSorted && !sorting.descending })}
      >
        {column.head}
        <span class="arrow" aria-hidden="true">
          {isSorted ? (sorting.descending ? '↓' : '↑') : ''}
        </span>
      </button>
    </th>
  )
}

/** The row that the keys have reached; it stays the same service when the order changes. */
function useWalk(
  names: readonly string[],
  body: RefObject<HTMLElement | null>,
  bringIntoView: (index: number) => void,
): readonly [string | null, (name: string) => void] {
  const [selected, setSelected] = useState<string | null>(null)
  const [focusWanted, setFocusWanted] = useState<string | null>(null)
  const step = (by: number): void => {
    const at = selected === null ? -1 : names.indexOf(selected)
    const index = Math.min(names.length - 1, Math.max(0, at < 0 ? 0 : at + by))
    const name = names[index]
    if (name === undefined) return
    bringIntoView(index)
    setSelected(name)
    setFocusWanted(name)
  }
  // The row may come into the document only after the scroll, so this looks after every draw.
  useEffect(() => {
    if (focusWanted === null) return
    const row = body.current?.querySelector(`[data-service="${CSS.escape(focusWanted)}"] a`)
    if (!(row instanceof HTMLElement)) return
    row.focus({ preventScroll: true })
    setFocusWanted(null)
  })
  useKeys({
    j: () => step(1),
    ArrowDown: () => step(1),
    k: () => step(-1),
    ArrowUp: () => step(-1),
    Enter: () => {
      if (selected !== null) location.hash = serviceFragment(selected)
    },
  })
  return [selected, setSelected]
}

function useTrends(inView: readonly string[]): void {
  const { session } = useDashboard()
  const wanted = inView.join('\n')
  useEffect(() => {
    const timer = window.setTimeout(() => session.wantTrends(wanted.split('\n').filter(Boolean)), SETTLED_MS)
    return () => window.clearTimeout(timer)
  }, [session, wanted])
}
