/**
 * kysely over node:sqlite: one connection, whose transactions take the write lock when they begin, so that
 * what they read cannot change before they write. Waiting for another process's lock is done without
 * blocking the event loop, which SQLite's own busy handler would.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { CompiledQuery, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'

/** As long as another process may hold the write lock: far more than a commit takes, less than a person waits. */
const LOCK_WAIT_LIMIT_MS = 5_000
const LOCK_RETRY_MS = 5

/** The code has some thirty queries; what varies is the number of rows of an INSERT. */
const MAX_CACHED_STATEMENTS = 200

/** https://sqlite.org/rescode.html#busy; extended codes have it in their low byte. */
const SQLITE_BUSY = 5

const pragmas = [
  'pragma journal_mode = wal',
  // WAL with NORMAL outlives kill -9, but a power cut takes the last commits, and those were acknowledged.
  'pragma synchronous = full',
  'pragma foreign_keys = on',
]

export function sqliteDialect(database: DatabaseSync): Dialect {
  return {
    createDriver: () => new SqliteDriver(database),
    createAdapter: () => new TransactionalDdlAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
}

/** SQLite's DDL is transactional; kysely's own adapter says no for the sake of pragmas that migrations here don't use. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class SqliteDriver implements Driver {
  readonly #database: DatabaseSync
  readonly #connection: SqliteConnection

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#connection = new SqliteConnection(database)
  }

  async init(): Promise<void> {
    for (const pragma of pragmas) await this.#connection.executeQuery(CompiledQuery.raw(pragma))
  }

  acquireConnection(): Promise<DatabaseConnection> {
    // kysely itself lets one caller at a time have it, because the adapter says that there is only one.
    return Promise.resolve(this.#connection)
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // After some errors, such as a full disk, SQLite has already rolled back by itself.
    if (this.#database.isTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  releaseConnection(): Promise<void> {
    return Promise.resolve()
  }

  destroy(): Promise<void> {
    this.#database.close()
    return Promise.resolve()
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const deadline = performance.now() + LOCK_WAIT_LIMIT_MS
    for (;;) {
      try {
        return this.#execute(query)
      } catch (error) {
        if (!isBusy(error) || performance.now() > deadline) throw error
        await sleep(LOCK_RETRY_MS)
      }
    }
  }

  // oxlint-disable-next-line require-yield -- the shape is kysely's; pages are read by queries with a limit
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Rows are not streamed: the only connection would be taken until the last one is read.')
  }

  #execute<R>(query: CompiledQuery): QueryResult<R> {
    const statement = this.#prepare(query.sql)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- kysely hands on what the typed query holds
    const parameters = query.parameters as readonly SQLInputValue[]
    if (statement.columns().length > 0) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the row type is the typed query's
      return { rows: statement.all(...parameters) as R[] }
    }
    const { changes } = statement.run(...parameters)
    return { numAffectedRows: BigInt(changes), rows: [] }
  }

  /** The least recently used statement gives way. */
  #prepare(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql)
    this.#statements.delete(sql)
    this.#statements.set(sql, statement)
    if (this.#statements.size > MAX_CACHED_STATEMENTS) {
      const [oldest] = this.#statements.keys()
      if (oldest !== undefined) this.#statements.delete(oldest)
    }
    return statement
  }
}

function isBusy(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    (error.errcode & 0xff) === SQLITE_BUSY
  )
}
