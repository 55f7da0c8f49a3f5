/**
 * Sign-in codes: what the link in the terminal carries, so that a person opens the dashboard without typing
 * a key. A code is as strong as a key, is kept only as a hash and only in memory, and ends with the process.
 */
import type { Scope } from '../store/store.ts'
import { hashSecret, newSecret } from './keys.ts'

/** What a browser that shows the code may do. */
interface SignInGrant {
  readonly scope: Scope
  readonly owner: string | null
}

export interface SignIns {
  createSignIn(grant: SignInGrant): { readonly code: string }
  /** Null when there is no such code. */
  grantOf(code: string): SignInGrant | null
}

/** A process makes one at start-up and few on demand; the oldest gives way. */
const CODES_KEPT = 100

export function createSignIns(): SignIns {
  const grants = new Map<string, SignInGrant>()
  return {
    createSignIn: (grant) => {
      const code = newSecret()
      grants.set(hashSecret(code), grant)
      const oldest = grants.keys().next()
      if (grants.size > CODES_KEPT && !oldest.done) grants.delete(oldest.value)
      return { code }
    },
    grantOf: (code) => grants.get(hashSecret(code)) ?? null,
  }
}
