/**
 * The server put together: which parts there are, in which order they come up, and in which they go down.
 * Down: refuse new work, let the loop finish, let operations finish, end the instances, close the store.
 */
import { readFile } from 'node:fs/promises'
import { milliseconds } from '@holdfast/core/units'
import { createSignIns, ensureOperatorKey } from '../../auth/index.ts'
import { systemClock } from '../../clock.ts'
import { createServerMetrics } from '../../http/index.ts'
import { createControlLoop, createLiveBoard, type LiveView } from '../../loop/index.ts'
import { createRecorder } from '../../recording/index.ts'
import { takeDataDirectory } from './data-directory.ts'
import { reportUnmetPlaces, type UnmetPlace } from './places-report.ts'
import { serverStarted, serverStopped } from './server-entries.ts'
import type { ServerOptions } from './server-options.ts'
import {
  endInstances,
  listenForApi,
  openApi,
  openGateway,
  openMigratedStore,
  openLog,
  openOtlp,
  openOutlets,
  openPacing,
  openPlatform,
  openSources,
  resolveStored,
  restoredHealth,
  type OtlpPorts,
} from './server-parts.ts'

export interface RunningServer extends AsyncDisposable {
  readonly url: string
  readonly signInUrl: string
  readonly operatorKey: string
  readonly otlp: OtlpPorts
  readonly directory: string
  readonly logFile: string | null
  readonly live: LiveView
  /** Of agreements that were applied before; their services are kept as they are. */
  readonly unmetPlaces: readonly UnmetPlace[]
  /** Runs the control loop until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>
}

/** Two seconds hold enough operations to see a change, and follow it soon. */
const TICK = milliseconds(2_000)

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  await using started = new AsyncDisposableStack()
  const clock = systemClock
  const directory = started.use(await takeDataDirectory(options.directory))
  const { log, logFile } = await openLog(directory, options)

  const store = started.use(await openMigratedStore(directory, options))
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
  const sources = started.use(await openSources(store, platform, clock))
  const otlp = started.use(await openOtlp(options.otlp, { store, clock, log, intakes: sources }))
  const pacing = await openPacing(directory, { store, clock, log }, options)
  const recorder = createRecorder()
  const health = await restoredHealth(store)
  const board = createLiveBoard({ store, platform, nudge: () => loop.nudge() })
  const outlets = openOutlets(options, { health, clock, log }).map((outlet) => started.use(outlet))
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
  const http = await openApi(options, {
    store,
    live: board,
    health,
    sources,
    recorder,
    intakes: sources,
    pacing,
    clock,
    logger: log,
    metrics,
    signIns,
  })
  // Also what does not listen holds timers, which would keep a start that failed from ending.
  started.defer(() => http.close())
  const url = await listenForApi(http, options)

  const { code } = signIns.createSignIn({ scope: 'operator', owner: null })
  const operatorKey = (await readFile(keyFile, 'utf8')).trim()
  const all = started.move()
  return {
    url,
    signInUrl: `${url}/sign-in?code=${code}`,
    operatorKey,
    otlp: otlp.ports,
    directory: directory.path,
    logFile,
    live: board,
    unmetPlaces,
    async run(signal) {
      ran = true
      signal.addEventListener('abort', () => http.drain(), { once: true })
      const present = await platform.list()
      await store.appendJournal([serverStarted(options, present.length, clock.now())])
      await Promise.all([loop.run(signal), pacing.run(signal)])
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
