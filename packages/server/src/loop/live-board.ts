/** What the API shows of all services now, and the stream of what changes; filled by the loop's ticks. */
import type { EpochMs, ServiceName } from '@holdfast/core/units'
import type { ChangeView, LiveEvent, ServiceSummary } from '../http/api.ts'
import { changesOfPlan } from '../http/views/changes-of-plan.ts'
import { desiredBefore, readDecision } from '../http/views/decision-entry.ts'
import type { RouteFault } from '../platforms/gateway/gateway.ts'
import type { Platform } from '../platforms/platform.ts'
import type { Store } from '../store/store.ts'
import type { Ticked } from './ticked.ts'
import { createRecentFigures, type Figures, type RecentFigures } from './figures.ts'
import type { LiveView } from './live.ts'
import { detailOf, instanceView, instanceViews, pointOf, readPoint, summaryOf } from './views.ts'

export interface LiveBoard extends LiveView {
  /** The point that is stored with a tick; asked for once a tick, before it is accepted. */
  point(ticked: Omit<Ticked, 'point'>): string
  accept(ticked: Ticked): void
  ticked(services: ReadonlySet<string>): void
  routed(faults: readonly RouteFault[]): void
}

export interface BoardDependencies {
  readonly store: Store
  readonly platform: Platform
  readonly nudge: () => void
}

interface Row {
  readonly ticked: Ticked
  /** Made once a tick: every listing shows it, and its percentiles take merging half a minute of measurements. */
  readonly summary: ServiceSummary
  readonly figures: Figures
}

/** Points show the last ten seconds, so that the chart follows the load closely and still has percentiles. */
const POINT_MS = 10_000

export function createLiveBoard({ store, platform, nudge }: BoardDependencies): LiveBoard {
  const rows = new Map<string, Row>()
  const figuresOf = new Map<string, RecentFigures>()
  const listeners = new Set<(event: LiveEvent) => void>()
  let faultOf: ReadonlyMap<string, string> = new Map()
  let ready = false
  const figuresFor = (service: string): RecentFigures => {
    const figures = figuresOf.get(service) ?? createRecentFigures()
    figuresOf.set(service, figures)
    return figures
  }
  const tell = (event: LiveEvent): void => {
    for (const listener of listeners) listener(event)
  }

  platform.watch((instance) => {
    const row = rows.get(instance.service)
    const desired = row?.ticked.desired.some(({ id }) => id === instance.id) ?? false
    tell({ kind: 'instance', service: instance.service, instance: instanceView(instance, desired) })
  })

  return {
    point(ticked) {
      const figures = figuresFor(ticked.resolved.service.name)
      if (ticked.measured !== null) figures.add(ticked.measured)
      return JSON.stringify(pointOf(ticked, figures.since(ticked.at, POINT_MS)))
    },
    accept(ticked) {
      const { name } = ticked.resolved.service
      const figures = figuresFor(name).since(ticked.at)
      const summary = summaryOf(ticked, figures)
      rows.set(name, { ticked, summary, figures })
      tell({ kind: 'service', service: name, summary, point: readPoint(ticked.point) })
      if (ticked.decision.plan === null) return
      for (const change of changesOfPlan(ticked.previous, ticked.decision.plan))
        tell({ kind: 'change', service: name, change })
    },
    ticked(services) {
      ready = true
      for (const name of rows.keys()) {
        if (services.has(name)) continue
        rows.delete(name)
        figuresOf.delete(name)
        tell({ kind: 'removed', service: name })
      }
    },
    routed(faults) {
      faultOf = new Map(faults.map(({ service, says }) => [service, says]))
    },
    services: () => [...rows.values()].map(({ summary }) => summary),
    service(name) {
      const row = rows.get(name)
      if (row === undefined) return null
      return detailOf(row.ticked, row.summary, row.figures, faultOf.get(name) ?? null)
    },
    instances: (service) => {
      const row = rows.get(service)
      return row === undefined ? [] : instanceViews(row.ticked)
    },
    async history(service, from) {
      const [points, changes] = await Promise.all([
        store.points(service as ServiceName, from),
        changesSince(store, service as ServiceName, from),
      ])
      return { points: points.map(({ point }) => readPoint(point)), changes }
    },
    ready: () => ready,
    nudge,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** A chart of an hour has room for this many changes; older ones are in the journal. */
const MAX_CHANGES = 500

async function changesSince(
  store: Store,
  service: ServiceName,
  from: EpochMs,
): Promise<readonly ChangeView[]> {
  const entries = await store.journal({
    service,
    kinds: ['decision'],
    from,
    order: 'newest-first',
    limit: MAX_CHANGES,
  })
  return entries.toReversed().flatMap((entry) => {
    const plan = readDecision(entry)?.plan ?? null
    return plan === null ? [] : changesOfPlan(desiredBefore(plan), plan)
  })
}
