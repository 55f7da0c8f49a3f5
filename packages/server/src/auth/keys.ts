/**
 * Keys: who may call, with which scope, until when. A secret is 32 random bytes and is shown once; the
 * store has only its SHA-256. A slow password hash would add nothing: it makes guessing a weak secret dear,
 * and nobody guesses 256 random bits, while a plain hash keeps every request quick.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { fail, ok, type EpochMs, type Result } from '@holdfast/core/units'
import type { Scope, Store, StoredKey } from '../store/store.ts'

/** Who a request comes from, once its secret was found good. */
export interface Identity {
  readonly keyId: string
  readonly name: string
  readonly scope: Scope
  /** Whose things it may see; null for every scope but `owner`. */
  readonly owner: string | null
  /** By which the key is found again, to see whether it is still good. */
  readonly hash: string
}

export interface KeyRequest {
  readonly name: string
  readonly scope: Scope
  readonly owner: string | null
  readonly expiresAt: EpochMs | null
}

export type KeyFault = 'unknown' | 'expired' | 'revoked'

const SECRET_BYTES = 32
const ID_BYTES = 8
/** Lets people and secret scanners recognise a key where it should not be. */
const SECRET_PREFIX = 'hf_'

export const newSecret = (): string => SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64url')

export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** The row for the store and the secret for its holder. */
export function newKey(
  request: KeyRequest,
  at: EpochMs,
): { readonly key: StoredKey; readonly secret: string } {
  const secret = newSecret()
  const id = randomBytes(ID_BYTES).toString('hex')
  const key = { id, ...request, hash: hashSecret(secret), createdAt: at, revokedAt: null }
  return { key, secret }
}

/** Reads the store each time, so that a revoked key is refused from its revocation on. */
export async function identify(
  store: Pick<Store, 'keyByHash'>,
  secret: string,
  now: EpochMs,
): Promise<Result<Identity, KeyFault>> {
  const hash = hashSecret(secret)
  return judgeKey(await store.keyByHash(hash), hash, now)
}

export function judgeKey(key: StoredKey | null, hash: string, now: EpochMs): Result<Identity, KeyFault> {
  if (key === null || !sameHash(key.hash, hash)) return fail('unknown')
  if (key.revokedAt !== null) return fail('revoked')
  if (key.expiresAt !== null && key.expiresAt <= now) return fail('expired')
  const { id, name, scope, owner } = key
  return ok({ keyId: id, name, scope, owner, hash })
}

/** Takes the same time wherever the hashes differ, so that a store that matches loosely gives nothing away. */
function sameHash(stored: string, given: string): boolean {
  const [a, b] = [Buffer.from(stored), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}
