/**
 * Where parts are profiled: a process platform and a gateway of their own, so that calls between parts, waiting and
 * Server-Timing are measured as in production, on ports that nothing else uses and with no instance of a running
 * service. All that it started ends with it, at the latest when this process does.
 */
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import {
  branded,
  durationMs,
  instanceIdOf,
  seconds,
  type DurationMs,
  type InstanceId,
  type PartName,
} from '@holdfast/core/units'
import { systemClock } from '../clock.ts'
import { problem, ProblemError } from '../errors/index.ts'
import { createGateway } from '../platforms/gateway/index.ts'
import type { Gateway, PartMeasurement, PartRoute } from '../platforms/gateway/gateway.ts'
import type { PlatformInstance } from '../platforms/platform.ts'
import { createProcessPlatform, killRecorded, type ProcessPlatform } from '../platforms/process/index.ts'
import type { KnownInstance } from '../store/store.ts'
import type { Subject, SubjectPart } from './subject.ts'

export interface Started {
  readonly id: InstanceId
  readonly host: string
  readonly port: number
  /** From the order until it was ready to serve. */
  readonly startMs: number
}

export interface Span {
  /** What was sent to the part itself. */
  readonly own: PartMeasurement
  /** What it, and parts behind it, sent to others. */
  readonly calls: readonly { readonly caller: PartName; readonly part: PartName; readonly arrivals: number }[]
  readonly completedBy: Readonly<Record<PartName, number>>
}

export interface Workshop extends AsyncDisposable {
  /** Throws when it does not start, or the signal is aborted before. */
  start(part: SubjectPart): Promise<Started>
  stop(instance: Started): Promise<void>
  /** Where operations for the part are sent to. */
  url(part: PartName): string
  /** Sends what is for a part to these, and to no others. */
  route(instances: Readonly<Record<PartName, readonly Endpoint[]>>): Promise<void>
  /** What was measured since the last call. */
  measure(part: PartName): Span
}

export interface Endpoint {
  readonly id: InstanceId
  readonly host: string
  readonly port: number
}

/** Nothing of value is under way when a profiled instance ends. */
const DRAIN: DurationMs = seconds(1)

/** The whole experiment never runs more at a time. */
const MAX_INSTANCES = 100

const LOG_BYTES = 2_000
const LOG_LINES = 5

/** Thrown where work is to be given up because a person wants so. */
export class Interrupted extends Error {}

export async function openWorkshop(subject: Subject, signal: AbortSignal): Promise<Workshop> {
  await using opened = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-profile-'))
  opened.defer(() => rm(directory, { recursive: true, force: true }))
  const known = new Map<InstanceId, KnownInstance>()
  const kill = (): void => killRecorded([...known.values()])
  const leave = (): void => {
    kill()
    rmSync(directory, { recursive: true, force: true })
  }
  process.on('exit', leave)
  opened.defer(() => void process.off('exit', leave))
  const platform = opened.use(
    await createProcessPlatform({
      directory,
      installation: randomUUID(),
      records: {
        list: async () => [],
        put: async (record) => void known.set(record.id, record),
        drop: async (id) => void known.delete(id),
      },
      clock: systemClock,
      limits: { instances: MAX_INSTANCES },
    }),
  )
  opened.defer(async () => {
    await platform.stopAll()
    kill()
  })
  const gateway = opened.use(await createGateway({ port: 0, clock: systemClock }))
  const all = opened.move()
  return new RunningWorkshop({ subject, platform, gateway, signal, end: () => all.disposeAsync() })
}

interface Running {
  readonly subject: Subject
  readonly platform: ProcessPlatform
  readonly gateway: Gateway
  readonly signal: AbortSignal
  readonly end: () => Promise<void>
}

class RunningWorkshop implements Workshop {
  readonly #with: Running
  #started = 0

  constructor(running: Running) {
    this.#with = running
  }

  async start(part: SubjectPart): Promise<Started> {
    const { subject, platform, gateway, signal } = this.#with
    const { service } = subject
    this.#started += 1
    const id = instanceIdOf(service, part.name, 0, this.#started)
    const peers = Object.fromEntries(
      part.calls.map((call) => [call.part, gateway.partUrl(service, callRoute(part.name, call.part))]),
    )
    const run = { ...part.run, drain: durationMs(Math.min(DRAIN, part.run.drain)) }
    const orderedMs = performance.now()
    const ended = Promise.withResolvers<PlatformInstance | null>()
    const forget = platform.watch((instance) => {
      if (instance.id === id && instance.phase !== 'starting') ended.resolve(instance)
    })
    const interrupted = (): void => ended.resolve(null)
    signal.addEventListener('abort', interrupted)
    try {
      if (signal.aborted) throw new Interrupted()
      const order = await platform.start({ id, service, part: part.name, revision: 'profile', run, peers })
      if (!order.ok) throw new ProblemError(problem('part-not-starting', order.says))
      const instance = await ended.promise
      if (instance === null) throw new Interrupted()
      const { phase, says, address } = instance
      if (phase !== 'ready' || address === null) throw await this.#startFault(part.name, id, says)
      return { id, ...address, startMs: performance.now() - orderedMs }
    } finally {
      forget()
      signal.removeEventListener('abort', interrupted)
    }
  }

  async stop({ id }: Started): Promise<void> {
    await this.#with.platform.stop(id)
  }

  url(part: PartName): string {
    return this.#with.gateway.partUrl(this.#with.subject.service, part)
  }

  async route(instances: Readonly<Record<PartName, readonly Endpoint[]>>): Promise<void> {
    const { subject, gateway } = this.#with
    const routeTo = (as: PartName, { name, concurrency }: SubjectPart): PartRoute => ({
      part: as,
      concurrency,
      endpoints: (instances[name] ?? []).map(({ id, host, port }) => ({ instance: id, host, port })),
    })
    const parts = subject.parts.flatMap((part) => [
      routeTo(part.name, part),
      ...subject.parts.flatMap(({ name: caller, calls }) =>
        calls.some((call) => call.part === part.name) ? [routeTo(callRoute(caller, part.name), part)] : [],
      ),
    ])
    const { service, entry, limits } = subject
    await gateway.setRoutes([{ service, entry, port: null, parts, levels: [], limits }])
  }

  measure(part: PartName): Span {
    const { subject, gateway } = this.#with
    const [measured] = gateway.measure(systemClock.now())
    const of = (name: PartName): PartMeasurement | undefined =>
      measured?.parts.find((one) => one.part === name)
    const own = of(part)
    if (own === undefined) throw new Error(`nothing is routed to ${part}`)
    const edges = subject.parts.flatMap(({ name: caller, calls }) =>
      calls.map((call) => ({ caller, part: call.part, on: of(callRoute(caller, call.part)) })),
    )
    const completedBy: Record<string, number> = {}
    for (const { part, on } of edges) completedBy[part] = (completedBy[part] ?? 0) + (on?.completed ?? 0)
    return {
      own,
      calls: edges.map(({ caller, part, on }) => ({ caller, part, arrivals: on?.arrivals ?? 0 })),
      completedBy,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#with.end()
  }

  async #startFault(part: PartName, id: InstanceId, says: string): Promise<ProblemError> {
    const log = (await this.#with.platform.readLogTail(id, LOG_BYTES)) ?? ''
    const lines = log.trimEnd().split('\n').slice(-LOG_LINES)
    const faults = lines.flatMap((line) =>
      line === '' ? [] : [{ message: line, hint: '', place: { source: `log of ${part}` } }],
    )
    const cause = says.replace(/; starts again in .*$/, '')
    return new ProblemError(
      problem('part-not-starting', `The part "${part}" does not start: it ${cause}.`, faults),
    )
  }
}

/** Each pair of caller and called has a route of its own, so that calls are told apart by who made them. */
const callRoute = (caller: PartName, called: PartName): PartName =>
  branded<PartName>(`${called}.from.${caller}`)
