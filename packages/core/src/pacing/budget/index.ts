/** The door of the budget: one price for all clients, due times spread over seconds, what comes in the next minute. */
export { DueLedger } from './due-ledger.ts'
export { FleetBudget } from './fleet-budget.ts'
export type { FleetState, Part } from './fleet-budget.ts'
