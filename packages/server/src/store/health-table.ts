/** What was measured, by time: a row a tick for what is new, longer cells for what is old, and marks of consumers. */
import type { EpochMs, ServiceName } from '@holdfast/core/units'
import { insertBatches } from './schema.ts'
import type { Database, Tables } from './schema.ts'
import type { HealthCell, HealthCellQuery, HealthCompaction, HealthConsumer } from './store.ts'

export async function putHealthCells(db: Database, cells: readonly HealthCell[]): Promise<void> {
  for (const batch of insertBatches(cells)) {
    await db
      .insertInto('health_cell')
      .values(batch.map(rowOf))
      .onConflict((conflict) =>
        conflict
          .columns(['service', 'length_ms', 'at_ms'])
          .doUpdateSet((row) => ({ tallies: row.ref('excluded.tallies') })),
      )
      .execute()
  }
}

export async function readHealthCells(
  db: Database,
  { service, lengthMs, from, before, limit }: HealthCellQuery,
): Promise<readonly HealthCell[]> {
  let query = db.selectFrom('health_cell').selectAll().orderBy('at_ms', 'asc')
  if (service !== undefined) query = query.where('service', '=', service)
  if (lengthMs !== undefined) query = query.where('length_ms', '=', lengthMs)
  if (from !== undefined) query = query.where('at_ms', '>=', from)
  if (before !== undefined) query = query.where('at_ms', '<', before)
  if (limit !== undefined) query = query.limit(limit)
  return (await query.execute()).map(({ service: of, length_ms, at_ms, tallies }) => ({
    service: of,
    lengthMs: length_ms,
    at: at_ms,
    tallies,
  }))
}

export async function compactHealth(
  db: Database,
  { service, lengthMs, before, into }: HealthCompaction,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await putHealthCells(trx, into)
    await trx
      .deleteFrom('health_cell')
      .where('service', '=', service)
      .where('length_ms', '=', lengthMs)
      .where('at_ms', '<', before)
      .execute()
  })
}

export async function readHealthConsumer(
  db: Database,
  service: ServiceName,
  name: string,
): Promise<HealthConsumer | null> {
  const row = await db
    .selectFrom('health_consumer')
    .selectAll()
    .where('service', '=', service)
    .where('name', '=', name)
    .executeTakeFirst()
  return row === undefined ? null : consumerOf(row)
}

export async function readHealthConsumers(
  db: Database,
  service: ServiceName,
): Promise<readonly HealthConsumer[]> {
  const rows = await db.selectFrom('health_consumer').selectAll().where('service', '=', service).execute()
  return rows.map(consumerOf).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Only from where it stood: two who read under one name at once do not both get the same. */
export async function moveHealthConsumer(
  db: Database,
  { service, name, readUntil, readOfHour }: HealthConsumer,
  from: EpochMs | null,
): Promise<boolean> {
  const next = { read_until_ms: readUntil, read_of_hour: readOfHour }
  if (from !== null) {
    const { numUpdatedRows } = await db
      .updateTable('health_consumer')
      .set(next)
      .where('service', '=', service)
      .where('name', '=', name)
      .where('read_until_ms', '=', from)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('health_consumer')
    .values({ service, name, ...next })
    .onConflict((conflict) => conflict.columns(['service', 'name']).doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function dropHealthConsumer(db: Database, service: ServiceName, name: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('health_consumer')
    .where('service', '=', service)
    .where('name', '=', name)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

const rowOf = ({ service, lengthMs, at, tallies }: HealthCell): Tables['health_cell'] => ({
  service,
  length_ms: lengthMs,
  at_ms: at,
  tallies,
})

const consumerOf = ({
  service,
  name,
  read_until_ms,
  read_of_hour,
}: Tables['health_consumer']): HealthConsumer => ({
  service,
  name,
  readUntil: read_until_ms,
  readOfHour: read_of_hour,
})
