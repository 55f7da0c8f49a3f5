/**
 * The door of pacing: what change is significant, how often each client changes, when it should report next, and what
 * keeps all of them within a budget.
 */
export { DueLedger } from './budget/due-ledger.ts'
export { forecastLoad, learnLoad, noLoadExperience } from './budget/load-forecast.ts'
export { nextPrice, PRICE_STEP_MS } from './budget/price-control.ts'
export { AGE_EDGES } from './model/age-grid.ts'
export { GroupModel } from './model/group-model.ts'
export type { ClientModel } from './model/group-model.ts'
export type { Wanted } from './model/next-update.ts'
export { costFor, intervalAt, solveSchedules } from './model/schedule.ts'
export { lookAhead } from './model/survival.ts'
export { parseExpression } from './significance/parse-expression.ts'
export { isSignificant } from './significance/significance.ts'
export type { Significance } from './significance/significance.ts'
export type { OrderedRule, WeightedPart } from './significance/significance.ts'
export type { Expression } from './significance/expression.ts'
export type { Parameters, ParameterValue } from './significance/parameters.ts'
export type { Limits, NextUpdate } from './model/next-update.ts'
export type { ClientClass, EarlyRule, KeptBy, ParameterType, Watch, WatchedParameter } from './watch/watch.ts'
