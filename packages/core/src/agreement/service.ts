/** A service as the control loop knows it: its parts, what they are expected to do, and how they run. */
import type {
  DurationMs,
  EpochMs,
  HourlyPrice,
  InstanceTypeName,
  PartName,
  PerSecond,
  Ratio,
  ServiceName,
} from '../units/index.ts'

export interface ServiceTime {
  readonly mean: DurationMs
  /** Without it the service time is taken as constant. */
  readonly percentile?: { readonly ratio: Ratio; readonly value: DurationMs }
}

/** What one instance of a part is expected to do (A3.10). */
export interface Characteristics {
  readonly serviceTime: ServiceTime
  /** Operations a second that one instance can take in. */
  readonly capacity: PerSecond
  /** From the order to start until the first operation can be served. */
  readonly startTime: DurationMs
}

export interface PartCall {
  readonly part: PartName
  /** Mean number of calls for one operation of the calling part. */
  readonly times: number
}

export interface Part {
  readonly name: PartName
  readonly instanceType: InstanceTypeName
  readonly price: HourlyPrice
  /** Changes whenever what an instance is started from changes; instances of another revision are replaced. */
  readonly revision: string
  /** Null where nothing is expected of it; such a part runs at its minimum. */
  readonly characteristics: Characteristics | null
  readonly calls: readonly PartCall[]
  readonly minInstances: number
  readonly maxInstances: number
}

/** What its owner knows of the load to come: "sale on 27 Nov 09:00, ×4" (A3.17). */
export interface LoadHint {
  readonly name: string
  readonly from: EpochMs
  readonly to: EpochMs
  /** Times the load that is to be expected otherwise. */
  readonly factor: number
}

/** Work that is to be done by a time, at whatever hour (A3.21). */
export interface BatchWork {
  readonly operations: number
  readonly deadline: EpochMs
}

export interface Service {
  readonly name: ServiceName
  /** The part that takes the clients' operations; null for a service that takes none. */
  readonly entry: PartName | null
  readonly parts: readonly Part[]
  /** `advise`: decisions are journaled, not carried out (A3.24). */
  readonly mode: 'act' | 'advise'
  readonly hints: readonly LoadHint[]
  /** Null for an interactive service. */
  readonly batch: BatchWork | null
}
