/**
 * What the loop keeps of each service: its desired instances and state by generation, the counts of its
 * windows, and its points for charts. A tick's result replaces the generation that it started from, or
 * nothing at all is written.
 */
import type { MissedBy } from '@holdfast/core/agreement'
import type { DesiredInstance } from '@holdfast/core/control'
import { canonicalJson } from '@holdfast/core/control'
import type { EpochMs, ServiceName } from '@holdfast/core/units'
import { appendEntries } from './journal-table.ts'
import { putHealthCells } from './health-table.ts'
import { putRecording } from './recording-table.ts'
import { insertBatches } from './schema.ts'
import type { Database, Tables } from './schema.ts'
import type { JournalEntry, ServiceRecord, StoredPoint, TickCommit, WindowCount } from './store.ts'

export async function readServiceRecords(db: Database): Promise<readonly ServiceRecord[]> {
  const rows = await db.selectFrom('service_record').selectAll().execute()
  return rows
    .sort((left, right) => (left.service < right.service ? -1 : 1))
    .map(({ service, generation, desired, state }) => ({
      service,
      generation,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written below and nowhere else
      desired: JSON.parse(desired) as readonly DesiredInstance[],
      state,
    }))
}

export async function commitTick(db: Database, commit: TickCommit): Promise<readonly JournalEntry[] | null> {
  return db.transaction().execute(async (trx) => {
    if (!(await replaceGeneration(trx, commit))) return null
    await replaceWindows(trx, commit.windows)
    await trx
      .insertInto('tick_point')
      .values({ service: commit.service, at_ms: commit.at, point: commit.point })
      .onConflict((conflict) => conflict.columns(['service', 'at_ms']).doUpdateSet({ point: commit.point }))
      .execute()
    await putRecording(trx, commit.recording)
    await putHealthCells(trx, commit.health)
    await putSourceStanding(trx, commit)
    return appendEntries(trx, commit.journal)
  })
}

/**
 * Known instances stay: only their platform knows when they are gone. The journal stays for ever, and so does
 * the generation: a service that comes back under the name counts on from it.
 */
export async function forgetService(db: Database, service: ServiceName): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('service_record')
      .set({ desired: '[]', state: null })
      .where('service', '=', service)
      .execute()
    await trx.deleteFrom('window_count').where('service', '=', service).execute()
    await trx.deleteFrom('tick_point').where('service', '=', service).execute()
    await trx.deleteFrom('health_cell').where('service', '=', service).execute()
    await trx.deleteFrom('health_consumer').where('service', '=', service).execute()
    await trx.deleteFrom('source_standing_row').where('service', '=', service).execute()
  })
}

async function putSourceStanding(db: Database, { service, sourceStanding }: TickCommit): Promise<void> {
  const gone = sourceStanding.flatMap(({ row, text }) => (text === null ? [row] : []))
  for (const rows of insertBatches(gone))
    await db
      .deleteFrom('source_standing_row')
      .where('service', '=', service)
      .where('row', 'in', rows)
      .execute()
  const stood = sourceStanding.flatMap(({ row, text }) => (text === null ? [] : [{ service, row, text }]))
  for (const rows of insertBatches(stood))
    await db
      .insertInto('source_standing_row')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['service', 'row']).doUpdateSet({ text: (eb) => eb.ref('excluded.text') }),
      )
      .execute()
}

export async function readSourceStandings(
  db: Database,
): Promise<ReadonlyMap<ServiceName, ReadonlyMap<string, string>>> {
  const all = new Map<ServiceName, Map<string, string>>()
  for (const { service, row, text } of await db.selectFrom('source_standing_row').selectAll().execute())
    all.set(service, (all.get(service) ?? new Map<string, string>()).set(row, text))
  return all
}

/** The windows that share any time with the half-open span, oldest first. */
export async function readWindows(
  db: Database,
  service: ServiceName,
  from: EpochMs,
  to: EpochMs,
): Promise<readonly WindowCount[]> {
  const rows = await db
    .selectFrom('window_count')
    .selectAll()
    .where('service', '=', service)
    .where('from_ms', '<', to)
    .where('to_ms', '>', from)
    .execute()
  return rows
    .map(windowOf)
    .sort((left, right) => left.from - right.from || (levelKey(left) < levelKey(right) ? -1 : 1))
}

export function readPoints(
  db: Database,
  service: ServiceName,
  from: EpochMs,
): Promise<readonly StoredPoint[]> {
  return db
    .selectFrom('tick_point')
    .select(['at_ms as at', 'point'])
    .where('service', '=', service)
    .where('at_ms', '>=', from)
    .orderBy('at_ms', 'asc')
    .execute()
}

export async function prunePoints(db: Database, before: EpochMs): Promise<void> {
  await db.deleteFrom('tick_point').where('at_ms', '<', before).execute()
}

/** Compare and set; the row of a service that was never committed counts as generation 0. */
async function replaceGeneration(trx: Database, commit: TickCommit): Promise<boolean> {
  const { service, basedOn, generation, state } = commit
  const next = { generation, state, desired: canonicalJson(commit.desired) }
  const { numUpdatedRows } = await trx
    .updateTable('service_record')
    .set(next)
    .where('service', '=', service)
    .where('generation', '=', basedOn)
    .executeTakeFirst()
  if (numUpdatedRows > 0n) return true
  if (basedOn !== 0) return false
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('service_record')
    .values({ service, ...next })
    .onConflict((conflict) => conflict.column('service').doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

async function replaceWindows(trx: Database, windows: readonly WindowCount[]): Promise<void> {
  for (const batch of insertBatches(windows)) {
    await trx
      .insertInto('window_count')
      .values(batch.map(windowRow))
      .onConflict((conflict) =>
        conflict.columns(['service', 'agreement', 'level', 'from_ms']).doUpdateSet((row) => ({
          to_ms: row.ref('excluded.to_ms'),
          met: row.ref('excluded.met'),
          missed: row.ref('excluded.missed'),
          missed_by: row.ref('excluded.missed_by'),
          platform_share: row.ref('excluded.platform_share'),
        })),
      )
      .execute()
  }
}

function windowRow({ from, to, missedBy, platformShare, ...same }: WindowCount): Tables['window_count'] {
  const missed_by = missedBy === null ? null : canonicalJson(missedBy)
  return { ...same, from_ms: from, to_ms: to, missed_by, platform_share: platformShare }
}

function windowOf(row: Tables['window_count']): WindowCount {
  const { from_ms: from, to_ms: to, missed_by, platform_share: platformShare, ...same } = row
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above and nowhere else
  const missedBy = missed_by === null ? null : (JSON.parse(missed_by) as MissedBy)
  return { ...same, from, to, missedBy, platformShare }
}

function levelKey({ agreement, level }: WindowCount): string {
  return `${agreement} ${level}`
}
