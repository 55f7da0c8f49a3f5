/** The door of auth: keys, sign-in codes, and the rules of who may do what. */
export {
  admits,
  anyKey,
  everyone,
  holds,
  operatorAndIngest,
  operatorIngestAndClient,
  operatorAndOwner,
  operatorOnly,
} from './access.ts'
export type { Access, Holder } from './access.ts'
export { originAllowed, readCredentials } from './credentials.ts'
export { ATTEMPTS_PER_WINDOW, createFailedAttempts } from './failed-attempts.ts'
export type { FailedAttempts } from './failed-attempts.ts'
export { hostAllowed } from './host-name.ts'
export { hashSecret, identify, judgeKey, newKey } from './keys.ts'
export type { Identity, KeyRequest } from './keys.ts'
export { ensureOperatorKey } from './operator-key.ts'
export { createSignIns } from './sign-ins.ts'
export type { SignIns } from './sign-ins.ts'
