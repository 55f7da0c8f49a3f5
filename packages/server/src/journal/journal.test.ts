/** Over a real store in a file, which is then tampered with as only someone with the file could. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { canonicalJson, chainText } from '@holdfast/core/control'
import { epochMs, parseInstant } from '@holdfast/core/units'
import type { ServiceName } from '@holdfast/core/units'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Clock } from '../clock.ts'
import { journalHash } from '../store/journal-table.ts'
import { openStore } from '../store/open-store.ts'
import { draft, named } from '../store/store-samples.ts'
import type { JournalQuery, Store } from '../store/store.ts'
import { createJournal } from './journal.ts'
import type { ExportedEntry, Journal } from './journal.ts'

const shop = named<ServiceName>('shop')
const now = epochMs(1_800_000_000_000)
const clock: Clock = { now: () => now, sleep: () => Promise.resolve() }

/** Small, so that ten entries are several pages. */
const PAGE_ENTRIES = 3

let directory: string
let path: string
let store: Store
let journal: Journal

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hf-journal-'))
  path = join(directory, 'store.db')
  store = await openStore(path)
  await store.migrate()
  journal = createJournal(store, clock, PAGE_ENTRIES)
})

afterEach(async () => {
  await store[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

describe('record', () => {
  test('gives an entry its time, its place, and a body in canonical JSON', async () => {
    const entry = await journal.record({ service: shop, kind: 'change', actor: 'ann', body: { b: 1, a: 2n } })
    expect(entry).toMatchObject({ service: shop, at: now, sequence: 1, body: '{"a":"2","b":1}' })
    expect(await store.journal({ service: shop, order: 'oldest-first', limit: 2 })).toEqual([entry])
  })

  test('refuses a body that JSON cannot say, and writes nothing', async () => {
    const record = { service: shop, kind: 'change', actor: 'ann', body: { mean: Number.NaN } } as const
    await expect(journal.record(record)).rejects.toThrow('NaN, at /mean')
    expect(await store.journalHeads()).toEqual([])
  })
})

describe('verify', () => {
  test('finds a chain of several pages whole, and one without entries as well', async () => {
    await append(10)
    expect(await journal.verify(shop)).toEqual({
      service: shop,
      entries: 10,
      intact: true,
      brokenAt: null,
      says: 'All 10 entries are as they were written.',
    })
    expect(await journal.verify(null)).toMatchObject({
      entries: 0,
      intact: true,
      says: 'There are no entries.',
    })
  })

  test.each([
    ['a changed body', `update journal_entry set body = '{"number":99}' where sequence = 5`, 5],
    ['a changed actor', `update journal_entry set actor = 'mallory' where sequence = 10`, 10],
    ['a changed time', 'update journal_entry set at_ms = at_ms + 1 where sequence = 1', 1],
    ['an entry that was taken out', 'delete from journal_entry where sequence = 4', 4],
    ['a missing end', 'delete from journal_entry where sequence > 8', 9],
    ['a missing whole', 'delete from journal_entry', 1],
  ])('finds %s', async (_, tampering, brokenAt) => {
    await append(10)
    tamper(tampering)
    expect(await journal.verify(shop)).toMatchObject({ intact: false, brokenAt, entries: brokenAt - 1 })
  })

  test('finds an entry that fits the chain but was put behind its end', async () => {
    const [last] = (await append(2)).slice(-1)
    const forged = { ...draft(shop, 3), previousHash: last?.hash ?? '' }
    const hash = journalHash(chainText(forged.previousHash, 3, forged))
    tamper(
      `insert into journal_entry (service, sequence, at_ms, kind, actor, body, previous_hash, hash)
       values ('shop', 3, ${forged.at}, '${forged.kind}', '${forged.actor}', '${forged.body}', '${forged.previousHash}', '${hash}')`,
    )
    expect(await journal.verify(shop)).toMatchObject({ intact: false, brokenAt: 3 })
  })

  test('finds a whole chain that was written anew and fits in itself', async () => {
    await append(2)
    tamper(`update journal_chain set hash = '${'a'.repeat(64)}'`)
    expect(await journal.verify(shop)).toMatchObject({ intact: false, brokenAt: 2 })
  })

  test('takes what is appended while it reads as a part of the chain and not as a fault', async () => {
    await append(4)
    let appends = 3
    const busy: Store = {
      ...store,
      async journalHeads() {
        if (appends > 0) {
          appends -= 1
          await append(2)
        }
        return store.journalHeads()
      },
    }
    expect(await createJournal(busy, clock, PAGE_ENTRIES).verify(shop)).toMatchObject({
      intact: true,
      entries: 10,
    })
  })

  test('reads a long chain in pages', async () => {
    await append(10)
    const limits: number[] = []
    const watched: Store = {
      ...store,
      journal(query: JournalQuery) {
        limits.push(query.limit)
        return store.journal(query)
      },
    }
    await createJournal(watched, clock, PAGE_ENTRIES).verify(shop)
    expect(limits).toEqual([3, 3, 3, 3, 3])
  })
})

describe('exportNdjson', () => {
  test('writes one object a line, chain by chain, oldest first', async () => {
    await store.appendJournal([draft(shop, 1), draft(null, 2), draft(shop, 3)])
    const views = await exported({})
    expect(views.map(({ service, sequence }) => [service, sequence])).toEqual([
      [null, 1],
      ['shop', 1],
      ['shop', 2],
    ])
    expect(views[1]).toMatchObject({ at: '2027-01-15T08:00:00.001Z', actor: 'loop', body: { number: 1 } })
  })

  test('writes what one service, a kind and a span of time have', async () => {
    await append(10)
    const from = epochMs(now + 3)
    const to = epochMs(now + 8)
    expect((await exported({ service: shop, from, to })).map(({ sequence }) => sequence)).toEqual([
      4, 5, 6, 7, 8,
    ])
    expect(await exported({ service: shop, kinds: ['decision'] })).toEqual([])
    expect(await exported({ service: null })).toEqual([])
  })

  test('holds all that is needed to check the hashes by hand', async () => {
    await append(4)
    for (const { service, sequence, at, kind, actor, body, previousHash, hash } of await exported({})) {
      const instant = parseInstant(at)
      expect(instant.ok).toBe(true)
      const text = canonicalJson([
        previousHash,
        sequence,
        service,
        instant.ok ? instant.value : null,
        kind,
        actor,
        canonicalJson(body),
      ])
      expect(journalHash(text)).toBe(hash)
    }
  })
})

function append(count: number) {
  return store.appendJournal(Array.from({ length: count }, (_, number) => draft(shop, number)))
}

function tamper(statement: string): void {
  using database = new DatabaseSync(path)
  database.exec(statement)
}

async function exported(wanted: Parameters<Journal['exportNdjson']>[0]): Promise<readonly ExportedEntry[]> {
  const lines: string[] = []
  for await (const line of journal.exportNdjson(wanted)) lines.push(line)
  expect(lines.join('').match(/\n/g) ?? []).toHaveLength(lines.length)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape is what the tests then look at
  return lines.map((line) => JSON.parse(line) as ExportedEntry)
}
