/** What a run is made from, and what it tells of each tick. */
import type { Agreement, Service } from '@holdfast/core/agreement'
import type { DesiredInstance, TickDecision } from '@holdfast/core/control'
import type { ServiceObservation } from '@holdfast/core/health'
import { epochMs, type DurationMs, type EpochMs } from '@holdfast/core/units'
import type { Fault } from './world/faults.ts'
import type { LoadShape } from './world/load-shape.ts'

/** Midnight UTC of a Monday, so that hours and days of the calendar begin with the run. */
export const SIMULATION_BEGINS: EpochMs = epochMs(1_767_571_200_000)

export interface SimulationInput {
  readonly service: Service
  readonly agreements: readonly Agreement[]
  readonly load: LoadShape
  readonly seed: number
  readonly duration: DurationMs
  readonly tickEvery: DurationMs
  readonly faults?: readonly Fault[]
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
