/** What was measured, by time, and how far each named consumer has read it. */
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export const health: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('health_cell')
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('length_ms', 'bigint', (column) => column.notNull())
      .addColumn('at_ms', 'bigint', (column) => column.notNull())
      .addColumn('tallies', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('health_cell_pk', ['service', 'length_ms', 'at_ms'])
      .execute()
    await schema
      .createTable('health_consumer')
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('read_until_ms', 'bigint', (column) => column.notNull())
      .addColumn('read_of_hour', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('health_consumer_pk', ['service', 'name'])
      .execute()
  },
}
