/** Who sends: a key with the scope ingest or operator, as for every other route; wrong ones are counted by address. */
import type { Clock } from '../../clock.ts'
import {
  admits,
  createFailedAttempts,
  identify,
  operatorAndIngest,
  readCredentials,
} from '../../auth/index.ts'
import type { Store } from '../../store/store.ts'
import { refusal, type Answer } from './answers.ts'

type Authenticated =
  | { readonly kind: 'known'; readonly keyId: string }
  | { readonly kind: 'unknown'; readonly answer: Answer }

export type Authenticate = (authorization: string | undefined, address: string) => Promise<Authenticated>

export function authenticateByKey(given: {
  readonly store: Pick<Store, 'keyByHash'>
  readonly clock: Pick<Clock, 'now'>
}): Authenticate {
  const failed = createFailedAttempts()
  return async (authorization, address) => {
    const credentials = readCredentials(authorization, undefined)
    if (credentials.kind === 'none')
      return unknown(refusal('key-missing', 'The request carries no key: send "authorization: Bearer KEY".'))
    const now = given.clock.now()
    const found =
      credentials.kind === 'malformed' ? null : await identify(given.store, credentials.secret, now)
    if (found === null || !found.ok) {
      const waitMs = failed.record(address, now)
      if (waitMs === null)
        return unknown(refusal('key-wrong', 'The key of the request is not one that is valid now.'))
      const seconds = Math.ceil(waitMs / 1_000)
      return unknown(
        refusal('too-many', `Too many wrong keys came; the next is looked at in ${seconds} s.`, seconds),
      )
    }
    const { scope, name, keyId } = found.value
    if (admits(operatorAndIngest, scope)) return { kind: 'known', keyId }
    return unknown(
      refusal(
        'not-allowed',
        `The key "${name}" has the scope ${scope}; this needs the scope ingest or operator.`,
      ),
    )
  }
}

const unknown = (answer: Answer): Authenticated => ({ kind: 'unknown', answer })
