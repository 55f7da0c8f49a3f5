/** The eight metrics of the service and its parts, over an interval that the reader chooses, with where each is from. */
import { useEffect, useState } from 'preact/hooks'
import type { EightMetricsView, HealthView, MetricView } from '../../../../server/src/http/api.ts'
import { read, servicePath } from '../../api/requests.ts'
import { formatCount, formatMs, formatRate, formatShare, UNKNOWN } from '../../format/quantity.ts'
import { clockTime, formatAge } from '../../format/time.ts'
import { DataTable } from '../../parts/data-table.tsx'
import type { Column } from '../../parts/data-table.tsx'
import { SourceList } from './source-list.tsx'

const INTERVALS = [
  { query: '', words: 'Last minute' },
  { query: '?interval=5m', words: 'Last 5 min' },
  { query: '?interval=1h', words: 'Last hour' },
] as const

/** Often enough to follow the last minute; a longer interval is read as often, and seldom another. */
const EVERY_MS = 5_000

export function HealthPanel({ name, nowMs }: { readonly name: string; readonly nowMs: number }) {
  const [query, choose] = useState<string>(INTERVALS[0].query)
  const view = useHealth(name, query)
  return (
    <section class="panel" aria-labelledby="health">
      <div class="section-head">
        <h2 id="health">Health</h2>
        <fieldset class="ranges">
          <legend class="unseen">Interval of the metrics</legend>
          {INTERVALS.map((one) => (
            <label key={one.query}>
              <input
                type="radio"
                name="health-interval"
                checked={one.query === query}
                onChange={() => choose(one.query)}
              />
              <span>{one.words}</span>
            </label>
          ))}
        </fieldset>
      </div>
      {view === null ? <p class="muted">Reading…</p> : <HealthTable view={view} nowMs={nowMs} />}
      <SourceList name={name} nowMs={nowMs} />
    </section>
  )
}

/** Null until the first answer; while the server is away what was read last stays. */
function useHealth(name: string, query: string): HealthView | null {
  const [view, setView] = useState<HealthView | null>(null)
  useEffect(() => {
    let isShown = true
    const ask = async (): Promise<void> => {
      const answer = await read<HealthView>(`${servicePath(name)}/health${query}`)
      if (isShown && answer.ok) setView(answer.value)
    }
    void ask()
    const timer = window.setInterval(() => void ask(), EVERY_MS)
    return () => {
      isShown = false
      window.clearInterval(timer)
    }
  }, [name, query])
  return view
}

function HealthTable({ view, nowMs }: { readonly view: HealthView; readonly nowMs: number }) {
  const { from, to, sources, seenRatio, measuredUntil, findings, parts } = view
  return (
    <>
      <p class="muted">
        {clockTime(Date.parse(from))} to {clockTime(Date.parse(to))},{' '}
        {measuredUntil === null
          ? 'nothing was measured yet'
          : `measured by ${sources.join(', ')} for ${formatShare(seenRatio)} of it, last ${formatAge(Math.max(0, nowMs - Date.parse(measuredUntil)))} ago`}
      </p>
      {findings.length > 0 && (
        <ul class="reasons">
          {findings.map(({ part, law, says }) => (
            <li key={`${part} ${law}`}>
              <span class="over">Cannot be true</span> {says}
            </li>
          ))}
        </ul>
      )}
      <DataTable
        caption="The eight metrics of the service and of each part"
        columns={[
          { head: 'Metric', cell: ({ head }) => head },
          { head: 'Service', cell: (row) => <Value said={row.of(view)} explains /> },
          ...parts.map((part): Column<MetricRow> => ({
            head: part.part,
            cell: (row) => <Value said={row.of(part)} />,
          })),
        ]}
        rows={[...ROWS, ...moreRows(view)]}
        rowKey={({ head }) => head}
        empty=""
      />
    </>
  )
}

/** As much as is said of a service and of a part alike. */
type Told = Pick<HealthView, 'metrics' | 'more'>

interface MetricRow {
  readonly head: string
  readonly of: (told: Told) => Said
}

/** A metric in words, whatever it is of. */
interface Said {
  readonly text: string
  readonly rule: string | null
  readonly observations: number
  readonly sources: readonly string[]
  readonly reason: string | null
}

const said = <V,>(
  { value, rule, observations, sources, reason }: MetricView<V>,
  write: (value: V) => string,
): Said => ({
  text: value === null ? UNKNOWN : write(value),
  rule,
  observations,
  sources,
  reason,
})

const eight =
  (of: (metrics: EightMetricsView) => Said) =>
  ({ metrics }: Told): Said =>
    of(metrics)

const ROWS: readonly MetricRow[] = [
  { head: 'Availability', of: eight(({ availability }) => said(availability, formatShare)) },
  { head: 'Capacity', of: eight(({ capacity }) => said(capacity, formatRate)) },
  { head: 'Throughput', of: eight(({ throughput }) => said(throughput, formatRate)) },
  {
    head: 'Service time',
    of: eight(({ serviceTime }) =>
      said(serviceTime, ({ p50Ms, p90Ms, p99Ms }) => [p50Ms, p90Ms, p99Ms].map(formatMs).join(' · ')),
    ),
  },
  { head: 'Queue length', of: eight(({ queueLength }) => said(queueLength, (value) => value.toFixed(2))) },
  { head: 'Utilisation', of: eight(({ utilisation }) => said(utilisation, formatShare)) },
  {
    head: 'Violations',
    of: eight(({ violations }) =>
      said(violations, (levels) =>
        levels
          .map(({ level, over, operations }) => `${level} ${formatCount(over)} of ${formatCount(operations)}`)
          .join(', '),
      ),
    ),
  },
  { head: 'Satisfaction', of: eight(({ satisfaction }) => said(satisfaction, formatShare)) },
]

/** A row for each metric that rules give besides, of whatever part. */
function moreRows(view: HealthView): readonly MetricRow[] {
  const names = new Set([view, ...view.parts].flatMap(({ more }) => more.map(({ name }) => name)))
  return [...names].toSorted().map((name): MetricRow => ({
    head: name,
    of: ({ more }) => {
      const metric = more.find((one) => one.name === name)?.metric
      return metric === undefined
        ? NOT_RULED
        : said(metric, (value) => `${formatCount(value)} ${metric.unit}`)
    },
  }))
}

const NOT_RULED: Said = {
  text: UNKNOWN,
  rule: null,
  observations: 0,
  sources: [],
  reason: 'No rule gives it.',
}

/** Of the service with where it is from, or why it is not known. */
function Value(props: { readonly said: Said; readonly explains?: boolean }) {
  const { text, rule, observations, sources, reason } = props.said
  const way = (rule ?? '').replace(/^rule:/, 'rule ').replaceAll('-', ' ')
  const why = reason ?? `${way}, ${formatCount(observations)} from ${sources.join(', ')}`
  return (
    <>
      <span title={why}>{text}</span>
      {props.explains === true && <span class="sub">{why}</span>}
    </>
  )
}
