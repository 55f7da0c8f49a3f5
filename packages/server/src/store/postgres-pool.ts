/** A pool of connections to PostgreSQL whose 64-bit integers arrive as numbers, never silently rounded. */
import { Pool, types } from 'pg'
import type { CustomTypesConfig } from 'pg'

/** One process ticks, answers and appends at the same time, but the database serves several processes. */
const MAX_CONNECTIONS = 10
/** Long enough for a database that fails over, short enough to tell a person that there is none. */
const CONNECT_LIMIT_MS = 5_000
/** No statement here takes seconds; one that does waits for a lock that will not come. */
const STATEMENT_LIMIT_MS = 30_000

const INT8 = 20

export function createPool(url: string): Pool {
  const pool = new Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    statement_timeout: STATEMENT_LIMIT_MS,
    application_name: 'holdfast',
    types: numericInt8,
  })
  // A connection may break at any moment: idle, or between two statements of a transaction. Whoever uses it
  // learns it from the next statement, and the pool replaces it; unheard, the event would end the process.
  const heard = (): void => {}
  pool.on('error', heard)
  pool.on('connect', (client) => client.on('error', heard))
  return pool
}

const numericInt8: CustomTypesConfig = {
  getTypeParser: (type: number, format?: 'text' | 'binary') =>
    type === INT8 ? safeInteger : types.getTypeParser(type, format === 'binary' ? 'binary' : 'text'),
}

export function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`The database holds ${text}, which is beyond 2^53.`)
  return value
}
