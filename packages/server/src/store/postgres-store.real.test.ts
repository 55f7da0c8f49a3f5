/** The store's contract over a real PostgreSQL, and what is PostgreSQL's own: its integers and its failures. */
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findPostgres, startPostgres } from '../../test/postgres.ts'
import type { PostgresServer } from '../../test/postgres.ts'
import { openStore } from './open-store.ts'
import { createPool, safeInteger } from './postgres-pool.ts'
import { describeStoreContract } from './store-contract.ts'
import { draft } from './store-samples.ts'

const found = await findPostgres()

describe.skipIf(found.kind === 'missing')(
  found.kind === 'found' ? found.version : `skipped: ${found.why}`,
  () => {
    let server: PostgresServer

    beforeAll(async () => {
      if (found.kind === 'found') server = await startPostgres(found)
    })

    afterAll(() => server[Symbol.asyncDispose]())

    describeStoreContract('the PostgreSQL store', async () => {
      const url = await server.createDatabase()
      return () => openStore(url)
    })

    test('goes on after its connections were cut', async () => {
      const url = await server.createDatabase()
      await using store = await openStore(url)
      await store.migrate()
      await cutConnections(url)
      const appended = await store
        .appendJournal([draft(null, 1)])
        .catch(() => store.appendJournal([draft(null, 1)]))
      expect(appended).toMatchObject([{ sequence: 1 }])
    })

    test('does not end the process when a connection is cut between two statements of a transaction', async () => {
      const url = await server.createDatabase()
      const pool = createPool(url)
      const client = await pool.connect()
      await client.query('begin')
      // Not events.once: it would hear the error, and the point is that the pool does.
      const ended = new Promise((resolve) => client.once('end', resolve))
      await cutConnections(url)
      await ended
      await expect(client.query('commit')).rejects.toThrow()
      client.release()
      expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
      await pool.end()
    })

    test('says that the store is unreachable when the database does not exist', async () => {
      const url = (await server.createDatabase()).replace(/test_\d+/, 'nowhere')
      await expect(openStore(url)).rejects.toMatchObject({
        problem: { code: 'store-unreachable', detail: expect.stringContaining('"nowhere" does not exist') },
      })
    })
  },
)

test('a 64-bit integer that JavaScript would round is refused', () => {
  expect(safeInteger('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER)
  expect(() => safeInteger('9007199254740992')).toThrow('beyond 2^53')
})

async function cutConnections(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
  )
  await client.end()
}
