/**
 * The next state of the page from the present one and what came in: live events, and answers to requests.
 * Pure. Where a live event and an answer speak of the same thing, the newer instant wins, in any order.
 */
import type {
  ChangeView,
  HistoryPoint,
  HistoryView,
  InstanceView,
  ServiceDetail,
  ServiceSummary,
} from '../../../server/src/http/api.ts'
import { emptyOpened } from './dashboard-state.ts'
import type { DashboardState, OpenedService } from './dashboard-state.ts'
import type { LiveEvent } from '../../../server/src/http/api.ts'
import { extendTrend } from './trend.ts'

/** The longest range that a chart shows, with a minute to spare. */
const KEEP_MS = 3_660_000
/** Two a second for an hour: more than a loop ticks. */
const MAX_POINTS = 7_200
/** More rows than anybody reads; the journal has them all. */
const MAX_CHANGES = 1_000

export function applyEvent(state: DashboardState, event: LiveEvent): DashboardState {
  return applyEvents(state, [event])
}

/** Events come in bursts, one for each service and tick, so the maps are copied once a burst. */
export function applyEvents(state: DashboardState, events: readonly LiveEvent[]): DashboardState {
  if (events.length === 0) return state
  const services = new Map(state.services)
  const trends = new Map(state.trends)
  let opened = state.opened
  for (const event of events) {
    if (event.kind === 'service') {
      if (isOlder(event.summary, services.get(event.service))) continue
      services.set(event.service, event.summary)
      trends.set(event.service, extendTrend(trends.get(event.service) ?? [], event.point))
    } else if (event.kind === 'removed') {
      services.delete(event.service)
      trends.delete(event.service)
    }
    if (opened?.name === event.service) opened = applyToOpened(opened, event)
  }
  return { ...state, services, trends, opened }
}

function applyToOpened(opened: OpenedService, event: LiveEvent): OpenedService {
  switch (event.kind) {
    case 'service':
      return {
        ...opened,
        detail: opened.detail === null ? null : { ...opened.detail, ...event.summary },
        points: addPoint(opened.points, event.point),
      }
    case 'change':
      return { ...opened, changes: addChange(opened.changes, event.change) }
    case 'instance':
      return { ...opened, instances: putInstance(opened.instances, event.instance) }
    case 'removed':
      return { ...emptyOpened(opened.name), status: 'missing' }
  }
}

/** `removed` names services that went away while the list was on its way. */
export function applyServices(
  state: DashboardState,
  list: readonly ServiceSummary[],
  removed: ReadonlySet<string>,
): DashboardState {
  const services = new Map<string, ServiceSummary>()
  for (const summary of list) {
    if (removed.has(summary.name)) continue
    const known = state.services.get(summary.name)
    services.set(summary.name, known !== undefined && isOlder(summary, known) ? known : summary)
  }
  const trends = new Map([...state.trends].filter(([name]) => services.has(name)))
  return { ...state, services, trends, listing: { kind: 'loaded' } }
}

export function applyDetail(
  state: DashboardState,
  detail: ServiceDetail,
  instances: readonly InstanceView[],
): DashboardState {
  const opened = state.opened
  if (opened?.name !== detail.name) return state
  const summary = state.services.get(detail.name)
  const newest = summary !== undefined && isOlder(detail, summary) ? { ...detail, ...summary } : detail
  return { ...state, opened: { ...opened, status: 'loaded', says: '', detail: newest, instances } }
}

export function applyHistory(state: DashboardState, history: HistoryView, fromMs: number): DashboardState {
  const opened = state.opened
  if (opened?.name !== history.service) return state
  const points = merged(history.points, opened.points, (point) => point.at)
  const changes = merged(history.changes, opened.changes, changeKey)
  const historyFromMs = Math.min(fromMs, opened.historyFromMs ?? fromMs)
  return { ...state, opened: { ...opened, points, changes, historyFromMs } }
}

/** What names a change: one part has at most one at an instant. */
export function changeKey(change: ChangeView): string {
  return `${change.at} ${change.part}`
}

function isOlder(
  summary: Pick<ServiceSummary, 'updatedAt'>,
  than: Pick<ServiceSummary, 'updatedAt'> | undefined,
): boolean {
  const known = than?.updatedAt ?? null
  if (known === null) return false
  return summary.updatedAt === null || Date.parse(summary.updatedAt) < Date.parse(known)
}

function addPoint(points: readonly HistoryPoint[], point: HistoryPoint): readonly HistoryPoint[] {
  const last = points.at(-1)
  if (last !== undefined && Date.parse(point.at) <= Date.parse(last.at)) return points
  const oldest = Date.parse(point.at) - KEEP_MS
  const kept = points.findIndex((known) => Date.parse(known.at) >= oldest)
  return [...(kept < 0 ? [] : points.slice(kept)), point].slice(-MAX_POINTS)
}

function addChange(changes: readonly ChangeView[], change: ChangeView): readonly ChangeView[] {
  return merged([change], changes, changeKey).slice(-MAX_CHANGES)
}

function putInstance(instances: readonly InstanceView[], instance: InstanceView): readonly InstanceView[] {
  const at = instances.findIndex((known) => known.id === instance.id)
  return at < 0 ? [...instances, instance] : instances.with(at, instance)
}

/** Both lists in the order of time, each thing once; ISO instants in UTC sort as text. */
function merged<T extends { readonly at: string }>(
  one: readonly T[],
  other: readonly T[],
  key: (item: T) => string,
): readonly T[] {
  const byKey = new Map<string, T>()
  for (const item of one) byKey.set(key(item), item)
  for (const item of other) byKey.set(key(item), item)
  return [...byKey.values()].sort((left, right) => Date.parse(left.at) - Date.parse(right.at))
}
