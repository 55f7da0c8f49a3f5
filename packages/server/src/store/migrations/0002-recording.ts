/** What replay needs: blocks of ticks, as text so that both engines hold them alike. */
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export const recording: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('recording')
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('from_ms', 'bigint', (column) => column.notNull())
      .addColumn('to_ms', 'bigint', (column) => column.notNull())
      .addColumn('ticks', 'bigint', (column) => column.notNull())
      .addColumn('checkpoint', 'bigint', (column) => column.notNull())
      .addColumn('lines', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('recording_key', ['service', 'from_ms'])
      .execute()
    // Pruning goes by age over all services.
    await schema.createIndex('recording_age').on('recording').column('to_ms').execute()
  },
}
