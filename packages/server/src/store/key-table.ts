/** Keys by the hash of their secret. A revoked key stays, so that the journal's actors keep their names. */
import type { EpochMs } from '@holdfast/core/units'
import type { Database } from './schema.ts'
import type { StoredKey } from './store.ts'

const columns = [
  'id',
  'name',
  'scope',
  'owner',
  'hash',
  'created_at_ms as createdAt',
  'expires_at_ms as expiresAt',
  'revoked_at_ms as revokedAt',
] as const

export async function putKey(db: Database, key: StoredKey): Promise<void> {
  const { id, name, scope, owner, hash, createdAt, expiresAt, revokedAt } = key
  const row = {
    name,
    scope,
    owner,
    hash,
    created_at_ms: createdAt,
    expires_at_ms: expiresAt,
    revoked_at_ms: revokedAt,
  }
  await db
    .insertInto('api_key')
    .values({ id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

export async function readKeyByHash(db: Database, hash: string): Promise<StoredKey | null> {
  return (await db.selectFrom('api_key').select(columns).where('hash', '=', hash).executeTakeFirst()) ?? null
}

/** In the order in which they were made. */
export async function readKeys(db: Database): Promise<readonly StoredKey[]> {
  const keys = await db.selectFrom('api_key').select(columns).execute()
  return keys.sort((left, right) => left.createdAt - right.createdAt || (left.id < right.id ? -1 : 1))
}

/** False when there is no such key, or it was revoked before: the first instant stands. */
export async function revokeKey(db: Database, id: string, at: EpochMs): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('api_key')
    .set({ revoked_at_ms: at })
    .where('id', '=', id)
    .where('revoked_at_ms', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
