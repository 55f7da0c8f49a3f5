/** One service: its verdict, its past minutes, and the tables of what the figures are made of. */
import { useEffect, useRef } from 'preact/hooks'
import type { OpenedService } from '../../api/dashboard-state.ts'
import { codeWords, stateWords } from '../../format/words.ts'
import { useDashboard, useSelected, useServerNow } from '../../parts/use-dashboard.ts'
import { useKeys } from '../../parts/use-keys.ts'
import { fragmentOf, rangeMs } from '../../router.ts'
import type { RangeKey, ServiceRoute } from '../../router.ts'
import { Charts } from './charts.tsx'
import { HealthPanel } from './health-panel.tsx'
import { InstancesTable } from './instances-table.tsx'
import { KeyFigures } from './key-figures.tsx'
import { LevelsTable } from './levels-table.tsx'
import { PartsTable } from './parts-table.tsx'
import { VerdictBanner } from './verdict-banner.tsx'

export function ServicePage({ route }: { readonly route: ServiceRoute }) {
  const { session } = useDashboard()
  const opened = useSelected((state) => state.opened)
  const { name, range } = route
  useEffect(() => session.show(name, rangeMs(range)), [session, name, range])
  useEffect(() => () => session.show(null, 0), [session])
  const choose = (range: RangeKey): void => location.replace(fragmentOf({ page: 'service', name, range }))
  useKeys({
    Escape: () => {
      location.hash = '#/'
    },
    1: () => choose('5m'),
    2: () => choose('15m'),
    3: () => choose('1h'),
  })
  const present = opened?.name === name ? opened : null
  const state = present?.detail?.state
  useEffect(() => {
    document.title = `${name}${state === undefined ? '' : `: ${stateWords[state].toLowerCase()}`} · Holdfast`
  }, [name, state])
  return (
    <>
      <nav class="crumbs" aria-label="Where you are">
        <a href="#/">Services</a> <span aria-hidden="true">/</span> <span aria-current="page">{name}</span>
      </nav>
      <ServiceHead name={name} opened={present} />
      {present !== null && <ServiceBody opened={present} range={range} onRange={choose} />}
    </>
  )
}

/** The heading takes the focus, so that a screen reader starts at the new page. */
function ServiceHead({ name, opened }: { readonly name: string; readonly opened: OpenedService | null }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    heading.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [name])
  const detail = opened?.detail ?? null
  return (
    <div class="service-head">
      <h1 ref={heading} tabIndex={-1}>
        {name}
      </h1>
      {detail !== null && (
        <p class="muted">
          owner {detail.owner} · version {detail.version}
          {detail.agreements.length > 0 && ` · agreement ${detail.agreements.join(', ')}`}
          {detail.url !== null && (
            <>
              {' · '}
              <a href={detail.url} rel="noreferrer">
                {detail.url}
              </a>
            </>
          )}
          {detail.routeFault !== null && <strong> · not reachable: {detail.routeFault}</strong>}
        </p>
      )}
    </div>
  )
}

function ServiceBody(props: {
  readonly opened: OpenedService
  readonly range: RangeKey
  readonly onRange: (range: RangeKey) => void
}) {
  const { opened, range, onRange } = props
  const nowMs = useServerNow()
  const { detail, status, name } = opened
  if (status === 'missing') {
    return (
      <div class="empty">
        <p>There is no service {name}, or your key may not see it.</p>
        <a href="#/">All services</a>
      </div>
    )
  }
  if (detail === null) {
    return (
      <p class="center muted">{status === 'failed' ? `It cannot be shown: ${opened.says}` : 'Reading…'}</p>
    )
  }
  return (
    <>
      <VerdictBanner service={detail} nowMs={nowMs} />
      <KeyFigures service={detail} />
      <Charts opened={opened} range={range} nowMs={nowMs} onRange={onRange} />
      <section class="panel" aria-labelledby="levels">
        <h2 id="levels">Levels</h2>
        <LevelsTable verdicts={detail.verdicts} />
      </section>
      <HealthPanel name={name} nowMs={nowMs} />
      <section class="panel" aria-labelledby="parts">
        <h2 id="parts">Parts</h2>
        <PartsTable parts={detail.partDetails} />
      </section>
      <section class="panel" aria-labelledby="instances">
        <h2 id="instances">Instances</h2>
        <InstancesTable instances={opened.instances} nowMs={nowMs} />
      </section>
      <section class="panel" aria-labelledby="thoughts">
        <h2 id="thoughts">What the last tick thought</h2>
        {detail.reasons.length === 0 ? (
          <p class="muted">Nothing needs to change.</p>
        ) : (
          <ul class="reasons">
            {detail.reasons.map(({ code, part, says }) => (
              <li key={`${code} ${part}`}>
                <span class="code">{codeWords(code)}</span> {says}
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  )
}
