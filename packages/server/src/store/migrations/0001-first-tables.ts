/** Everything that the loop, the journal and the API keep. */
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

// A migration knows no table types: they describe the newest schema, not the one that it finds.
type Schema = Kysely<unknown>['schema']

async function createManifests(schema: Schema): Promise<void> {
  await schema
    .createTable('manifest_version')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .addColumn('owner', 'text')
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('applied_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('applied_by', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('manifest_version_key', ['kind', 'name', 'version'])
    .execute()
  await schema
    .createTable('manifest')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .addColumn('deleted_at_ms', 'bigint')
    .addPrimaryKeyConstraint('manifest_key', ['kind', 'name'])
    .execute()
}

async function createServices(schema: Schema): Promise<void> {
  await schema
    .createTable('service_record')
    .addColumn('service', 'text', (column) => column.primaryKey().notNull())
    .addColumn('generation', 'bigint', (column) => column.notNull())
    .addColumn('desired', 'text', (column) => column.notNull())
    .addColumn('state', 'text')
    .execute()
  await schema
    .createTable('window_count')
    .addColumn('service', 'text', (column) => column.notNull())
    .addColumn('agreement', 'text', (column) => column.notNull())
    .addColumn('level', 'text', (column) => column.notNull())
    .addColumn('from_ms', 'bigint', (column) => column.notNull())
    .addColumn('to_ms', 'bigint', (column) => column.notNull())
    .addColumn('met', 'bigint', (column) => column.notNull())
    .addColumn('missed', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('window_count_key', ['service', 'agreement', 'level', 'from_ms'])
    .addCheckConstraint('window_count_is_count', sql`met >= 0 and missed >= 0`)
    .execute()
  await schema
    .createTable('tick_point')
    .addColumn('service', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('point', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('tick_point_key', ['service', 'at_ms'])
    .execute()
  // Pruning goes by age over all services.
  await schema.createIndex('tick_point_age').on('tick_point').column('at_ms').execute()
  await schema
    .createTable('known_instance')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('platform', 'text', (column) => column.notNull())
    .addColumn('service', 'text', (column) => column.notNull())
    .addColumn('record', 'text', (column) => column.notNull())
    .addColumn('updated_at_ms', 'bigint', (column) => column.notNull())
    .execute()
}

async function createJournal(schema: Schema): Promise<void> {
  await schema
    .createTable('journal_chain')
    .addColumn('service', 'text', (column) => column.primaryKey().notNull())
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute()
  await schema
    .createTable('journal_entry')
    .addColumn('service', 'text', (column) => column.notNull())
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('previous_hash', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('journal_entry_key', ['service', 'sequence'])
    .addForeignKeyConstraint('journal_entry_chain', ['service'], 'journal_chain', ['service'])
    .execute()
  // For what is read by time over all services.
  await schema
    .createIndex('journal_entry_time')
    .on('journal_entry')
    .columns(['at_ms', 'service', 'sequence'])
    .execute()
}

async function createKeys(schema: Schema): Promise<void> {
  await schema
    .createTable('api_key')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('owner', 'text')
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint')
    .addColumn('revoked_at_ms', 'bigint')
    .execute()
}

export const firstTables: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await createManifests(schema)
    await createServices(schema)
    await createJournal(schema)
    await createKeys(schema)
  },
}
