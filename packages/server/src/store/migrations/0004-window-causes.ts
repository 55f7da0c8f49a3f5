/** For whose sake operations of a window were missed; not known of windows that were recorded before. */
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export const windowCauses: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    // One by one: SQLite adds one column at a time.
    await schema.alterTable('window_count').addColumn('missed_by', 'text').execute()
    await schema.alterTable('window_count').addColumn('platform_share', 'double precision').execute()
  },
}
