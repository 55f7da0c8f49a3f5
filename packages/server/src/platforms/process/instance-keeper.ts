/**
 * Keeps one instance: carries out, one after the other, the effects that its life's table asks for, and
 * tells the table what happens. Intent is recorded before the process exists, so that whoever finds the
 * process after a crash also finds what explains it.
 */
import { randomUUID } from 'node:crypto'
import { durationMs, elapsed, seconds, type DurationMs } from '@holdfast/core/units'
import type { Clock } from '../../clock.ts'
import type { InstanceSpec, Outcome, PlatformInstance } from '../platform.ts'
import { isPortFree, reserveFreePort } from './free-port.ts'
import type { InstanceLogs } from './instance-log.ts'
import { transition } from './instance-process.ts'
import type { InstanceRecord, RunRecord } from './instance-record.ts'
import {
  deadlineOf,
  type Effect,
  type InstanceEvent,
  type InstanceState,
  type Step,
} from './instance-state.ts'
import { isTold, viewOf } from './instance-view.ts'
import { findMarked, groupLives, signal, type ProcessIdentity } from './process-identity.ts'
import { untilReady } from './readiness.ts'
import { spawnInstance, type LiveProcess } from './spawn.ts'

/** What all keepers of a platform share. */
export interface Surroundings {
  readonly installation: string
  readonly apiUrl: string | null
  readonly clock: Clock
  readonly logs: InstanceLogs
  /** Ports given to instances, whether they listen already or not. */
  readonly reservedPorts: Set<number>
  /** Aborted when the platform closes: from then on nothing is done to any instance. */
  readonly closed: AbortSignal
  put(record: InstanceRecord): Promise<void>
  drop(id: InstanceSpec['id']): Promise<void>
  /** After each change of phase or address. */
  changed(instance: PlatformInstance): void
  gone(id: InstanceSpec['id']): void
}

/** A predecessor's process, taken over. */
export interface Inherited {
  readonly run: RunRecord
  readonly process: LiveProcess
}

/** After SIGKILL a process ends at once, unless the kernel itself is stuck in its behalf. */
const KILLED_WITHIN: DurationMs = seconds(5)

/** How soon the end of a group's last process is noticed after its leader's. */
const GROUP_INTERVAL: DurationMs = durationMs(20)

/** Stragglers may start others while they are being ended; none outruns this many rounds. */
const STRAGGLER_ROUNDS = 10

export class InstanceKeeper {
  readonly spec: InstanceSpec
  readonly #around: Surroundings
  readonly #gone = Promise.withResolvers<Outcome>()
  #state: InstanceState
  #run: RunRecord | null
  #process: LiveProcess | null
  #effects: Promise<void> = Promise.resolve()
  #deadline: { readonly at: number; readonly calledOff: AbortController } | null = null
  #probing: AbortController | null = null
  #stopped: Promise<Outcome> | null = null

  constructor(around: Surroundings, spec: InstanceSpec, first: Step, inherited: Inherited | null = null) {
    this.spec = spec
    this.#around = around
    this.#state = first.state
    this.#run = inherited?.run ?? null
    this.#process = inherited?.process ?? null
    if (inherited !== null) {
      around.reservedPorts.add(inherited.run.port)
      void this.#watch(inherited.process, inherited.run)
    }
    this.#enter(first.effects)
  }

  get isLeaving(): boolean {
    return this.#state.stage === 'draining' || this.#state.stage === 'gone'
  }

  get isGone(): boolean {
    return this.#state.stage === 'gone'
  }

  /** Null while it has none. */
  get process(): ProcessIdentity | null {
    return this.#process
  }

  view(): PlatformInstance {
    return viewOf(this.spec, this.#state, this.#process?.pid ?? null)
  }

  /** Resolves when all that was asked so far has been carried out. */
  settled(): Promise<void> {
    return this.#effects
  }

  /** Resolves when it is gone; all who ask meanwhile wait for the same end. */
  stop(): Promise<Outcome> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<Outcome> {
    this.#apply({ kind: 'stop' })
    const patience = new AbortController()
    const limit = durationMs(this.spec.run.drain + KILLED_WITHIN)
    const late = this.#around.clock
      .sleep(limit, AbortSignal.any([patience.signal, this.#around.closed]))
      .then((): Outcome => ({ ok: false, code: 'not-ending', says: `${this.spec.id} has not ended yet` }))
    const outcome = await Promise.race([this.#gone.promise, late])
    patience.abort()
    // Whoever asks later waits again.
    if (!outcome.ok) this.#stopped = null
    return outcome
  }

  #apply(event: InstanceEvent): void {
    if (this.#around.closed.aborted) return
    const before = this.#state
    const { state, effects } = transition(before, event, this.#around.clock.now(), this.spec.run)
    if (state === before) return
    this.#state = state
    this.#enter(effects)
    if (isTold(before, state)) this.#around.changed(this.view())
  }

  #enter(effects: readonly Effect[]): void {
    if (this.#state.stage !== 'probing') this.#probing?.abort()
    this.#awaitDeadline()
    for (const effect of effects) this.#effects = this.#effects.then(() => this.#carryOut(effect))
  }

  #awaitDeadline(): void {
    const at = deadlineOf(this.#state)
    if (at === (this.#deadline?.at ?? null)) return
    this.#deadline?.calledOff.abort()
    this.#deadline = null
    if (at === null) return
    const { clock, closed } = this.#around
    const deadline = { at, calledOff: new AbortController() }
    this.#deadline = deadline
    const wait = durationMs(Math.max(0, elapsed(clock.now(), at)))
    void clock.sleep(wait, AbortSignal.any([deadline.calledOff.signal, closed])).then(() => {
      if (this.#deadline !== deadline) return
      this.#deadline = null
      this.#apply({ kind: 'deadline' })
    })
  }

  async #carryOut(effect: Effect): Promise<void> {
    if (this.#around.closed.aborted) return
    switch (effect) {
      case 'spawn':
        return this.#spawn()
      case 'probe':
        return this.#probe()
      case 'record':
        return this.#record()
      case 'terminate':
        return this.#signal('SIGTERM')
      case 'kill':
        return this.#signal('SIGKILL')
      case 'forget':
        return this.#forget()
    }
  }

  async #spawn(): Promise<void> {
    if (this.#state.stage !== 'spawning')
      return this.#apply({ kind: 'spawn-failed', says: 'was stopped before it was started' })
    const started = await this.#tryToSpawn()
    if (typeof started === 'string') {
      this.#endRun()
      return this.#apply({ kind: 'spawn-failed', says: `could not be started: ${started}` })
    }
    this.#process = started.process
    this.#run = started.run
    await this.#record()
    this.#apply({ kind: 'spawned', port: started.run.port })
    void this.#watch(started.process, started.run)
  }

  /** In words why not, when it could not. */
  async #tryToSpawn(): Promise<Inherited | string> {
    const { apiUrl, clock, installation, logs, reservedPorts } = this.#around
    try {
      const port = await reserveFreePort(reservedPorts)
      const run = { mark: randomUUID(), port, startedAt: clock.now(), process: null }
      this.#run = run
      await this.#around.put(this.#recordNow())
      await using log = await logs.append(this.spec)
      const spawned = await spawnInstance({ spec: this.spec, port, apiUrl, installation, run: run.mark, log })
      if (!spawned.ok) return spawned.error
      const { pid, started } = spawned.value
      return { run: { ...run, process: { pid, started } }, process: spawned.value }
    } catch (fault) {
      return fault instanceof Error ? fault.message : String(fault)
    }
  }

  async #watch(process: LiveProcess, run: RunRecord): Promise<void> {
    const { closed, logs } = this.#around
    const how = await process.exited
    const wasAsked = this.isLeaving || this.#state.stage === 'ending'
    // What it started may still finish what it has when it was asked to; otherwise nobody leads it any more.
    if (!closed.aborted && !wasAsked) signal(-process.pid, 'SIGKILL')
    await this.#untilAllEnded(process.pid, run.mark)
    if (closed.aborted) return
    const portTaken = !(await isPortFree(run.port))
    const lastLine = await logs.lastLine(this.spec)
    this.#endRun()
    this.#apply({ kind: 'exited', how, lastLine, portTaken })
  }

  async #untilAllEnded(group: number, mark: string): Promise<void> {
    const { clock, closed, installation } = this.#around
    while (!closed.aborted && (await groupLives(group))) await clock.sleep(GROUP_INTERVAL, closed)
    for (let round = 0; round < STRAGGLER_ROUNDS && !closed.aborted; round++) {
      // Those that left the group still carry the mark.
      const stragglers = (await findMarked(installation)).filter(({ run }) => run === mark)
      if (stragglers.length === 0) return
      for (const { pid } of stragglers) signal(pid, 'SIGKILL')
      await clock.sleep(GROUP_INTERVAL, closed)
    }
  }

  /** Does not wait for the answer, as other effects may be due before there is one. */
  #probe(): void {
    const { readiness } = this.spec.run
    if (this.#state.stage !== 'probing' || readiness.kind === 'running') return
    const probing = new AbortController()
    this.#probing = probing
    const { clock, closed } = this.#around
    const asking = {
      readiness,
      port: this.#state.port,
      clock,
      signal: AbortSignal.any([probing.signal, closed]),
    }
    void untilReady(asking).then((ready) => {
      if (ready) this.#apply({ kind: 'answered' })
    })
  }

  async #record(): Promise<void> {
    try {
      await this.#around.put(this.#recordNow())
    } catch {
      // The mark, which was recorded before the process began, explains it all the same, and whoever
      // wants an instance stopped asks again after a crash.
    }
  }

  #signal(name: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#process !== null) signal(-this.#process.pid, name)
  }

  async #forget(): Promise<void> {
    try {
      await this.#around.drop(this.spec.id)
      this.#gone.resolve({ ok: true })
    } catch (fault) {
      const says = `${this.spec.id} has ended, but its record could not be removed: ${String(fault)}`
      this.#gone.resolve({ ok: false, code: 'not-recorded', says })
    }
    this.#around.gone(this.spec.id)
  }

  #endRun(): void {
    if (this.#run !== null) this.#around.reservedPorts.delete(this.#run.port)
    this.#run = null
    this.#process = null
  }

  #recordNow(): InstanceRecord {
    const { restarts, failures } = this.#state
    return { spec: this.spec, restarts, failures, stopping: this.isLeaving, run: this.#run }
  }
}
