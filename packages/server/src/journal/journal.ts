/**
 * The journal as the rest of the shell uses it: what happened is recorded with the time and a body in
 * canonical JSON, a chain is verified, and entries are exported. Chains of any length are read in pages, so
 * that memory stays bounded. Entries of a tick are written by the store's commit and not through here.
 */
import { canonicalJson, chainStart, verifyChain } from '@holdfast/core/control'
import type { ChainCheck } from '@holdfast/core/control'
import { formatInstant } from '@holdfast/core/units'
import type { ServiceName } from '@holdfast/core/units'
import type { Clock } from '../clock.ts'
import { journalHash } from '../store/journal-table.ts'
import type { JournalDraft, JournalEntry, JournalHead, JournalQuery, Store } from '../store/store.ts'

interface JournalRecord {
  readonly service: ServiceName | null
  readonly kind: JournalDraft['kind']
  readonly actor: string
  /** Anything that JSON can say. */
  readonly body: unknown
}

interface JournalCheck {
  readonly service: ServiceName | null
  /** Those that were found whole. */
  readonly entries: number
  readonly intact: boolean
  /** The first place whose entry is missing or does not fit; null when all do. */
  readonly brokenAt: number | null
  readonly says: string
}

/** An entry as it is read outside: the time in ISO 8601, the body as a value. */
export interface ExportedEntry extends Omit<JournalEntry, 'at' | 'body'> {
  readonly at: string
  readonly body: unknown
}

/** Everything that a query would find, without a limit. */
type JournalExport = Omit<JournalQuery, 'limit' | 'order' | 'after'>

export interface Journal {
  record(record: JournalRecord): Promise<JournalEntry>
  /** Recomputes every hash of the chain, and compares its end with the place that the store knows. */
  verify(service: ServiceName | null): Promise<JournalCheck>
  /** One JSON object a line, chain by chain, each oldest first. */
  exportNdjson(wanted: JournalExport): AsyncGenerator<string, void, undefined>
}

/** Entries of some kilobytes: a page is a few megabytes at most, and other work comes in between. */
const PAGE_ENTRIES = 500

export function createJournal(store: Store, clock: Clock, pageEntries: number = PAGE_ENTRIES): Journal {
  return {
    async record({ service, kind, actor, body }) {
      const draft = { service, kind, actor, at: clock.now(), body: canonicalJson(body) }
      const [entry] = await store.appendJournal([draft])
      if (entry === undefined) throw new Error('The store appended an entry and did not return it.')
      return entry
    },

    verify: (service) => verifyWhole(store, service, pageEntries),

    async *exportNdjson(wanted) {
      for (const service of await chainsOf(store, wanted.service)) {
        for await (const page of pages(store, { ...wanted, service }, 0, pageEntries)) {
          for (const entry of page) yield `${canonicalJson(entryView(entry))}\n`
        }
      }
    },
  }
}

/** Loses nothing: the hash can be checked from what is exported. */
export function entryView(entry: JournalEntry): ExportedEntry {
  const body: unknown = JSON.parse(entry.body)
  return { ...entry, at: formatInstant(entry.at), body }
}

/** While it reads, others append: it goes on until it has caught up with the end that the store knows. */
async function verifyWhole(
  store: Store,
  service: ServiceName | null,
  pageEntries: number,
): Promise<JournalCheck> {
  let check: ChainCheck = { intact: true, brokenAt: null, verified: chainStart }
  for (;;) {
    const before = check.verified.sequence
    for await (const page of pages(store, { service }, before, pageEntries)) {
      check = verifyChain(page, journalHash, check.verified)
      if (!check.intact) return checkView(service, check, null)
    }
    const end = (await store.journalHeads()).find((head) => head.service === service) ?? null
    const behind = check.verified.sequence < (end?.sequence ?? 0)
    if (!behind || check.verified.sequence === before) return checkView(service, check, end)
  }
}

async function* pages(
  store: Store,
  wanted: JournalExport,
  start: number,
  limit: number,
): AsyncGenerator<readonly JournalEntry[], void, undefined> {
  let after = start
  for (;;) {
    const page = await store.journal({ ...wanted, order: 'oldest-first', limit, after })
    const last = page.at(-1)
    if (last === undefined) return
    yield page
    after = last.sequence
  }
}

async function chainsOf(
  store: Store,
  service: ServiceName | null | undefined,
): Promise<readonly (ServiceName | null)[]> {
  return service === undefined ? (await store.journalHeads()).map((head) => head.service) : [service]
}

function checkView(
  service: ServiceName | null,
  { brokenAt, verified }: ChainCheck,
  end: JournalHead | null,
): JournalCheck {
  const entries = verified.sequence
  const expected = end?.sequence ?? 0
  const broken = (at: number, says: string): JournalCheck => ({
    service,
    entries,
    intact: false,
    brokenAt: at,
    says,
  })
  if (brokenAt !== null) return broken(brokenAt, `Entry ${brokenAt} is not as it was written, or is missing.`)
  if (entries < expected) return broken(entries + 1, `Entries ${entries + 1} to ${expected} are missing.`)
  if (entries > expected) {
    return broken(expected + 1, `Entries ${expected + 1} to ${entries} were not written by Holdfast.`)
  }
  if (end !== null && end.hash !== verified.hash) {
    return broken(entries, `The chain does not end in entry ${entries} as it was written: it was replaced.`)
  }
  const says = entries === 0 ? 'There are no entries.' : `All ${entries} entries are as they were written.`
  return { service, entries, intact: true, brokenAt: null, says }
}
