/** What applications install whose clients report when they are asked to. */
export type { Answer, EarlyRule, PacedUpdatesOptions, Parameters, SendUpdate, Update } from './options.ts'
export { createPacedUpdates } from './paced-updates.ts'
export type { PacedUpdates } from './paced-updates.ts'
