/**
 * Manifests and all their versions. `manifest` says which version counts; `manifest_version` only grows.
 * A deleted manifest keeps its row, so that a later one of the same name goes on with the next version.
 */
import type { EpochMs } from '@holdfast/core/units'
import { appendEntries } from './journal-table.ts'
import type { Database } from './schema.ts'
import type { JournalDraft, ManifestKind, ManifestRef, ManifestWrite, StoredManifest } from './store.ts'

interface Stamp {
  readonly by: string
  readonly at: EpochMs
}

const columns = [
  'manifest_version.kind as kind',
  'manifest_version.name as name',
  'manifest_version.owner as owner',
  'manifest_version.version as version',
  'manifest_version.document as document',
  'manifest_version.applied_at_ms as appliedAt',
  'manifest_version.applied_by as appliedBy',
] as const

export async function readManifests(db: Database, kind?: ManifestKind): Promise<readonly StoredManifest[]> {
  const all = currentManifests(db)
  const rows = await (kind === undefined ? all : all.where('manifest.kind', '=', kind)).execute()
  return rows.sort(byKindAndName)
}

export async function readManifest(
  db: Database,
  { kind, name }: ManifestRef,
): Promise<StoredManifest | null> {
  const row = await currentManifests(db)
    .where('manifest.kind', '=', kind)
    .where('manifest.name', '=', name)
    .executeTakeFirst()
  return row ?? null
}

/** Oldest first, also of a manifest that was deleted. */
export function readManifestVersions(
  db: Database,
  { kind, name }: ManifestRef,
): Promise<readonly StoredManifest[]> {
  return db
    .selectFrom('manifest_version')
    .select(columns)
    .where('kind', '=', kind)
    .where('name', '=', name)
    .orderBy('version', 'asc')
    .execute()
}

/** Each version since the manifest began; none of one that was deleted. */
export async function readStandingVersions(
  db: Database,
  kind: ManifestKind,
): Promise<readonly StoredManifest[]> {
  const rows = await db
    .selectFrom('manifest')
    .innerJoin('manifest_version', (join) =>
      join
        .onRef('manifest_version.kind', '=', 'manifest.kind')
        .onRef('manifest_version.name', '=', 'manifest.name')
        .onRef('manifest_version.version', '>=', 'manifest.first_version'),
    )
    .select(columns)
    .where('manifest.kind', '=', kind)
    .where('manifest.deleted_at_ms', 'is', null)
    .orderBy('manifest_version.version', 'asc')
    .execute()
  return rows.sort(byKindAndName)
}

export async function applyManifests(
  db: Database,
  writes: readonly ManifestWrite[],
  stamp: Stamp,
  journal: readonly JournalDraft[],
): Promise<readonly StoredManifest[]> {
  return db.transaction().execute(async (trx) => {
    await lockManifests(trx, writes)
    const stored: StoredManifest[] = []
    let changed = false
    for (const write of writes) {
      const before = await readManifest(trx, write)
      const same = before !== null && before.document === write.document && before.owner === write.owner
      stored.push(same ? before : await writeVersion(trx, write, stamp))
      changed ||= !same
    }
    // Somebody may have applied the same meanwhile; then nobody changed anything here.
    if (changed) await appendEntries(trx, journal)
    return stored
  })
}

export async function deleteManifest(
  db: Database,
  { kind, name }: ManifestRef,
  at: EpochMs,
  journal: readonly JournalDraft[],
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('manifest')
      .set({ deleted_at_ms: at })
      .where('kind', '=', kind)
      .where('name', '=', name)
      .where('deleted_at_ms', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    await appendEntries(trx, journal)
    return true
  })
}

function currentManifests(db: Database) {
  return db
    .selectFrom('manifest')
    .innerJoin('manifest_version', (join) =>
      join
        .onRef('manifest_version.kind', '=', 'manifest.kind')
        .onRef('manifest_version.name', '=', 'manifest.name')
        .onRef('manifest_version.version', '=', 'manifest.version'),
    )
    .select(columns)
    .where('manifest.deleted_at_ms', 'is', null)
}

/**
 * Holds each manifest's row until the commit, also of one that is new, by writing what stands there already.
 * All take them in the same order, so that no two wait for each other.
 */
async function lockManifests(trx: Database, refs: readonly ManifestRef[]): Promise<void> {
  for (const { kind, name } of [...refs].sort(byKindAndName)) {
    await trx
      .insertInto('manifest')
      .values({ kind, name, version: 0, deleted_at_ms: null, first_version: 1 })
      .onConflict((conflict) =>
        conflict.columns(['kind', 'name']).doUpdateSet((row) => ({ version: row.ref('manifest.version') })),
      )
      .execute()
  }
}

async function writeVersion(trx: Database, write: ManifestWrite, { by, at }: Stamp): Promise<StoredManifest> {
  const { kind, name, owner, document } = write
  const { version } = await trx
    .updateTable('manifest')
    .set((row) => ({
      version: row('version', '+', 1),
      first_version: row
        .case()
        .when('deleted_at_ms', 'is not', null)
        .then(row('version', '+', 1))
        .else(row.ref('first_version'))
        .end(),
      deleted_at_ms: null,
    }))
    .where('kind', '=', kind)
    .where('name', '=', name)
    .returning('version')
    .executeTakeFirstOrThrow()
  await trx
    .insertInto('manifest_version')
    .values({ kind, name, version, owner, document, applied_at_ms: at, applied_by: by })
    .execute()
  return { kind, name, owner, version, document, appliedAt: at, appliedBy: by }
}

/** Not left to the database: PostgreSQL sorts text by its locale. */
function byKindAndName(left: ManifestRef, right: ManifestRef): number {
  const [a, b] = [`${left.kind} ${left.name}`, `${right.kind} ${right.name}`]
  return a === b ? 0 : a < b ? -1 : 1
}
