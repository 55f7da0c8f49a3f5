/** The door of the simulator: a seeded world in which core runs a service. */
export type { LevelSummary, Summary } from './account.ts'
export type { Autoscaler, PartUse, Seen } from './autoscaler.ts'
export { runAutoscaler } from './run-autoscaler.ts'
export type { AutoscalerRun } from './run-autoscaler.ts'
export type { LevelFigures, RunFigures, WindowFigures } from './run-figures.ts'
export { simulate } from './run-simulation.ts'
export type { Simulation } from './run-simulation.ts'
export { SIMULATION_BEGINS } from './simulation-input.ts'
export type {
  AutoscalerInput,
  AutoscalerTick,
  RunInput,
  SimulatedTick,
  SimulationInput,
} from './simulation-input.ts'
export { shop, shopAgreement } from './shop.ts'
export type { Fault } from './world/faults.ts'
export { World } from './world/world.ts'
export { highestRate, rateAt } from './world/load-shape.ts'
export type { LoadPoint, LoadShape } from './world/load-shape.ts'
