/** The parts of the server, each opened with what it needs: which there are and in which order says server.ts. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { branded, type EpochMs, type OwnerName, type ServiceName } from '@holdfast/core/units'
import { pino, type Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import { ProblemError, type Problem } from '../../errors/index.ts'
import { createHealthKeeper, type HealthKeeper } from '../../health/index.ts'
import {
  createHttpServer,
  healthLately,
  type Api,
  type HealthOfParts,
  type HttpDependencies,
} from '../../http/index.ts'
import {
  readStored,
  resolveServices,
  resolveWatch,
  standingAgreements,
  type JsonValue,
  type ResolvedService,
} from '../../manifests/index.ts'
import { createMmvOutlet, type MmvOutlet } from '../../outlets/mmv/index.ts'
import { createOtlpOutlet, type OtlpOutlet } from '../../outlets/otlp/index.ts'
import { createGateway } from '../../platforms/gateway/index.ts'
import type { Gateway } from '../../platforms/gateway/gateway.ts'
import { createPacing, readTokenKeys, type DeclaredWatch, type Pacing } from '../../pacing/index.ts'
import { createProcessPlatform, type ProcessPlatform } from '../../platforms/process/index.ts'
import {
  createSourceKeeper,
  openSource,
  type Intakes,
  type SourceInstance,
  type SourceKeeper,
} from '../../sources/index.ts'
import { subjectInDocument, type Subject } from '../../profile/index.ts'
import { openStore } from '../../store/open-store.ts'
import type { Store, StoredManifest } from '../../store/store.ts'
import type { DataDirectory } from './data-directory.ts'
import { authenticateByKey, createOtlpReceiver } from '../../sources/otlp/index.ts'
import { HOST, listenOn, type WantedPort } from './listen.ts'
import type { OtlpOptions, OtlpPort } from './otlp-options.ts'
import { rotateServerLog } from './server-log.ts'
import { MAX_INSTANCES, type ServerOptions } from './server-options.ts'

/** Beside the sources in the repository, inside the package where it is installed. */
const DASHBOARDS = ['../../../../dashboard/dist', '../../../dashboard'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)

export const openApi = (
  { version, region }: Pick<ServerOptions, 'version' | 'region'>,
  given: Omit<HttpDependencies, 'dashboardDirectory' | 'allowedHosts' | 'version' | 'region'>,
): Promise<Api> =>
  createHttpServer({
    ...given,
    dashboardDirectory: DASHBOARDS.find((path) => existsSync(join(path, 'index.html'))) ?? null,
    allowedHosts: [],
    version,
    region,
  })

export const listenForApi = (http: Api, { port: wanted }: Pick<ServerOptions, 'port'>): Promise<string> =>
  listenOn({ port: wanted, by: 'the API and the dashboard', flag: '--port' }, (port) =>
    http.listen({ host: HOST, port }),
  )

export const openGateway = (wanted: number, clock: Clock, onWaiting: () => void): Promise<Gateway> =>
  listenOn({ port: wanted, by: 'the gateway', flag: '--gateway-port' }, (port) =>
    createGateway({ port, clock, onWaiting }),
  )

export async function restoredHealth(store: Store): Promise<HealthKeeper> {
  const health = createHealthKeeper()
  await health.restore(store)
  return health
}

export async function openLog(
  { path }: DataDirectory,
  { quiet }: Pick<ServerOptions, 'quiet'>,
): Promise<{ readonly log: Logger; readonly logFile: string | null }> {
  const logFile = quiet ? join(path, 'server.log') : null
  if (logFile !== null) await rotateServerLog(logFile)
  const redact = ['req.headers.authorization', 'req.headers.cookie']
  return { log: pino({ redact }, pino.destination(logFile ?? 2)), logFile }
}

export const openPlatform = (
  store: Store,
  directory: DataDirectory,
  clock: Clock,
  { maxInstances, port }: Pick<ServerOptions, 'maxInstances' | 'port'>,
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
    // Which port the system gives is known only after instances were taken over.
    apiUrl: port === 0 ? null : `http://${HOST}:${port}`,
  })

export const openSources = async (
  store: Store,
  platform: ProcessPlatform,
  clock: Clock,
): Promise<SourceKeeper> =>
  createSourceKeeper({
    clock,
    open: (given) => openSource(given, (service) => subjectOf(store, service)),
    instances: (service) => instancesOf(platform, service),
    standings: await store.sourceStandings(),
  })

export async function openMigratedStore(
  { path }: DataDirectory,
  { store: url }: Pick<ServerOptions, 'store'>,
): Promise<Store> {
  await using opened = new AsyncDisposableStack()
  const store = opened.use(await openStore(url ?? join(path, 'holdfast.db')))
  await store.migrate()
  opened.move()
  return store
}

export async function openPacing(
  { path, installation }: DataDirectory,
  { store, clock, log }: { readonly store: Store; readonly clock: Clock; readonly log: Logger },
  { tokenKeys }: Pick<ServerOptions, 'tokenKeys'>,
): Promise<Pacing> {
  return createPacing({
    store,
    keeper: installation,
    keys: await readTokenKeys(tokenKeys ?? join(path, 'token.keys')),
    declared: watchesIn(store),
    clock,
    chance: Math.random,
    log,
  })
}

/** A version never changes: each is read once, as they are asked for every few seconds. */
function watchesIn(store: Store): () => Promise<readonly DeclaredWatch[]> {
  const read = new Map<string, { readonly version: number; readonly watch: DeclaredWatch | null }>()
  const watchOf = ({ document, version, owner }: StoredManifest): DeclaredWatch | null => {
    const parsed = readStored(JSON.parse(document) as JsonValue, version)
    if (!parsed.ok || parsed.value.manifest.kind !== 'Watch') return null
    return resolveWatch(parsed.value.manifest, version, owner === null ? null : branded<OwnerName>(owner))
  }
  return async () => {
    const stored = await store.manifests('Watch')
    return stored.flatMap((one) => {
      const known = read.get(one.name)
      const watch = known?.version === one.version ? known.watch : watchOf(one)
      read.set(one.name, { version: one.version, watch })
      return watch === null ? [] : [watch]
    })
  }
}

async function subjectOf(store: Store, service: ServiceName): Promise<Subject> {
  const stored = await store.manifest({ kind: 'Service', name: service })
  const subject = subjectInDocument(stored === null ? null : JSON.parse(stored.document), service)
  if (subject.ok) return subject.value
  throw new ProblemError(subject.error)
}

/** Where OpenTelemetry comes in; null for nowhere. */
export interface OtlpPorts {
  readonly http: number | null
  readonly grpc: number | null
}

export interface OpenedOtlp extends AsyncDisposable {
  readonly ports: OtlpPorts
}

/** Listens where it was asked to, and at its usual ports where these are free. */
export async function openOtlp(
  { http, grpc }: OtlpOptions,
  given: { readonly store: Store; readonly clock: Clock; readonly intakes: Intakes; readonly log: Logger },
): Promise<OpenedOtlp> {
  const { store, clock, intakes, log } = given
  await using opened = new AsyncDisposableStack()
  const receiver = opened.use(
    createOtlpReceiver({ intakes, clock, log, authenticate: authenticateByKey({ store, clock }) }),
  )
  const on = { by: 'OpenTelemetry', log } as const
  const ports: OtlpPorts = {
    http: await listenWhereFree(http, { ...on, flag: '--otlp-http-port' }, (port) =>
      receiver.listenHttp({ host: HOST, port }),
    ),
    grpc: await listenWhereFree(grpc, { ...on, flag: '--otlp-grpc-port' }, (port) =>
      receiver.listenGrpc({ host: HOST, port }),
    ),
  }
  log.info(ports, 'OpenTelemetry is taken in at these ports.')
  const all = opened.move()
  return { ports, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

async function listenWhereFree(
  wanted: OtlpPort | null,
  { log, ...by }: Pick<WantedPort, 'by' | 'flag'> & { readonly log: Logger },
  listen: (port: number) => Promise<number>,
): Promise<number | null> {
  if (wanted === null) return null
  try {
    return await listenOn({ ...by, port: wanted.port }, listen)
  } catch (error) {
    if (wanted.isAskedFor || !(error instanceof ProblemError)) throw error
    log.warn({ port: wanted.port }, `OpenTelemetry is not taken in: ${error.problem.detail}`)
    return null
  }
}

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

export function openOutlets(
  { mmv, otlp: { out } }: Pick<ServerOptions, 'mmv' | 'otlp'>,
  { health, clock, log }: Outlets,
): readonly (MmvOutlet | OtlpOutlet)[] {
  const lately = (service: string): HealthOfParts => healthLately(service, { health, clock })
  const given = { health: lately, now: () => clock.now(), log }
  return [
    ...(mmv === null ? [] : [createMmvOutlet({ ...given, directory: mmv })]),
    ...(out === null
      ? []
      : [
          createOtlpOutlet({
            ...given,
            ...out,
            counted: (service, from, to) => health.read(service, from, to),
          }),
        ]),
  ]
}

/** What an older release stored and this one cannot read is left out, and said. */
export async function resolveStored(
  store: Store,
  now: EpochMs,
  log: Logger,
): Promise<readonly ResolvedService[]> {
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

export async function endInstances(platform: ProcessPlatform, log: Logger): Promise<void> {
  for (const { id, outcome } of await platform.stopAll()) {
    if (!outcome.ok) log.warn({ instance: id, code: outcome.code }, outcome.says)
  }
}
