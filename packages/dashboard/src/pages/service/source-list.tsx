/** Who tells of the service besides the gateway, whether they do, and what is wrong with what they told. */
import { useEffect, useState } from 'preact/hooks'
import type { Page, SourceStatusView } from '../../../../server/src/http/api.ts'
import { read, servicePath } from '../../api/requests.ts'
import { formatCount, UNKNOWN } from '../../format/quantity.ts'
import { formatAge } from '../../format/time.ts'
import { DataTable } from '../../parts/data-table.tsx'

const EVERY_MS = 5_000

export function SourceList({ name, nowMs }: { readonly name: string; readonly nowMs: number }) {
  const sources = useSources(name)
  if (sources.length === 0) return null
  return (
    <DataTable
      caption="Sources of the service"
      columns={[
        { head: 'Source', cell: (source) => source.name },
        { head: 'Reads', cell: ({ reads }) => reads },
        { head: 'About', cell: ({ part }) => part ?? 'service' },
        { head: 'State', cell: (source) => <State source={source} /> },
        {
          head: 'Last',
          cell: ({ lastAt }) =>
            lastAt === null ? UNKNOWN : `${formatAge(Math.max(0, nowMs - Date.parse(lastAt)))} ago`,
        },
        { head: 'Series', cell: ({ series }) => formatCount(series) },
        {
          head: 'Faults',
          cell: ({ faults }) =>
            faults.map(({ kind, times }) => `${kind} ${formatCount(times)}`).join(', ') || UNKNOWN,
        },
      ]}
      rows={sources}
      rowKey={(source) => source.name}
      empty=""
    />
  )
}

function State({ source: { state, says } }: { readonly source: SourceStatusView }) {
  return (
    <>
      <span class={state === 'failing' || state === 'silent' ? 'over' : ''}>{state}</span>
      {says !== null && <span class="sub">{says}</span>}
    </>
  )
}

/** While the server is away what was read last stays. */
function useSources(name: string): readonly SourceStatusView[] {
  const [sources, setSources] = useState<readonly SourceStatusView[]>([])
  useEffect(() => {
    let isShown = true
    const ask = async (): Promise<void> => {
      const answer = await read<Page<SourceStatusView>>(`${servicePath(name)}/sources`)
      if (isShown && answer.ok) setSources(answer.value.items)
    }
    void ask()
    const timer = window.setInterval(() => void ask(), EVERY_MS)
    return () => {
      isShown = false
      window.clearInterval(timer)
    }
  }, [name])
  return sources
}
