/**
 * Runs instances as processes of this machine (A3.25). They belong to the installation, not to the server's
 * process: they go on when it ends, and its successor takes them over from what was recorded.
 */
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { HostFigures } from '@holdfast/core/health'
import { seconds, type DurationMs, type InstanceId } from '@holdfast/core/units'
import type { Clock } from '../../clock.ts'
import type { KnownInstance } from '../../store/store.ts'
import type { InstanceSpec, Outcome, Platform, PlatformInstance, PlatformLimits } from '../platform.ts'
import { endLeftovers, planAdoption, watchAdopted } from './adoption.ts'
import { createHostWatch } from './host-watch.ts'
import { InstanceKeeper, type Inherited, type Surroundings } from './instance-keeper.ts'
import { createInstanceLogs, type InstanceLogs } from './instance-log.ts'
import { born, resumed } from './instance-process.ts'
import { decodeRecord, encodeRecord, type InstanceRecord } from './instance-record.ts'
import { findMarked, isAlive, readNowOrNull, type ProcessIdentity } from './process-identity.ts'

/** The slice of the store that keeps what must outlive this process. */
export interface ProcessRecords {
  list(): Promise<readonly KnownInstance[]>
  put(known: KnownInstance): Promise<void>
  drop(id: InstanceId): Promise<void>
}

export interface ProcessPlatformOptions {
  /** The data directory; logs are kept in it under logs/. */
  readonly directory: string
  readonly records: ProcessRecords
  readonly clock: Clock
  /** Random, but the same for one data directory: by it we know our processes again. */
  readonly installation: string
  readonly limits: PlatformLimits
  /** Where instances find the API; null where there is none. */
  readonly apiUrl?: string | null
}

export interface ProcessPlatform extends Platform {
  /** The last whole lines that an instance wrote, also after it is gone; null when nothing is kept of it. */
  readLogTail(id: InstanceId, bytes: number): Promise<string | null>
  /** Drains and ends all instances at the same time. */
  stopAll(): Promise<readonly { readonly id: InstanceId; readonly outcome: Outcome }[]>
  /** Lets go of the instances without ending them: a successor takes them over. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Short enough that a program that writes 100 MB a second does not fill a disk meanwhile. */
const LOG_CHECK_INTERVAL: DurationMs = seconds(2)

/** Has taken over, or ended, all that a predecessor left by the time that it resolves. */
export async function createProcessPlatform(options: ProcessPlatformOptions): Promise<ProcessPlatform> {
  const platform = new Processes(options)
  await platform.adopt()
  return platform
}

class Processes implements ProcessPlatform {
  readonly name = 'process'
  readonly limits: PlatformLimits
  readonly #options: ProcessPlatformOptions
  readonly #keepers = new Map<InstanceId, InstanceKeeper>()
  readonly #listeners = new Set<(instance: PlatformInstance) => void>()
  readonly #closed = new AbortController()
  readonly #logs: InstanceLogs
  readonly #around: Surroundings
  readonly #hostWatch = createHostWatch({ host: hostname(), read: readNowOrNull })
  #logKeeping: Promise<void> = Promise.resolve()
  #logsToPrune = true

  constructor(options: ProcessPlatformOptions) {
    const { clock, directory, installation, limits, records } = options
    this.#options = options
    this.limits = limits
    this.#logs = createInstanceLogs(join(directory, 'logs'))
    this.#around = {
      clock,
      installation,
      apiUrl: options.apiUrl ?? null,
      logs: this.#logs,
      reservedPorts: new Set(),
      closed: this.#closed.signal,
      put: (record) => records.put(this.#known(record)),
      drop: (id) => records.drop(id),
      changed: (instance) => {
        for (const listener of this.#listeners) listener(instance)
      },
      gone: (id) => {
        this.#keepers.delete(id)
        this.#logsToPrune = true
      },
    }
  }

  async adopt(): Promise<void> {
    const { clock, installation, records } = this.#options
    const listed = await records.list()
    const decoded = listed.map(({ id, record }) => ({ id, record: decodeRecord(record) }))
    const known = await Promise.all(
      decoded.flatMap(({ record }) => (record === null ? [] : [aliveOrNot(record)])),
    )
    const marked = await findMarked(installation)
    const ownGroup = marked.find(({ pid }) => pid === process.pid)?.group ?? null
    const { instances, leftovers } = planAdoption(known, marked, ownGroup)
    // First, so that no instance is started again while an older process of it still runs.
    await endLeftovers(leftovers, clock)
    for (const { id, record } of decoded) if (record === null) await records.drop(id)
    for (const { record, process } of instances) this.#resume(record, process)
    this.#logKeeping = this.#keepLogs()
  }

  async list(): Promise<readonly PlatformInstance[]> {
    return [...this.#keepers.values()].filter((keeper) => !keeper.isGone).map((keeper) => keeper.view())
  }

  async hostFigures(): Promise<ReadonlyMap<InstanceId, HostFigures>> {
    const processes = [...this.#keepers.values()].flatMap(({ spec, process }) =>
      process === null ? [] : [{ instance: spec.id, pid: process.pid, started: process.started }],
    )
    return this.#hostWatch.look(processes, this.#options.clock.now())
  }

  async start(spec: InstanceSpec): Promise<Outcome> {
    if (this.#closed.signal.aborted) return refused('platform-closed', 'the server is stopping')
    const present = this.#keepers.get(spec.id)
    if (present?.isLeaving)
      return refused('still-draining', `${spec.id} is being stopped; start it under another id`)
    if (present === undefined) {
      const { instances } = this.limits
      if (this.#keepers.size >= instances)
        return refused('platform-full', `this platform runs at most ${instances} instances`)
      this.#keepers.set(spec.id, new InstanceKeeper(this.#around, spec, born(this.#options.clock.now())))
    }
    await this.#keepers.get(spec.id)?.settled()
    return { ok: true }
  }

  async stop(id: InstanceId): Promise<Outcome> {
    return (await this.#keepers.get(id)?.stop()) ?? { ok: true }
  }

  async stopAll(): Promise<readonly { readonly id: InstanceId; readonly outcome: Outcome }[]> {
    const keepers = [...this.#keepers.values()]
    return Promise.all(keepers.map(async (keeper) => ({ id: keeper.spec.id, outcome: await keeper.stop() })))
  }

  watch(listener: (instance: PlatformInstance) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readLogTail(id: InstanceId, bytes: number): Promise<string | null> {
    return this.#logs.tail(id, bytes)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort()
    await Promise.all([this.#logKeeping, ...[...this.#keepers.values()].map((keeper) => keeper.settled())])
  }

  #resume(record: InstanceRecord, process: ProcessIdentity | null): void {
    const { spec, run } = record
    const { clock } = this.#options
    const inherited: Inherited | null =
      process === null || run === null
        ? null
        : { run: { ...run, process }, process: watchAdopted(process, clock, this.#closed.signal) }
    const step = resumed({ ...record, process: inherited?.run ?? null }, clock.now(), spec.run)
    this.#keepers.set(spec.id, new InstanceKeeper(this.#around, spec, step, inherited))
  }

  #known(record: InstanceRecord): KnownInstance {
    const { id, service } = record.spec
    return {
      id,
      platform: this.name,
      service,
      record: encodeRecord(record),
      updatedAt: this.#options.clock.now(),
    }
  }

  async #keepLogs(): Promise<void> {
    const { signal } = this.#closed
    while (!signal.aborted) {
      try {
        for (const { spec } of this.#keepers.values()) await this.#logs.rotate(spec)
        if (this.#logsToPrune) await this.#logs.prune(new Set(this.#keepers.keys()))
        this.#logsToPrune = false
      } catch {
        // A disk that is full or gone for a moment must not end the keeping of logs: the next round tries again.
      }
      await this.#options.clock.sleep(LOG_CHECK_INTERVAL, signal)
    }
  }
}

async function aliveOrNot(record: InstanceRecord): Promise<{ record: InstanceRecord; alive: boolean }> {
  const process = record.run?.process ?? null
  return { record, alive: process !== null && (await isAlive(process)) }
}

const refused = (code: string, says: string): Outcome => ({ ok: false, code, says })
