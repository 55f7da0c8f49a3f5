/**
 * What decides on instances in a simulated world: Holdfast's own core, or a rule of others that it is compared
 * with. A decision is a function of what is remembered, what is seen and the time.
 */
import type { InstanceCounts } from '@holdfast/core/allocation'
import type { ServiceObservation } from '@holdfast/core/health'
import type { DurationMs, EpochMs, PartName } from '@holdfast/core/units'

/** How busy a part was over the observation's span. */
export interface PartUse {
  readonly part: PartName
  /** Stations that one instance has. */
  readonly stationsPerInstance: number
  /** Stations of ready instances that were occupied, on average over the span. */
  readonly busyMean: number
  /** Share of samples, one every 100 ms, in which all stations of ready instances were occupied. */
  readonly saturatedShare: number
}

export interface Seen {
  /** Of the span that ended when the signal was taken: older than now by the signal's age. */
  readonly observation: ServiceObservation
  readonly use: readonly PartUse[]
  /** What was last decided. */
  readonly counts: InstanceCounts
}

export interface Autoscaler<State> {
  readonly name: string
  readonly every: DurationMs
  /** How old the newest signal is when it decides. */
  readonly signalAge: DurationMs
  readonly begin: State
  decide(state: State, seen: Seen, now: EpochMs): { readonly state: State; readonly counts: InstanceCounts }
}
