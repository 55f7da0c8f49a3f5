/** What each platform last knew of its instances; the record inside is the platform's own affair. */
import type { InstanceId } from '@holdfast/core/units'
import type { Database } from './schema.ts'
import type { KnownInstance } from './store.ts'

export async function readKnownInstances(db: Database, platform: string): Promise<readonly KnownInstance[]> {
  const rows = await db
    .selectFrom('known_instance')
    .select(['id', 'platform', 'service', 'record', 'updated_at_ms as updatedAt'])
    .where('platform', '=', platform)
    .execute()
  return rows.sort((left, right) => (left.id < right.id ? -1 : 1))
}

export async function putKnownInstance(db: Database, instance: KnownInstance): Promise<void> {
  const { id, platform, service, record, updatedAt } = instance
  const row = { platform, service, record, updated_at_ms: updatedAt }
  await db
    .insertInto('known_instance')
    .values({ id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

export async function dropKnownInstance(db: Database, id: InstanceId): Promise<void> {
  await db.deleteFrom('known_instance').where('id', '=', id).execute()
}
