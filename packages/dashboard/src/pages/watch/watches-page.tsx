/** All watches: how many clients report, how often, and how fresh copies are. */
import { useEffect } from 'preact/hooks'
import type { ManifestView, PacingStatsView } from '../../../../server/src/http/api.ts'
import { read, readAll } from '../../api/requests.ts'
import type { Answer } from '../../api/requests.ts'
import { formatCount, formatRate, formatShare, UNKNOWN } from '../../format/quantity.ts'
import { DataTable } from '../../parts/data-table.tsx'
import type { Column } from '../../parts/data-table.tsx'
import { serviceFragment, watchFragment } from '../../router.ts'
import { usePolled } from './use-polled.ts'

export const watchPath = (name: string): string => `/v1/watches/${encodeURIComponent(name)}`

export function WatchesPage() {
  const { value, says } = usePolled('/v1/watches', statsOfAll)
  useEffect(() => {
    document.title = 'Watches · Holdfast'
  }, [])
  if (value === null) {
    return <p class="center muted">{says === null ? 'Reading watches…' : `They cannot be shown: ${says}`}</p>
  }
  if (value.length === 0) {
    return (
      <div class="empty">
        <p>No watch is declared yet.</p>
        <p class="muted">
          A manifest of <code>kind: Watch</code> says what clients report and which change matters; apply one
          with <code>holdfast apply -f watch.yaml</code>.
        </p>
      </div>
    )
  }
  return (
    <>
      <div class="page-head">
        <h1>Watches</h1>
      </div>
      <section class="panel">
        <DataTable
          caption="All watches"
          columns={COLUMNS}
          rows={value}
          rowKey={({ watch }) => watch}
          empty="No watch is declared yet."
        />
      </section>
    </>
  )
}

async function statsOfAll(path: string): Promise<Answer<readonly PacingStatsView[]>> {
  const watches = await readAll<ManifestView>(path)
  if (!watches.ok) return watches
  const stats = await Promise.all(
    watches.value.map(({ name }) => read<PacingStatsView>(`${watchPath(name)}/stats`)),
  )
  const value = stats.flatMap((one) => (one.ok ? [one.value] : []))
  return { ok: true, value, serverNowMs: watches.serverNowMs }
}

const COLUMNS: readonly Column<PacingStatsView>[] = [
  { head: 'Watch', cell: ({ watch }) => <a href={watchFragment(watch)}>{watch}</a> },
  { head: 'Service', cell: ({ service }) => <a href={serviceFragment(service)}>{service}</a> },
  {
    head: 'Clients',
    numeric: true,
    cell: ({ clients }) => (clients === null ? UNKNOWN : formatCount(clients)),
  },
  { head: 'Updates', numeric: true, cell: ({ perSecond }) => formatRate(perSecond) },
  { head: 'Budget', numeric: true, cell: ({ budgetPerSecond }) => formatRate(budgetPerSecond) },
  { head: 'Wrong', numeric: true, cell: ({ stale }) => formatShare(stale?.realised ?? null) },
  { head: 'Expected', numeric: true, cell: ({ stale }) => formatShare(stale?.promised ?? null) },
  {
    head: 'Of one interval for all',
    numeric: true,
    cell: ({ fixed }) => (fixed === null ? UNKNOWN : formatShare(fixed.ratio)),
  },
]
