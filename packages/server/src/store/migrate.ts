/**
 * Brings the schema up to date. Migrations run in one transaction under the engine's lock, so that of
 * several processes that start at once one does the work, and a kill leaves all of it or nothing.
 */
import { Migrator } from 'kysely/migration'
import type { Migration, MigrationProvider } from 'kysely/migration'
import { firstTables } from './migrations/0001-first-tables.ts'
import { recording } from './migrations/0002-recording.ts'
import { manifestBeginnings } from './migrations/0003-manifest-beginnings.ts'
import { windowCauses } from './migrations/0004-window-causes.ts'
import { health } from './migrations/0005-health.ts'
import { sourceStanding } from './migrations/0006-source-standing.ts'
import { sourceStandingRows } from './migrations/0007-source-standing-rows.ts'
import { pacing } from './migrations/0008-pacing.ts'
import type { Database } from './schema.ts'

/** By name in the order in which they run; one that was released is never changed, another one is added. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-first-tables': firstTables,
  '0002-recording': recording,
  '0003-manifest-beginnings': manifestBeginnings,
  '0004-window-causes': windowCauses,
  '0005-health': health,
  '0006-source-standing': sourceStanding,
  '0007-source-standing-rows': sourceStandingRows,
  '0008-pacing': pacing,
}

const provider: MigrationProvider = { getMigrations: () => Promise.resolve({ ...migrations }) }

export async function migrateToLatest(db: Database): Promise<void> {
  const { error } = await new Migrator({ db, provider }).migrateToLatest()
  if (error !== undefined) throw new Error('The schema could not be brought up to date.', { cause: error })
}
