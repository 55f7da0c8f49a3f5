/** What a run is made from, and what it tells of each tick. */
import type { Agreement, Service } from '@holdfast/core/agreement'
import type { InstanceCounts } from '@holdfast/core/allocation'
import type { DesiredInstance, TickDecision } from '@holdfast/core/control'
import type { ServiceObservation } from '@holdfast/core/health'
import { epochMs, type DurationMs, type EpochMs } from '@holdfast/core/units'
import type { Seen } from './autoscaler.ts'
import type { Fault } from './world/faults.ts'
import type { LoadShape } from './world/load-shape.ts'
import type { Starts } from './world/simulated-part.ts'

/** Midnight UTC of a Monday, so that hours and days of the calendar begin with the run. */
export const SIMULATION_BEGINS: EpochMs = epochMs(1_767_571_200_000)

/** What the world of a run is made from, whoever decides on its instances. */
export interface RunInput {
  readonly service: Service
  readonly agreements: readonly Agreement[]
  readonly load: LoadShape
  readonly seed: number
  readonly duration: DurationMs
  /** The whole second at which the run begins, for schedules and windows of the calendar; SIMULATION_BEGINS without it. */
  readonly begins?: EpochMs
  readonly faults?: readonly Fault[]
  /** How instances of parts start, where it is not the usual way. */
  readonly starts?: Starts
  /** Instances that are ready when the run begins; none without it. */
  readonly initial?: InstanceCounts
  /** From when on the run's figures count, so that what is learned first is left out of them; 0 without it. */
  readonly figuresFrom?: DurationMs
}

export interface SimulationInput extends RunInput {
  readonly tickEvery: DurationMs
  /** How old the newest signal is at each tick; 0 without it. */
  readonly signalAge?: DurationMs
  /** Called after each tick with what was seen and decided; it can change nothing. */
  readonly onTick?: (ticked: SimulatedTick) => void
}

export interface SimulatedTick {
  readonly now: EpochMs
  /** How much of the run is through. */
  readonly share: number
  readonly observation: ServiceObservation
  readonly decision: TickDecision
  /** What should be from now on. */
  readonly desired: readonly DesiredInstance[]
}

export interface AutoscalerInput extends RunInput {
  /** Called after each decision with what was seen and decided; it can change nothing. */
  readonly onTick?: (ticked: AutoscalerTick) => void
}

export interface AutoscalerTick {
  readonly now: EpochMs
  /** How much of the run is through. */
  readonly share: number
  readonly seen: Seen
  readonly counts: InstanceCounts
}
