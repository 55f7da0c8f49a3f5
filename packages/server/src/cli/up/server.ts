/**
 * The server put together: which parts there are, in which order they come up, and in which they go down.
 * Down: refuse new work, let the loop finish, let operations finish, end the instances, close the store.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { milliseconds, type EpochMs, type ServiceName } from '@holdfast/core/units'
import { pino, type Logger } from 'pino'
import { createSignIns, ensureOperatorKey } from '../../auth/index.ts'
import { systemClock, type Clock } from '../../clock.ts'
import { createHealthKeeper, type HealthKeeper } from '../../health/index.ts'
import { createHttpServer, createServerMetrics, healthLately, type HealthOfParts } from '../../http/index.ts'
import { createControlLoop, createLiveBoard, type LiveView } from '../../loop/index.ts'
import {
  readStored,
  resolveServices,
  standingAgreements,
  type JsonValue,
  type Region,
  type ResolvedService,
} from '../../manifests/index.ts'
import type { Problem } from '../../errors/index.ts'
import { createMmvOutlet, type MmvOutlet } from '../../outlets/mmv/index.ts'
import { createGateway } from '../../platforms/gateway/index.ts'
import type { Gateway } from '../../platforms/gateway/gateway.ts'
import { createProcessPlatform, type ProcessPlatform } from '../../platforms/process/index.ts'
import { createRecorder } from '../../recording/index.ts'
import { createSourceKeeper, openSource, type SourceInstance } from '../../sources/index.ts'
import { openStore } from '../../store/open-store.ts'
import type { Store, StoredManifest } from '../../store/store.ts'
import { takeDataDirectory, type DataDirectory } from './data-directory.ts'
import { serverStarted, serverStopped } from './server-entries.ts'
import { listenOn } from './listen.ts'
import { reportUnmetPlaces, type UnmetPlace } from './places-report.ts'
import { rotateServerLog } from './server-log.ts'

export interface ServerOptions {
  readonly directory: string
  /** Null keeps everything in the data directory. */
  readonly store: string | null
  readonly port: number
  readonly gatewayPort: number
  /** All that run at once; null for as many as one machine runs well. */
  readonly maxInstances: number | null
  /** Where this machine is; null where nobody said it. */
  readonly region: Region
  /** Where health goes to shared memory; null for nowhere. */
  readonly mmv: string | null
  readonly version: string
  /** Keeps the log off the terminal: it goes to a file in the data directory. */
  readonly quiet: boolean
}

export interface RunningServer extends AsyncDisposable {
  readonly url: string
  readonly signInUrl: string
  readonly operatorKey: string
  readonly directory: string
  readonly logFile: string | null
  readonly live: LiveView
  /** Of agreements that were applied before; their services are kept as they are. */
  readonly unmetPlaces: readonly UnmetPlace[]
  /** Runs the control loop until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>
}

const HOST = '127.0.0.1'

/** Two seconds hold enough operations to see a change, and follow it soon. */
const TICK = milliseconds(2_000)

/** More processes than this one machine does not run well. */
export const MAX_INSTANCES = 500

/** Beside the sources in the repository, inside the package where it is installed. */
const DASHBOARDS = ['../../../../dashboard/dist', '../../../dashboard'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  await using started = new AsyncDisposableStack()
  const clock = systemClock
  const directory = started.use(await takeDataDirectory(options.directory))
  const { log, logFile } = await openLog(directory, options)

  const store = started.use(await openStore(options.store ?? join(directory.path, 'holdfast.db')))
  await store.migrate()
  const keyFile = await ensureOperatorKey(store, directory.path, clock.now())
  const { region, version } = options
  const unmetPlaces = await reportUnmetPlaces({ store, region, now: clock.now(), log })

  const platform = started.use(await openPlatform(store, directory, clock, options))
  // A start that fails leaves alone what it has adopted: only a server that ran ends its instances.
  let ran = false
  started.defer(async () => {
    if (!ran) return
    await endInstances(platform, log)
    await store.appendJournal([serverStopped(version, clock.now())])
  })
  const gateway = started.use(await openGateway(options.gatewayPort, clock, () => loop.hurry()))

  const metrics = started.use(createServerMetrics(version))
  const sources = started.use(
    createSourceKeeper({ clock, open: openSource, instances: (service) => instancesOf(platform, service) }),
  )
  const recorder = createRecorder()
  const health = await restoredHealth(store)
  const board = createLiveBoard({ store, platform, nudge: () => loop.nudge() })
  const outlets = openOutlets(options.mmv, { health, clock, log }).map((outlet) => started.use(outlet))
  const loop = createControlLoop({
    store,
    platform,
    gateway,
    clock,
    log,
    board,
    sources,
    health,
    outlets,
    recorder,
    metrics,
    every: TICK,
    resolve: () => resolveStored(store, clock.now(), log),
  })

  const signIns = createSignIns()
  const http = await createHttpServer({
    store,
    live: board,
    health,
    sources,
    recorder,
    clock,
    logger: log,
    metrics,
    signIns,
    dashboardDirectory: DASHBOARDS.find((path) => existsSync(join(path, 'index.html'))) ?? null,
    allowedHosts: [],
    version,
    region,
  })
  // Also what does not listen holds timers, which would keep a start that failed from ending.
  started.defer(() => http.close())
  const url = await listenOn(
    { port: options.port, by: 'the API and the dashboard', flag: '--port' },
    (port) => http.listen({ host: HOST, port }),
  )

  const { code } = signIns.createSignIn({ scope: 'operator', owner: null })
  const operatorKey = (await readFile(keyFile, 'utf8')).trim()
  const all = started.move()
  return {
    url,
    signInUrl: `${url}/sign-in?code=${code}`,
    operatorKey,
    directory: directory.path,
    logFile,
    live: board,
    unmetPlaces,
    async run(signal) {
      ran = true
      signal.addEventListener('abort', () => http.drain(), { once: true })
      const present = await platform.list()
      await store.appendJournal([serverStarted(options, present.length, clock.now())])
      await loop.run(signal)
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

const openGateway = (wanted: number, clock: Clock, onWaiting: () => void): Promise<Gateway> =>
  listenOn({ port: wanted, by: 'the gateway', flag: '--gateway-port' }, (port) =>
    createGateway({ port, clock, onWaiting }),
  )

async function restoredHealth(store: Store): Promise<HealthKeeper> {
  const health = createHealthKeeper()
  await health.restore(store)
  return health
}

async function openLog(
  { path }: DataDirectory,
  { quiet }: Pick<ServerOptions, 'quiet'>,
): Promise<{ readonly log: Logger; readonly logFile: string | null }> {
  const logFile = quiet ? join(path, 'server.log') : null
  if (logFile !== null) await rotateServerLog(logFile)
  const redact = ['req.headers.authorization', 'req.headers.cookie']
  return { log: pino({ redact }, pino.destination(logFile ?? 2)), logFile }
}

const openPlatform = (
  store: Store,
  directory: DataDirectory,
  clock: Clock,
  { maxInstances }: Pick<ServerOptions, 'maxInstances'>,
): Promise<ProcessPlatform> =>
  createProcessPlatform({
    directory: directory.path,
    records: {
      list: () => store.knownInstances('process'),
      put: (known) => store.putKnownInstance(known),
      drop: (id) => store.dropKnownInstance(id),
    },
    clock,
    installation: directory.installation,
    limits: { instances: maxInstances ?? MAX_INSTANCES },
  })

const instancesOf = async (
  platform: ProcessPlatform,
  service: ServiceName,
): Promise<readonly SourceInstance[]> =>
  (await platform.list())
    .filter((one) => one.service === service)
    .map(({ id, part, address, pid }) => ({ id, part, address, pid }))

interface Outlets {
  readonly health: HealthKeeper
  readonly clock: Clock
  readonly log: Logger
}

const openOutlets = (mmv: string | null, { health, clock, log }: Outlets): readonly MmvOutlet[] => {
  if (mmv === null) return []
  const lately = (service: string): HealthOfParts => healthLately(service, { health, clock })
  return [createMmvOutlet({ directory: mmv, health: lately, now: () => clock.now(), log })]
}

/** What an older release stored and this one cannot read is left out, and said. */
async function resolveStored(store: Store, now: EpochMs, log: Logger): Promise<readonly ResolvedService[]> {
  const unreadable = ({ kind, name, version }: StoredManifest, { faults }: Problem): void =>
    log.error({ kind, name, version, faults }, 'A stored manifest cannot be read.')
  const others = (await store.manifests()).flatMap((one) => {
    if (one.kind === 'Agreement') return []
    const read = readStored(JSON.parse(one.document) as JsonValue, one.version)
    if (!read.ok) unreadable(one, read.error)
    return read.ok ? [read.value] : []
  })
  const agreements = standingAgreements(await store.standingVersions('Agreement'), now, unreadable)
  return resolveServices([...others, ...agreements])
}

async function endInstances(platform: ProcessPlatform, log: Logger): Promise<void> {
  for (const { id, outcome } of await platform.stopAll()) {
    if (!outcome.ok) log.warn({ instance: id, code: outcome.code }, outcome.says)
  }
}
