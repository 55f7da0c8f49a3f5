/** What is known of clients that report, in chunks of some thousand, and what was learned of all, by the server that keeps it. */
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export const pacing: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('pacing')
      .addColumn('watch', 'text', (column) => column.notNull())
      .addColumn('keeper', 'text', (column) => column.notNull())
      .addColumn('layout', 'text', (column) => column.notNull())
      .addColumn('learned', 'text', (column) => column.notNull())
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('pacing_pk', ['watch', 'keeper'])
      .execute()
    await schema
      .createTable('pacing_chunk')
      .addColumn('watch', 'text', (column) => column.notNull())
      .addColumn('keeper', 'text', (column) => column.notNull())
      .addColumn('number', 'integer', (column) => column.notNull())
      .addColumn('clients', 'bytea', (column) => column.notNull())
      .addPrimaryKeyConstraint('pacing_chunk_pk', ['watch', 'keeper', 'number'])
      .execute()
  },
}
