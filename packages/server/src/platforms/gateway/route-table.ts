/**
 * What is routed at present, and what goes with it: each service with its meter and open spans, each part
 * with its line, its instances and its retry budget. Replacing the routes keeps what stays the same.
 */
import type { EpochMs, PartName, ServiceName } from '@holdfast/core/units'
import { Dispatcher } from './dispatcher.ts'
import type { RouteLimits, ServiceMeasurement, ServiceRoute } from './gateway.ts'
import { PartMeter, ServiceMeter } from './measurement.ts'
import { OpenSpans } from './open-spans.ts'
import { monotonicMs } from './operation.ts'
import { RetryBudget } from './retry-budget.ts'

export interface PartState {
  readonly name: PartName
  readonly service: ServiceState
  readonly dispatcher: Dispatcher
  readonly meter: PartMeter
  readonly retries: RetryBudget
}

export interface ServiceState {
  readonly name: ServiceName
  readonly meter: ServiceMeter
  readonly spans: OpenSpans
  readonly parts: Map<string, PartState>
  entry: PartState | null
  limits: RouteLimits
}

/** A part and what is left of the request target once the part is named. */
export interface Resolved {
  readonly part: PartState
  readonly target: string
}

export class RouteTable {
  readonly #services = new Map<string, ServiceState>()
  readonly #onWaiting: () => void

  /** `onWaiting` is called when an operation waits for a part that has no instance. */
  constructor(onWaiting: () => void = () => undefined) {
    this.#onWaiting = onWaiting
  }

  service(name: string): ServiceState | null {
    return this.#services.get(name) ?? null
  }

  setRoutes(routes: readonly ServiceRoute[], now: EpochMs): void {
    const named = new Set<string>(routes.map(({ service }) => service))
    for (const [name, service] of this.#services) {
      if (named.has(name)) continue
      this.#services.delete(name)
      for (const part of service.parts.values()) part.dispatcher.close()
    }
    for (const route of routes) this.#setRoute(route, now)
  }

  /** Reads `/SERVICE/PART/rest`; null when there is no such part. */
  resolve(path: string): Resolved | null {
    const partFrom = path.indexOf('/', 1) + 1
    if (partFrom === 0) return null
    const partTo = endOfSegment(path, partFrom)
    const part = this.#services.get(path.slice(1, partFrom - 1))?.parts.get(path.slice(partFrom, partTo))
    if (part === undefined) return null
    const rest = path.slice(partTo)
    return { part, target: rest.startsWith('/') ? rest : `/${rest}` }
  }

  measure(now: EpochMs): readonly ServiceMeasurement[] {
    const nowMs = monotonicMs()
    return [...this.#services.values()].map((service) => {
      const parts = [...service.parts.values()].map(({ meter, dispatcher }) =>
        meter.take(nowMs, { queued: dispatcher.queued, instances: dispatcher.takeMeters() }),
      )
      return service.meter.take(now, parts)
    })
  }

  #setRoute(route: ServiceRoute, now: EpochMs): void {
    const service = this.#services.get(route.service) ?? createService(route, now)
    this.#services.set(route.service, service)
    service.limits = route.limits
    for (const [name, part] of service.parts) {
      if (route.parts.some((candidate) => candidate.part === name)) continue
      service.parts.delete(name)
      part.dispatcher.close()
    }
    for (const partRoute of route.parts) {
      const part = service.parts.get(partRoute.part) ?? createPart(partRoute.part, service, this.#onWaiting)
      service.parts.set(partRoute.part, part)
      part.dispatcher.setRoute(partRoute, route.limits.queued)
    }
    service.entry = service.parts.get(route.entry) ?? null
    service.meter.setLevels(
      route.levels,
      [...service.parts.values()].map(({ meter }) => meter),
      route.entry,
    )
  }
}

function createService({ service, limits }: ServiceRoute, now: EpochMs): ServiceState {
  return {
    name: service,
    meter: new ServiceMeter(service, now),
    spans: new OpenSpans(),
    parts: new Map(),
    entry: null,
    limits,
  }
}

function createPart(name: PartName, service: ServiceState, onWaiting: () => void): PartState {
  return {
    name,
    service,
    dispatcher: new Dispatcher(onWaiting),
    meter: new PartMeter(name),
    retries: new RetryBudget(),
  }
}

function endOfSegment(path: string, from: number): number {
  for (let at = from; at < path.length; at += 1) {
    const code = path.charCodeAt(at)
    if (code === SLASH || code === QUESTION_MARK) return at
  }
  return path.length
}

const SLASH = 47
const QUESTION_MARK = 63
