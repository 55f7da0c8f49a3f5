/** One watch: what its updates came to, what was learned of its clients, and why one was told its time. */
import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { FeatureView, PacingModelView, PacingStatsView } from '../../../../server/src/http/api.ts'
import { read } from '../../api/requests.ts'
import { formatCount, formatMs, formatRate, formatShare, UNKNOWN } from '../../format/quantity.ts'
import { DataTable } from '../../parts/data-table.tsx'
import type { Column } from '../../parts/data-table.tsx'
import { TimeChart } from '../../parts/time-chart.tsx'
import { useServerNow } from '../../parts/use-dashboard.ts'
import { serviceFragment } from '../../router.ts'
import { HazardMap, HourBars } from './hazard-map.tsx'
import { updatesChart, updatesSummary, wrongChart } from './minutes-charts.ts'
import { usePolled } from './use-polled.ts'
import { watchPath } from './watches-page.tsx'
import { WhyForm } from './why-form.tsx'
import '../../watch.css'

const HOUR_MS = 3_600_000

export function WatchPage({ name }: { readonly name: string }) {
  const stats = usePolled(`${watchPath(name)}/stats?for=1h`, (path) => read<PacingStatsView>(path))
  const model = usePolled(`${watchPath(name)}/model`, (path) => read<PacingModelView>(path))
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${name} · Holdfast`
    heading.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [name])
  return (
    <>
      <nav class="crumbs" aria-label="Where you are">
        <a href="#/watches">Watches</a> <span aria-hidden="true">/</span>{' '}
        <span aria-current="page">{name}</span>
      </nav>
      <div class="service-head">
        <h1 ref={heading} tabIndex={-1}>
          {name}
        </h1>
        {stats.value !== null && (
          <p class="muted">
            of the service <a href={serviceFragment(stats.value.service)}>{stats.value.service}</a>, the last
            hour
          </p>
        )}
      </div>
      {stats.value === null ? (
        <Absent name={name} says={stats.says} isMissing={stats.isMissing} />
      ) : (
        <WatchBody name={name} stats={stats.value} model={model.value} />
      )}
    </>
  )
}

function Absent(props: { readonly name: string; readonly says: string | null; readonly isMissing: boolean }) {
  if (props.isMissing) {
    return (
      <div class="empty">
        <p>There is no watch {props.name}, or your key may not see it.</p>
        <a href="#/watches">All watches</a>
      </div>
    )
  }
  return <p class="center muted">{props.says === null ? 'Reading…' : `It cannot be shown: ${props.says}`}</p>
}

function WatchBody(props: {
  readonly name: string
  readonly stats: PacingStatsView
  readonly model: PacingModelView | null
}) {
  const { name, stats, model } = props
  return (
    <>
      <WatchFigures stats={stats} />
      <WatchCharts stats={stats} />
      <section class="panel" aria-labelledby="why">
        <h2 id="why">Why a client comes when it does</h2>
        <WhyForm name={name} />
      </section>
      {model !== null && <WatchModel model={model} />}
    </>
  )
}

function WatchFigures({ stats }: { readonly stats: PacingStatsView }) {
  const { clients, stale, fixed, usefulShare, priceMs, budgetPerSecond } = stats
  const odd = stats.tooSoon + stats.refused + stats.badTokens + stats.notKept
  return (
    <dl class="figures">
      <Figure
        name="Clients"
        value={clients === null ? UNKNOWN : formatCount(clients)}
        note={clients === null ? 'carry what is known of them' : `${formatCount(stats.newcomers)} new`}
      />
      <Figure
        name="Updates"
        value={formatRate(stats.perSecond)}
        note={budgetPerSecond === null ? 'without a budget' : `budget ${formatRate(budgetPerSecond)}`}
      />
      <Figure
        name="Wrong"
        value={formatShare(stale?.realised ?? null)}
        note={stale === null ? 'of the time' : `of the time, ${formatShare(stale.promised)} expected`}
      />
      <Figure
        name="Of one interval"
        value={fixed === null ? UNKNOWN : formatShare(fixed.ratio)}
        note={fixed === null ? 'for all' : `that is as good: ${formatRate(fixed.perSecond)}`}
      />
      <Figure name="Significant" value={formatShare(usefulShare)} note="of updates by known clients" />
      <Figure
        name={priceMs === null ? 'Odd updates' : 'An update saves'}
        value={priceMs === null ? formatCount(odd) : formatMs(priceMs)}
        note={
          priceMs === null
            ? 'too soon, refused, without room, bad tokens'
            : `of wrongness; ${formatCount(odd)} too soon, refused or odd`
        }
      />
    </dl>
  )
}

function Figure(props: { readonly name: string; readonly value: ComponentChildren; readonly note: string }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd class="value">{props.value}</dd>
      <dd class="note">{props.note}</dd>
    </div>
  )
}

const count = (value: number | null): string => (value === null ? UNKNOWN : formatCount(value))

function WatchCharts({ stats }: { readonly stats: PacingStatsView }) {
  const nowMs = useServerNow()
  const updates = useMemo(() => updatesChart(stats, nowMs), [stats])
  const wrong = useMemo(() => wrongChart(stats, nowMs), [stats])
  const common = { fromMs: nowMs - HOUR_MS, toMs: nowMs, empty: 'No minute is over yet.', limit: null }
  return (
    <section class="panel" aria-label="The last hour">
      <TimeChart
        {...common}
        title="Updates a minute"
        summary={updatesSummary(stats)}
        data={updates}
        whole
        heightPx={220}
        say={count}
        tick={formatCount}
      />
      <TimeChart
        {...common}
        title="Time for which copies are wrong"
        summary={`Wrong for ${formatShare(stats.stale?.realised ?? null)} of the time.`}
        data={wrong}
        whole={false}
        heightPx={160}
        say={formatShare}
        tick={formatShare}
      />
    </section>
  )
}

function WatchModel({ model }: { readonly model: PacingModelView }) {
  return (
    <section class="panel" aria-labelledby="model">
      <h2 id="model">What was learned</h2>
      <p class="muted">
        From {formatCount(model.changes)} significant changes; a new client is thought to change once in{' '}
        {formatMs(model.priorDwellMs)}.
      </p>
      <HazardMap hazards={model.hazards} />
      <h3>Hours of the day (UTC)</h3>
      <HourBars factors={model.hourFactors} />
      {model.features.length > 0 && (
        <>
          <h3>Features</h3>
          <DataTable
            caption="How often clients change by what they tell of themselves"
            columns={FEATURES}
            rows={model.features}
            rowKey={({ feature, value }) => `${feature} ${value}`}
            empty=""
          />
        </>
      )}
    </section>
  )
}

const FEATURES: readonly Column<FeatureView>[] = [
  { head: 'Feature', cell: ({ feature, value }) => `${feature}: ${value}` },
  { head: 'Clients', numeric: true, cell: ({ clients }) => formatCount(clients) },
  { head: 'Once in', numeric: true, cell: ({ dwellMs }) => formatMs(dwellMs) },
]
