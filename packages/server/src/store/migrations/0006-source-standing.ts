/** What the cumulative series of a service's sources stood at with its last tick, to go on from after a restart. */
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export const sourceStanding: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('source_standing')
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('standing', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('source_standing_pk', ['service'])
      .execute()
  },
}
