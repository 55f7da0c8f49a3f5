/**
 * Where a page of the journal goes on. In one chain that is a sequence number. Over all chains, which are
 * ordered by time, it is the instant of the last entry and how many entries of that instant were given: few,
 * so that reading them once more to pass over them costs nothing.
 */
import { epochMs, type EpochMs } from '@holdfast/core/units'
import type { JournalEntry, JournalQuery } from '../store/store.ts'
import { decodeCursor, encodeCursor, wrongCursor } from './paging.ts'

type Filter = Pick<JournalQuery, 'service' | 'from' | 'to'>

export interface JournalPlace {
  /** What the cursor narrows the query to. */
  readonly query: Pick<JournalQuery, 'after' | 'from' | 'to'>
  /** Entries at the start of the answer that were given before. */
  readonly skip: number
}

export function readJournalCursor(
  cursor: string | undefined,
  filter: Filter,
  order: JournalQuery['order'],
): JournalPlace {
  if (cursor === undefined) return { query: {}, skip: 0 }
  const text = decodeCursor(cursor)
  if (filter.service !== undefined) return { query: { after: numberIn(/^s(\d+)$/, text)[0] }, skip: 0 }
  const [at, skip] = numberIn(/^t(\d+) (\d+)$/, text)
  const query = order === 'oldest-first' ? { from: epochMs(at) } : { to: epochMs(at + 1) }
  return { query, skip }
}

/** `given` are the entries read so far for this page, with those that were passed over. */
export function nextJournalCursor(given: readonly JournalEntry[], filter: Filter): string | null {
  const last = given.at(-1)
  if (last === undefined) return null
  if (filter.service !== undefined) return encodeCursor(`s${last.sequence}`)
  return encodeCursor(`t${last.at} ${countAt(given, last.at)}`)
}

const countAt = (entries: readonly JournalEntry[], at: EpochMs): number =>
  entries.filter((entry) => entry.at === at).length

function numberIn(pattern: RegExp, text: string): readonly [number, number] {
  const match = pattern.exec(text)
  if (match === null) throw wrongCursor()
  return [Number(match[1]), Number(match[2] ?? 0)]
}
