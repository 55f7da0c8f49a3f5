/**
 * The door of pacing: what change is significant, how often each client changes, when it should report next, and what
 * keeps all of them within a budget.
 */
export { DueLedger } from './budget/index.ts'
export type { FleetState } from './budget/index.ts'
export {
  AGE_EDGES,
  costFor,
  emptySnapshot,
  GroupModel,
  intervalAt,
  lookAhead,
  mergeSnapshots,
  newSince,
  solveSchedules,
} from './model/index.ts'
export type { ClientModel, GroupSnapshot, Limits, NextUpdate, Wanted } from './model/index.ts'
export { isSignificant, parseExpression } from './significance/index.ts'
export type {
  Expression,
  OrderedRule,
  Parameters,
  ParameterValue,
  Significance,
  WeightedPart,
} from './significance/index.ts'
export * from './watch/index.ts'
