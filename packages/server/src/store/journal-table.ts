/**
 * The journal's entries and the last place of each chain. Appending writes the chain's row first, which
 * holds it until the commit: two who append one after the other leave no gap, and a rollback leaves none.
 */
import { createHash } from 'node:crypto'
import { chainText, firstHash } from '@holdfast/core/control'
import type { ChainPlace } from '@holdfast/core/control'
import type { ServiceName } from '@holdfast/core/units'
import { insertBatches } from './schema.ts'
import type { ChainKey, Database } from './schema.ts'
import type { JournalDraft, JournalEntry, JournalHead, JournalQuery } from './store.ts'

/** SHA-256 in hexadecimal: the hash of the journal's chains. */
export function journalHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/** Must run in a transaction. Returns the entries in the order of the drafts. */
export async function appendEntries(
  trx: Database,
  drafts: readonly JournalDraft[],
): Promise<readonly JournalEntry[]> {
  const entries: JournalEntry[] = []
  // All take the chains in the same order, so that no two wait for each other.
  const chains = [...Map.groupBy(drafts.keys(), (index) => chainKey(drafts[index]?.service ?? null))].sort(
    ([left], [right]) => (left < right ? -1 : 1),
  )
  for (const [chain, indexes] of chains) {
    let place = await reserve(trx, chain, indexes.length)
    for (const index of indexes) {
      const draft = drafts[index]
      if (draft === undefined) continue
      const entry = chained(place, draft)
      entries[index] = entry
      place = entry
    }
    await trx.updateTable('journal_chain').set({ hash: place.hash }).where('service', '=', chain).execute()
  }
  for (const batch of insertBatches(entries)) {
    await trx.insertInto('journal_entry').values(batch.map(rowOf)).execute()
  }
  return entries
}

export async function readEntries(db: Database, query: JournalQuery): Promise<readonly JournalEntry[]> {
  if (query.service === undefined && query.after !== undefined) {
    throw new TypeError(
      'A journal query has `after` only together with a service: sequences count by service.',
    )
  }
  // SQL has no empty list.
  if (query.kinds?.length === 0) return []
  const direction = query.order === 'oldest-first' ? 'asc' : 'desc'
  let rows = db.selectFrom('journal_entry').selectAll().limit(query.limit)
  if (query.service === undefined) {
    rows = rows.orderBy('at_ms', direction).orderBy('service', direction).orderBy('sequence', direction)
  } else {
    rows = rows.where('service', '=', chainKey(query.service)).orderBy('sequence', direction)
  }
  if (query.after !== undefined) rows = rows.where('sequence', direction === 'asc' ? '>' : '<', query.after)
  if (query.kinds !== undefined) rows = rows.where('kind', 'in', query.kinds)
  if (query.from !== undefined) rows = rows.where('at_ms', '>=', query.from)
  if (query.to !== undefined) rows = rows.where('at_ms', '<', query.to)
  return (await rows.execute()).map((row) => ({
    service: serviceOf(row.service),
    sequence: row.sequence,
    at: row.at_ms,
    kind: row.kind,
    actor: row.actor,
    body: row.body,
    previousHash: row.previous_hash,
    hash: row.hash,
  }))
}

/** The installation's own chain first, then by service. */
export async function readHeads(db: Database): Promise<readonly JournalHead[]> {
  const rows = await db.selectFrom('journal_chain').selectAll().execute()
  return rows
    .sort((left, right) => (left.service < right.service ? -1 : 1))
    .map(({ service, sequence, hash }) => ({ service: serviceOf(service), sequence, hash }))
}

/** Takes the next places of a chain and says which one they follow. */
async function reserve(trx: Database, chain: ChainKey, count: number): Promise<ChainPlace> {
  const { sequence, hash } = await trx
    .insertInto('journal_chain')
    .values({ service: chain, sequence: count, hash: firstHash })
    .onConflict((conflict) =>
      conflict.column('service').doUpdateSet((row) => ({
        sequence: row('journal_chain.sequence', '+', row.ref('excluded.sequence')),
      })),
    )
    .returning(['sequence', 'hash'])
    .executeTakeFirstOrThrow()
  return { sequence: sequence - count, hash }
}

function chained(previous: ChainPlace, draft: JournalDraft): JournalEntry {
  const sequence = previous.sequence + 1
  const { service, at, kind, actor, body } = draft
  const hash = journalHash(chainText(previous.hash, sequence, draft))
  return { service, at, kind, actor, body, sequence, previousHash: previous.hash, hash }
}

function rowOf(entry: JournalEntry) {
  const { service, sequence, at, kind, actor, body, previousHash, hash } = entry
  return {
    service: chainKey(service),
    sequence,
    at_ms: at,
    kind,
    actor,
    body,
    previous_hash: previousHash,
    hash,
  }
}

function chainKey(service: ServiceName | null): ChainKey {
  return service ?? ''
}

function serviceOf(chain: ChainKey): ServiceName | null {
  return chain === '' ? null : chain
}
