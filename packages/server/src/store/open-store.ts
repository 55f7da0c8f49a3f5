/**
 * Opens the store that a URL names: `postgres://…`, `sqlite:PATH`, or a plain path for SQLite. It is proven
 * to answer before anything is built on it.
 */
import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, PostgresDialect, sql } from 'kysely'
import type { Dialect } from 'kysely'
import { ProblemError, problem } from '../errors/problem.ts'
import { createPool } from './postgres-pool.ts'
import type { Tables } from './schema.ts'
import { createSqlStore } from './sql-store.ts'
import type { StoreEngine } from './sql-store.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import type { Store } from './store.ts'

type StoreAddress =
  | { readonly engine: 'sqlite'; readonly path: string; readonly says: string }
  | { readonly engine: 'postgres'; readonly url: string; readonly says: string }

/** The keys' hashes and the journal are nobody else's business. */
const OWNER_ONLY = 0o600

/** Rejects with a ProblemError of code `usage` or `store-unreachable`. */
export async function openStore(url: string): Promise<Store> {
  const address = parseAddress(url)
  try {
    return await connect(address.engine, dialectOf(address))
  } catch (error) {
    throw new ProblemError(
      problem('store-unreachable', `${address.says} cannot be opened: ${reasonOf(error)}`),
    )
  }
}

async function connect(engine: StoreEngine, dialect: Dialect): Promise<Store> {
  const db = new Kysely<Tables>({ dialect })
  try {
    await sql`select 1`.execute(db)
  } catch (error) {
    await db.destroy().catch(() => {})
    throw error
  }
  return createSqlStore(engine, db)
}

function dialectOf(address: StoreAddress): Dialect {
  if (address.engine === 'postgres') return new PostgresDialect({ pool: createPool(address.url) })
  // SQLite would create it readable for everyone; the files beside it take over its mode.
  if (address.path !== ':memory:') closeSync(openSync(address.path, 'a', OWNER_ONLY))
  return sqliteDialect(new DatabaseSync(address.path))
}

function parseAddress(url: string): StoreAddress {
  if (/^postgres(ql)?:\/\//.test(url)) {
    return { engine: 'postgres', url, says: `PostgreSQL at ${withoutSecrets(url)}` }
  }
  // sqlite:PATH and sqlite:///PATH name a path; another text with a scheme is meant for something else.
  const path = url.replace(/^sqlite:(\/\/(?=\/))?/, '')
  if (path === '' || path.startsWith('//') || /^[a-z][a-z0-9+.-]+:\/\//i.test(path)) {
    throw new ProblemError(
      problem(
        'usage',
        `${withoutSecrets(url) || 'An empty text'} names no store: write postgres://…, sqlite:PATH or a path.`,
      ),
    )
  }
  return { engine: 'sqlite', path, says: `SQLite file ${path}` }
}

/** User, password and parameters may be secrets. */
function withoutSecrets(url: string): string {
  const { protocol, host, pathname } = URL.parse(url) ?? { protocol: '', host: '', pathname: '' }
  return protocol === '' ? '' : `${protocol}//${host}${pathname}`
}

/** A connection that fails on several addresses has one empty message and the causes inside. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
