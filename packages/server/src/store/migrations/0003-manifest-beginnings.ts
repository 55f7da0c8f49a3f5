/** With which version a manifest began anew after it was deleted, as the versions before it no longer count. */
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export const manifestBeginnings: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable('manifest')
      .addColumn('first_version', 'bigint', (column) => column.notNull().defaultTo(1))
      .execute()
    // Until now the newest version was the only one that could count.
    await sql`update manifest set first_version = version`.execute(db)
  },
}
