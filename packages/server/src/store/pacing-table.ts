/** What pacing keeps: for each watch and server a row of what was learned, and chunks of clients. */
import type { WatchName } from '@holdfast/core/units'
import type { Database } from './schema.ts'
import type { KeptPacing, PacingChunk, PacingOf } from './store.ts'

export async function putPacing(
  db: Database,
  { watch, keeper, layout, learned, at }: KeptPacing,
  chunks: readonly PacingChunk[],
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // Of another layout nothing can be read any more.
    const before = await trx
      .selectFrom('pacing')
      .select('layout')
      .where('watch', '=', watch)
      .where('keeper', '=', keeper)
      .executeTakeFirst()
    if (before !== undefined && before.layout !== layout) await dropChunks(trx, { watch, keeper })
    await trx
      .insertInto('pacing')
      .values({ watch, keeper, layout, learned, at_ms: at })
      .onConflict((conflict) =>
        conflict.columns(['watch', 'keeper']).doUpdateSet({ layout, learned, at_ms: at }),
      )
      .execute()
    for (const { number, clients } of chunks)
      await trx
        .insertInto('pacing_chunk')
        .values({ watch, keeper, number, clients })
        .onConflict((conflict) => conflict.columns(['watch', 'keeper', 'number']).doUpdateSet({ clients }))
        .execute()
  })
}

export async function readPacing(db: Database, watch: WatchName): Promise<readonly KeptPacing[]> {
  const rows = await db
    .selectFrom('pacing')
    .selectAll()
    .where('watch', '=', watch)
    .orderBy('keeper', 'asc')
    .execute()
  return rows.map(({ at_ms, ...row }) => ({ ...row, at: at_ms }))
}

export async function readPacingChunks(
  db: Database,
  { watch, keeper }: PacingOf,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<readonly PacingChunk[]> {
  return db
    .selectFrom('pacing_chunk')
    .select(['number', 'clients'])
    .where('watch', '=', watch)
    .where('keeper', '=', keeper)
    .where('number', '>=', from)
    .orderBy('number', 'asc')
    .limit(limit)
    .execute()
}

export async function forgetPacing(db: Database, watch: WatchName): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('pacing').where('watch', '=', watch).execute()
    await trx.deleteFrom('pacing_chunk').where('watch', '=', watch).execute()
  })
}

async function dropChunks(db: Database, { watch, keeper }: PacingOf): Promise<void> {
  await db.deleteFrom('pacing_chunk').where('watch', '=', watch).where('keeper', '=', keeper).execute()
}
