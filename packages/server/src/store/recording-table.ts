/** The recording of ticks: blocks by service and beginning, read from a checkpoint on. */
import type { EpochMs, ServiceName } from '@holdfast/core/units'
import { insertBatches } from './schema.ts'
import type { Database } from './schema.ts'
import type { RecordedBlock, RecordingQuery } from './store.ts'

export async function putRecording(db: Database, blocks: readonly RecordedBlock[]): Promise<void> {
  for (const batch of insertBatches(blocks)) {
    await db
      .insertInto('recording')
      .values(batch.map(rowOf))
      .onConflict((conflict) =>
        conflict.columns(['service', 'from_ms']).doUpdateSet((row) => ({
          to_ms: row.ref('excluded.to_ms'),
          ticks: row.ref('excluded.ticks'),
          checkpoint: row.ref('excluded.checkpoint'),
          lines: row.ref('excluded.lines'),
        })),
      )
      .execute()
  }
}

export async function readRecording(db: Database, query: RecordingQuery): Promise<readonly RecordedBlock[]> {
  const { service, from, to, after, limit } = query
  const blocks = db
    .selectFrom('recording')
    .select(['service', 'from_ms', 'to_ms', 'ticks', 'checkpoint', 'lines'])
    .where('service', '=', service)
    .where('from_ms', '<', to)
    .orderBy('from_ms', 'asc')
    .limit(limit)
  const rows =
    after === undefined
      ? blocks.where('from_ms', '>=', await checkpointBefore(db, service, from))
      : blocks.where('from_ms', '>', after)
  return (await rows.execute()).map(({ from_ms, to_ms, checkpoint, ...row }) => ({
    ...row,
    from: from_ms,
    to: to_ms,
    checkpoint: checkpoint === 1,
  }))
}

export async function pruneRecording(db: Database, before: EpochMs): Promise<void> {
  await db.deleteFrom('recording').where('to_ms', '<', before).execute()
}

/** Where the nearest block with a checkpoint begins; the instant itself where none is as old. */
async function checkpointBefore(db: Database, service: ServiceName, from: EpochMs): Promise<EpochMs> {
  const nearest = await db
    .selectFrom('recording')
    .select('from_ms')
    .where('service', '=', service)
    .where('from_ms', '<=', from)
    .where('checkpoint', '=', 1)
    .orderBy('from_ms', 'desc')
    .limit(1)
    .executeTakeFirst()
  return nearest?.from_ms ?? from
}

const rowOf = ({ service, from, to, ticks, checkpoint, lines }: RecordedBlock) => ({
  service,
  from_ms: from,
  to_ms: to,
  ticks,
  checkpoint: checkpoint ? 1 : 0,
  lines,
})
