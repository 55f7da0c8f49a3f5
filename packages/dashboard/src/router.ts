/**
 * Routes live in the fragment, so that the server needs to serve one page only, and a view with its filter,
 * order and range can be sent to somebody else.
 */
import { statesBySeverity } from './format/words.ts'
import { sortKeys } from './pages/overview/order.ts'
import type { Sorting, SortKey } from './pages/overview/order.ts'
import type { VerdictState } from '../../server/src/http/api.ts'

export const ranges = [
  { key: '5m', words: '5 min', ms: 300_000 },
  { key: '15m', words: '15 min', ms: 900_000 },
  { key: '1h', words: '1 h', ms: 3_600_000 },
] as const

export type RangeKey = (typeof ranges)[number]['key']

export interface OverviewRoute {
  readonly page: 'overview'
  readonly text: string
  readonly state: VerdictState | null
  readonly sorting: Sorting
}

export interface ServiceRoute {
  readonly page: 'service'
  readonly name: string
  readonly range: RangeKey
}

interface WatchRoute {
  readonly page: 'watch'
  readonly name: string
}

export type Route =
  | OverviewRoute
  | ServiceRoute
  | WatchRoute
  | { readonly page: 'watches' }
  | { readonly page: 'nowhere' }

const firstSorting: Sorting = { key: 'state', descending: false }
const FIRST_RANGE: RangeKey = '5m'

export const overviewRoute: OverviewRoute = { page: 'overview', text: '', state: null, sorting: firstSorting }

export function parseRoute(fragment: string): Route {
  const [path = '', query = ''] = fragment.replace(/^#/, '').split('?')
  const asked = new URLSearchParams(query)
  if (path === '' || path === '/') return overviewOf(asked)
  if (path === '/watches') return { page: 'watches' }
  const watch = /^\/watches\/([^/]+)$/.exec(path)?.[1]
  if (watch !== undefined) return { page: 'watch', name: decoded(watch) }
  const name = /^\/services\/([^/]+)$/.exec(path)?.[1]
  if (name === undefined) return { page: 'nowhere' }
  const range = ranges.find(({ key }) => key === asked.get('range'))?.key ?? FIRST_RANGE
  return { page: 'service', name: decoded(name), range }
}

export function fragmentOf(route: OverviewRoute | ServiceRoute): string {
  const query = new URLSearchParams()
  if (route.page === 'service') {
    if (route.range !== FIRST_RANGE) query.set('range', route.range)
    return withQuery(`#/services/${encodeURIComponent(route.name)}`, query)
  }
  if (route.text !== '') query.set('text', route.text)
  if (route.state !== null) query.set('state', route.state)
  const { key, descending } = route.sorting
  if (key !== firstSorting.key || descending) query.set('sort', descending ? `-${key}` : key)
  return withQuery('#/', query)
}

export const watchFragment = (name: string): string => `#/watches/${encodeURIComponent(name)}`

export function serviceFragment(name: string): string {
  return fragmentOf({ page: 'service', name, range: FIRST_RANGE })
}

export function rangeMs(range: RangeKey): number {
  return ranges.find(({ key }) => key === range)?.ms ?? 0
}

function overviewOf(asked: URLSearchParams): OverviewRoute {
  const sort = asked.get('sort') ?? ''
  const key = sortKeys.find((known) => known === sort.replace(/^-/, ''))
  return {
    page: 'overview',
    text: asked.get('text') ?? '',
    state: statesBySeverity.find((state) => state === asked.get('state')) ?? null,
    sorting:
      key === undefined ? firstSorting : { key: key satisfies SortKey, descending: sort.startsWith('-') },
  }
}

function withQuery(path: string, query: URLSearchParams): string {
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}

/** A fragment typed by hand may hold a lone %. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
