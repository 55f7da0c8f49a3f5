/**
 * A whole HTTP server in process for tests: real routes over a real SQLite store in memory, a clock that
 * stands still unless it is moved, a live view that says what a test puts there, and a key for each scope.
 * Two owners, red and blue, have a service with an agreement each.
 */
import { createSecretKey } from 'node:crypto'
import { addDuration, epochMs, type DurationMs, type EpochMs } from '@holdfast/core/units'
import { pino } from 'pino'
import { createSignIns, newKey, type SignIns } from '../../auth/index.ts'
import type { Clock } from '../../clock.ts'
import { createHealthKeeper, type HealthKeeper } from '../../health/index.ts'
import { createPacing, type DeclaredWatch, type Pacing } from '../../pacing/index.ts'
import { createSourceKeeper, type SourceKeeper } from '../../sources/index.ts'
import { openStore } from '../../store/open-store.ts'
import type { RecordedBlock, Scope, Store } from '../../store/store.ts'
import type { Api } from '../context.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { createServerMetrics } from '../metrics/server-metrics.ts'
import { createHttpServer } from '../server.ts'
import { createTestIntakes, type TestIntakes } from './test-intakes.ts'
import { createTestLive, type TestLive } from './test-live.ts'
import { agreementText, ownersText, serviceText } from './test-manifests.ts'

export type Caller = 'operator' | 'red' | 'blue' | 'ingest' | 'client'

interface TestRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'DELETE'
  readonly url: string
  /** Null sends no key. */
  readonly as?: Caller | null
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface TestResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
  readonly json: () => any
}

export interface TestServer extends AsyncDisposable {
  readonly server: Api
  readonly store: Store
  readonly live: TestLive
  readonly health: HealthKeeper
  /** Follows no service until a test says which. */
  readonly sources: SourceKeeper
  /** What was recorded and is not stored yet. */
  readonly pending: RecordedBlock[]
  readonly intakes: TestIntakes
  /** Those that are declared. */
  readonly watches: DeclaredWatch[]
  readonly signIns: SignIns
  readonly secrets: Readonly<Record<Caller, string>>
  /** Everything that was logged, as text. */
  logged(): string
  now(): EpochMs
  pass(duration: DurationMs): void
  call(request: TestRequest): Promise<TestResponse>
  apply(text: string, as?: Caller): Promise<TestResponse>
}

const START = epochMs(Date.UTC(2026, 10, 27, 9))

const scopes: Readonly<Record<Caller, { readonly scope: Scope; readonly owner: string | null }>> = {
  operator: { scope: 'operator', owner: null },
  red: { scope: 'owner', owner: 'red' },
  blue: { scope: 'owner', owner: 'blue' },
  ingest: { scope: 'ingest', owner: null },
  client: { scope: 'client', owner: null },
}

const FIRST_MANIFESTS = [
  ownersText,
  ...['red', 'blue'].flatMap((owner) => [serviceText(owner), agreementText(owner)]),
].join('---\n')

export async function createTestServer(
  options: Partial<Pick<HttpDependencies, 'dashboardDirectory' | 'allowedHosts' | 'region'>> = {},
): Promise<TestServer> {
  const { dashboardDirectory = null, allowedHosts = [], region = null } = options
  const store = await storeInMemory()
  let now = START
  const lines: string[] = []
  const live = createTestLive()
  const health = createHealthKeeper()
  const clock = { now: () => now, sleep: async () => {} }
  const sources = silentSources(clock)
  const pending: RecordedBlock[] = []
  const intakes = createTestIntakes(['red-shop', 'blue-shop'], ['web'])
  const signIns = createSignIns()
  const [pacing, watches] = testPacing(store, clock, (text) => void lines.push(text))
  const metrics = createServerMetrics('0.0.0-test')
  const server = await createHttpServer({
    store,
    live,
    health,
    sources,
    recorder: { pending: () => pending },
    intakes,
    pacing,
    signIns,
    metrics,
    dashboardDirectory,
    allowedHosts,
    clock,
    logger: pino({ level: 'trace' }, { write: (line) => void lines.push(line) }),
    version: '0.0.0-test',
    region,
  })
  const secrets = await makeKeys(store, now)

  const call: TestServer['call'] = async ({ method = 'GET', url, as = 'operator', body, headers = {} }) => {
    const response = await server.inject({
      method,
      url,
      headers: {
        host: '127.0.0.1:7070',
        ...(as === null ? {} : { authorization: `Bearer ${secrets[as]}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const { statusCode: status, payload: text } = response
    return { status, headers: response.headers, text, json: () => JSON.parse(text) }
  }
  const apply: TestServer['apply'] = (text, as = 'operator') =>
    call({
      method: 'POST',
      url: '/v1/apply',
      as,
      body: { files: [{ name: 'test.yaml', directory: '/', text }] },
    })
  await apply(FIRST_MANIFESTS)

  return {
    server,
    store,
    live,
    health,
    sources,
    pending,
    intakes,
    watches,
    signIns,
    secrets,
    logged: () => lines.join(''),
    now: () => now,
    pass: (duration) => void (now = addDuration(now, duration)),
    call,
    apply,
    [Symbol.asyncDispose]: async () => {
      await server.close()
      metrics[Symbol.dispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}

async function storeInMemory(): Promise<Store> {
  const store = await openStore(':memory:')
  await store.migrate()
  return store
}

/** With the list of watches that are declared. */
function testPacing(
  store: Store,
  clock: Clock,
  said: (text: string) => void,
): readonly [pacing: Pacing, watches: DeclaredWatch[]] {
  const watches: DeclaredWatch[] = []
  const pacing = createPacing({
    store,
    keeper: 'test',
    keys: [{ number: 1, secret: createSecretKey(Buffer.alloc(32, 7)) }],
    declared: async () => [...watches],
    clock,
    chance: () => 0.5,
    log: { error: (...all: readonly unknown[]) => said(JSON.stringify(all)) },
  })
  return [pacing, watches]
}

/** Declared ones are opened, and tell of nothing. */
const silentSources = (clock: Clock): SourceKeeper =>
  createSourceKeeper({
    clock,
    instances: async () => [],
    open: () => ({ round: async () => {}, [Symbol.asyncDispose]: async () => {} }),
  })

async function makeKeys(store: Store, now: EpochMs): Promise<Readonly<Record<Caller, string>>> {
  const make = async (caller: Caller): Promise<string> => {
    const { key, secret } = newKey({ name: `${caller} key`, ...scopes[caller], expiresAt: null }, now)
    await store.putKey(key)
    return secret
  }
  return {
    operator: await make('operator'),
    red: await make('red'),
    blue: await make('blue'),
    ingest: await make('ingest'),
    client: await make('client'),
  }
}
