/** The same row by row, so that only what changed is written. Sources go on from the first tick after it. */
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export const sourceStandingRows: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema.dropTable('source_standing').execute()
    await schema
      .createTable('source_standing_row')
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('row', 'text', (column) => column.notNull())
      .addColumn('text', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('source_standing_row_pk', ['service', 'row'])
      .execute()
  },
}
