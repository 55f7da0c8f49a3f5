/** All services at a glance: how many stand how, and the list with its filter and order. */
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { VerdictState } from '../../../../server/src/http/api.ts'
import { counted, formatCount } from '../../format/quantity.ts'
import { statesBySeverity, stateWords } from '../../format/words.ts'
import { SearchIcon, StateIcon } from '../../parts/icons.tsx'
import { useSelected } from '../../parts/use-dashboard.ts'
import { useKeys } from '../../parts/use-keys.ts'
import { fragmentOf, overviewRoute } from '../../router.ts'
import type { OverviewRoute } from '../../router.ts'
import { countStates, sortKeys } from './order.ts'
import type { SortKey } from './order.ts'
import { ServiceTable } from './service-table.tsx'
import { useOrder } from './use-order.ts'

const sortWords: Record<SortKey, string> = {
  state: 'Worst first',
  name: 'Name',
  response: 'Response',
  budget: 'Budget left',
  requests: 'Requests',
  instances: 'Instances',
  cost: 'Cost per hour',
}

export function OverviewPage({ route }: { readonly route: OverviewRoute }) {
  const services = useSelected((state) => state.services)
  const listing = useSelected((state) => state.listing)
  const names = useOrder(services, route)
  const search = useRef<HTMLInputElement>(null)
  useEffect(() => {
    document.title = 'Services · Holdfast'
  }, [])
  useKeys({
    '/': () => search.current?.select(),
    Escape: () => go(overviewRoute),
  })
  // Changes of the filter take the place of the view in the history, so that Back leaves the list.
  const go = (next: OverviewRoute): void => {
    location.replace(fragmentOf(next))
  }
  if (listing.kind === 'loading' && services.size === 0) return <p class="center muted">Reading services…</p>
  if (listing.kind === 'failed' && services.size === 0) {
    return <p class="center">The services cannot be shown: {listing.says}</p>
  }
  if (services.size === 0) return <NothingYet />
  return (
    <>
      <div class="page-head">
        <h1>Services</h1>
        <StateFilter
          counts={countStates(services.values())}
          all={services.size}
          chosen={route.state}
          onChoose={(state) => go({ ...route, state })}
        />
        <FindBar route={route} search={search} go={go} />
      </div>
      <p class="unseen" role="status">
        {counted(names.length, 'service')} listed
      </p>
      {names.length === 0 ? (
        <div class="empty">
          <p>No service fits this filter.</p>
          <button type="button" onClick={() => go(overviewRoute)}>
            Show all {formatCount(services.size)}
          </button>
        </div>
      ) : (
        <ServiceTable
          names={names}
          services={services}
          sorting={route.sorting}
          onSort={(sorting) => go({ ...route, sorting })}
        />
      )}
    </>
  )
}

function FindBar(props: {
  readonly route: OverviewRoute
  readonly search: RefObject<HTMLInputElement | null>
  readonly go: (next: OverviewRoute) => void
}) {
  const { route, search, go } = props
  return (
    <div class="find">
      <label class="search">
        <span class="unseen">Find a service by name, owner or part</span>
        <SearchIcon />
        <input
          ref={search}
          type="search"
          placeholder="Find a service"
          aria-keyshortcuts="/"
          value={route.text}
          onInput={(event) => go({ ...route, text: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            event.currentTarget.blur()
            go({ ...route, text: '' })
          }}
        />
        <kbd aria-hidden="true">/</kbd>
      </label>
      <label class="sort phone-only">
        <span class="unseen">Order</span>
        <select
          value={route.sorting.key}
          onChange={(event) => {
            const key = sortKeys.find((known) => known === event.currentTarget.value)
            if (key !== undefined) go({ ...route, sorting: { key, descending: false } })
          }}
        >
          {sortKeys.map((key) => (
            <option key={key} value={key}>
              {sortWords[key]}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}

function StateFilter(props: {
  readonly counts: Record<VerdictState, number>
  readonly all: number
  readonly chosen: VerdictState | null
  readonly onChoose: (state: VerdictState | null) => void
}) {
  const { counts, all, chosen, onChoose } = props
  return (
    <div class="states" role="group" aria-label="Show by verdict">
      <button type="button" aria-pressed={chosen === null} onClick={() => onChoose(null)}>
        <strong>{formatCount(all)}</strong> All
      </button>
      {statesBySeverity.map((state) => (
        <button
          key={state}
          type="button"
          class={counts[state] === 0 ? `none ${state}` : state}
          aria-pressed={chosen === state}
          onClick={() => onChoose(chosen === state ? null : state)}
        >
          <StateIcon state={state} />
          <strong>{formatCount(counts[state])}</strong> {stateWords[state]}
        </button>
      ))}
    </div>
  )
}

function NothingYet() {
  return (
    <div class="empty">
      <h1>No services yet</h1>
      <p>Describe a service and its agreement in a file, and apply it:</p>
      <pre>
        <code>holdfast apply -f service.yaml</code>
      </pre>
      <p class="muted">It appears here as soon as it is applied.</p>
    </div>
  )
}
