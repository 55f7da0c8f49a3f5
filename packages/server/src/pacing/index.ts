/** The door of pacing: takes clients' updates, keeps what is known of them, and says what came of it. */
export { createPacing } from './pacing.ts'
export type { Pacing } from './pacing.ts'
export type { DeclaredWatch, PacedWatch } from './paced-watch.ts'
export { MOST_UPDATES } from './read-update.ts'
export { addTokenKey, readTokenKeys } from './token-keys.ts'
