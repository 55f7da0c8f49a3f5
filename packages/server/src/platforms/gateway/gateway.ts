/**
 * The port to the gateway in front of all instances: it is told what there is to route to, and is asked
 * what it has measured since the last time it was asked.
 */
import type { Distribution } from '@holdfast/core/stats'
import type { DurationMs, EpochMs, InstanceId, LevelName, PartName, ServiceName } from '@holdfast/core/units'

export interface Endpoint {
  readonly instance: InstanceId
  readonly host: string
  readonly port: number
}

/** A limit against which each finished operation is counted exactly, as it finishes. */
export interface CountedLevel {
  readonly level: LevelName
  readonly counts: 'response-time' | 'service-time' | 'error-ratio'
  /** Milliseconds; unused for error-ratio. */
  readonly limitMs: number
  readonly part: PartName | null
  readonly operation: string | null
  readonly class: string | null
}

export interface PartRoute {
  readonly part: PartName
  /** Instances that take new operations. Those that have left the list finish what they have. */
  readonly endpoints: readonly Endpoint[]
  /** Operations that one instance is given at once; further ones wait in the gateway. */
  readonly concurrency: number
}

export interface ServiceRoute {
  readonly service: ServiceName
  readonly entry: PartName
  /** The service's own port on 127.0.0.1, or null when it is reached by path only. */
  readonly port: number | null
  readonly parts: readonly PartRoute[]
  readonly levels: readonly CountedLevel[]
  readonly limits: RouteLimits
}

export interface RouteLimits {
  /** Operations that may wait for one part; further ones get 503 with Retry-After. */
  readonly queued: number
  /** From arrival to the first byte of the answer; then 504. */
  readonly responseTimeout: DurationMs
  readonly bodyBytes: number
}

export interface InstanceMeasurement {
  readonly instance: InstanceId
  readonly completed: number
  readonly failed: number
  /** Mean over the span. */
  readonly inFlight: number
  readonly serviceMs: Distribution
}

export interface PartMeasurement {
  readonly part: PartName
  readonly arrivals: number
  readonly completed: number
  /** By what an instance did. */
  readonly failed: number
  /** As a call to another part failed, which counts it; not its own doing. */
  readonly passedOn: number
  /** By the gateway, as no instance had room: nothing that the part's program is to blame for. */
  readonly refused: number
  readonly aborted: number
  readonly queued: number
  /** Integral of the operations inside the part over the span, divided by the span. */
  readonly inPartMean: number
  readonly serviceMs: Distribution
  readonly waitingMs: Distribution
  readonly instances: readonly InstanceMeasurement[]
}

export interface OperationMeasurement {
  readonly operation: string
  readonly class: string
  readonly completed: number
  readonly failed: number
  readonly responseMs: Distribution
}

export interface ClientMeasurement {
  /** As it names itself in `x-holdfast-client`. */
  readonly client: string
  readonly class: string
  readonly completed: number
  readonly failed: number
  readonly responseMs: Distribution
}

export interface ServiceMeasurement {
  readonly service: ServiceName
  readonly from: EpochMs
  readonly to: EpochMs
  readonly arrivals: number
  readonly completed: number
  /** As clients see it: those refused are among them, here and in what is told by operation and client. */
  readonly failed: number
  readonly refused: number
  /** Given up by the client before the answer was whole. */
  readonly aborted: number
  readonly responseMs: Distribution
  readonly firstByteMs: Distribution
  readonly levels: readonly { readonly level: LevelName; readonly met: number; readonly missed: number }[]
  readonly parts: readonly PartMeasurement[]
  /** By operation and class, the busiest first; bounded, the rest is summed under the operation "other". */
  readonly operations: readonly OperationMeasurement[]
  /** Clients that name themselves, the busiest first; bounded in the same way. */
  readonly clients: readonly ClientMeasurement[]
}

export interface Gateway extends AsyncDisposable {
  /** Where instances and clients find a part: `http://127.0.0.1:PORT/SERVICE/PART`. */
  partUrl(service: ServiceName, part: PartName): string
  /** Replaces all that is routed; services not named are no longer served. */
  setRoutes(routes: readonly ServiceRoute[]): Promise<readonly RouteFault[]>
  /** What was measured since the last call, for each service with a route. */
  measure(now: EpochMs): readonly ServiceMeasurement[]
}

/** A route that could not be opened, for example because its port is taken. */
export interface RouteFault {
  readonly service: ServiceName
  readonly code: string
  readonly says: string
}
