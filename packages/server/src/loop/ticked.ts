/** What the loop tells others of: where it logs, and whom it shows a service to after each tick. */
import type { DesiredInstance, Generation, TickDecision } from '@holdfast/core/control'
import type { ServiceObservation } from '@holdfast/core/health'
import type { EpochMs, ServiceName } from '@holdfast/core/units'
import type { ResolvedService } from '../manifests/index.ts'
import type { RouteFault, ServiceMeasurement } from '../platforms/gateway/gateway.ts'
import type { PlatformInstance } from '../platforms/platform.ts'
import type { FollowedService, Told } from '../sources/index.ts'
import type { HealthCell } from '../store/store.ts'

export interface LoopLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Whoever passes on what is known after each tick. */
export interface Outlet {
  /** Called after each tick with the services that there are; the others are forgotten. */
  ticked(services: ReadonlySet<string>): void
}

/** Whoever reads the sources. */
export interface TickSources {
  /** Called before each tick with the services that there are. */
  follow(services: readonly FollowedService[]): void
  /** What they told since the last time. */
  take(service: ServiceName, now: EpochMs): Told
  /** Whether what they told then is stored. */
  settle(service: ServiceName, isStored: boolean): void
}

/** Whoever keeps what was measured, by time. */
export interface TickMeter extends Outlet {
  /** A tick begins; it is over when `ticked` is called, or when the next one begins. */
  begins(at: EpochMs): void
  /** What a tick measured, to be stored with it, and kept once it is; null where nothing was. */
  measure(ticked: Omit<Ticked, 'point'>): { readonly cell: HealthCell; keep(): void } | null
}

/** Whoever shows what the loop does. */
export interface TickBoard extends Outlet {
  /** The point for charts, stored with the tick. */
  point(ticked: Omit<Ticked, 'point'>): string
  accept(ticked: Ticked): void
  /** What could not be routed, of all services. */
  routed(faults: readonly RouteFault[]): void
}

/** One service after a tick, for whoever shows it. */
export interface Ticked {
  readonly resolved: ResolvedService
  readonly desired: readonly DesiredInstance[]
  readonly previous: readonly DesiredInstance[]
  readonly generation: Generation
  /** By the gateway, or by a source where operations do not pass through it. */
  readonly measured: ServiceMeasurement | null
  /** What sources told besides. */
  readonly told: Pick<Told, 'inputs' | 'sources'>
  readonly present: readonly PlatformInstance[]
  readonly observation: ServiceObservation
  readonly decision: TickDecision
  readonly at: EpochMs
  readonly point: string
}
