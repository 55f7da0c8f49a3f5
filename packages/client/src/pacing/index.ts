/** What applications install whose clients report when they are asked to. */
export type {
  Answer,
  EarlyRule,
  NotTaken,
  PacedUpdatesOptions,
  Parameters,
  Problem,
  SendUpdate,
  Taken,
  Told,
  Update,
} from './options.ts'
export { createPacedUpdates } from './paced-updates.ts'
export type { PacedStatus, PacedUpdates } from './paced-updates.ts'
