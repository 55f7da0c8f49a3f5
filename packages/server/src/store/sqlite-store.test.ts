/** The store's contract over SQLite files, and what is SQLite's own: the file, its mode, and its lock. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { epochMs, type ServiceName } from '@holdfast/core/units'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStore } from './open-store.ts'
import { describeStoreContract } from './store-contract.ts'
import { draft, key, named, tick, windowCount } from './store-samples.ts'

let directory = ''
let files = 0

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hf-sqlite-'))
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

describeStoreContract('the SQLite store', () => {
  const path = newPath()
  return Promise.resolve(() => openStore(`sqlite:${path}`))
})

describe('the SQLite file', () => {
  test('keeps what was written when it is closed and opened again, by whichever way it is named', async () => {
    const path = newPath()
    {
      await using store = await openStore(path)
      await store.migrate()
      await store.appendJournal([draft(null, 1)])
    }
    await using store = await openStore(`sqlite://${path}`)
    expect(store.engine).toBe('sqlite')
    expect(await store.journalHeads()).toMatchObject([{ service: null, sequence: 1 }])
  })

  test('says of windows from before causes were kept that these are not known', async () => {
    const path = newPath()
    const window = windowCount(named<ServiceName>('shop'), epochMs(0), 5, 2)
    {
      await using store = await openStore(path)
      await store.migrate()
      await store.commitTick({ ...tick(window.service, 0, epochMs(0)), windows: [window] })
    }
    {
      using database = new DatabaseSync(path)
      database.exec(`
        alter table window_count drop column missed_by;
        alter table window_count drop column platform_share;
        drop table health_cell;
        drop table health_consumer;
        drop table source_standing_row;
        drop table pacing;
        drop table pacing_chunk;
        delete from kysely_migration where name >= '0004-window-causes'`)
    }
    await using store = await openStore(path)
    await store.migrate()
    expect(await store.windows(window.service, epochMs(0), epochMs(1))).toEqual([
      { ...window, missedBy: null, platformShare: null },
    ])
  })

  test('can be read by its owner only, and so can the files beside it', async () => {
    const path = newPath()
    await using store = await openStore(path)
    await store.migrate()
    for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('is written ahead, so that readers and the writer do not wait for each other', async () => {
    const path = newPath()
    await using store = await openStore(path)
    await store.migrate()
    using other = new DatabaseSync(path)
    expect(other.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' })
  })

  test('that someone else is writing is waited for without stopping the event loop', async () => {
    const path = newPath()
    await using store = await openStore(path)
    await store.migrate()
    using other = new DatabaseSync(path)
    other.exec('begin immediate')
    const writes = [store.putKey(key('one', epochMs(1))), store.appendJournal([draft(null, 1)])]
    // An event loop that stood still could not come to the commit that both wait for.
    await new Promise((resolve) => setImmediate(resolve))
    other.exec('commit')
    await Promise.all(writes)
    expect(await store.keys()).toHaveLength(1)
    expect(await store.journalHeads()).toHaveLength(1)
  })
})

describe('openStore', () => {
  test.each([
    ['a directory that is missing', () => join(directory, 'missing', 'store.db'), 'missing'],
    ['a file that is no database', () => notADatabase(), 'not a database'],
    ['a PostgreSQL that is not there', () => 'postgres://u:s3cret@127.0.0.1:1/db', 'ECONNREFUSED'],
  ])('says of %s that the store is unreachable, and why', async (_, url, says) => {
    const refused = await openStore(url()).then(
      () => null,
      (error: unknown) => error,
    )
    expect(refused).toMatchObject({ problem: { code: 'store-unreachable' } })
    expect(String(refused)).toContain(says)
    expect(String(refused)).not.toContain('s3cret')
  })

  test.each(['mysql://u:s3cret@host/db', 'sqlite://store.db', 'sqlite:', ''])(
    'refuses %j, which names no store',
    async (url) => {
      await expect(openStore(url)).rejects.toMatchObject({
        problem: { code: 'usage', detail: expect.not.stringContaining('s3cret') },
      })
    },
  )
})

function newPath(): string {
  files += 1
  return join(directory, `${files}.db`)
}

function notADatabase(): string {
  const path = newPath()
  writeFileSync(path, 'x'.repeat(4_096))
  return path
}
