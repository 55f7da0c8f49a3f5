/** The door of the simulator: a seeded world in which core runs a service. */
export type { LevelSummary, Summary } from './account.ts'
export type { Autoscaler, PartUse, Seen } from './autoscaler.ts'
export {
  captain,
  cheapestSequence,
  clairvoyant,
  heldFor,
  hpa,
  kpa,
  needsFor,
  requestRate,
  staticPeak,
} from './baselines/index.ts'
export type { Needs } from './baselines/index.ts'
export { createSizer } from './bounds.ts'
export type { Sizer } from './bounds.ts'
export { parseLoad } from './load-text.ts'
export { figuresSpan, moneyOf, owedFor } from './money.ts'
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
export type { BadDeploy, Fault, InstanceFault, LastingFault, OfHost, OfPart } from './world/faults.ts'
export { World } from './world/world.ts'
export { highestRate, rateAt, withMeanRate, withPeakRate } from './world/load-shape.ts'
export type { LoadPoint, LoadShape, TraceLoad } from './world/load-shape.ts'
export type { Starts, StartsOfPart } from './world/simulated-part.ts'
export {
  bySecond,
  firstSeconds,
  generatedTraces,
  meanOf,
  readLoadTraces,
  secondsOf,
  tracesFolder,
  withMean,
} from './traces/index.ts'
export type { Trace } from './traces/index.ts'
