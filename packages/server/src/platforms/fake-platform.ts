/**
 * A platform without processes, for tests of what drives platforms: instances live by the same table as
 * real ones, but what takes time is due at an instant of a clock that the test moves. Nothing happens by
 * itself: each call, and settle(), first lets happen what is due by then, in the order in which it is due.
 */
import { addDuration, durationMs, type DurationMs, type EpochMs, type InstanceId } from '@holdfast/core/units'
import type { HostFigures } from '@holdfast/core/health'
import type { InstanceSpec, Outcome, Platform, PlatformInstance, PlatformLimits } from './platform.ts'
import { born, transition } from './process/instance-process.ts'
import { deadlineOf, type Effect, type InstanceEvent, type InstanceState } from './process/instance-state.ts'
import { isTold, viewOf } from './process/instance-view.ts'

/** How instances behave; asked anew at each start and stop, so that a test may change it meanwhile. */
interface FakeBehaviour {
  /** From the start until the first answer; null for never. */
  readonly readyAfter: DurationMs | null
  /** From the order to end until the end; null for never, until it is killed. */
  readonly endsAfter: DurationMs | null
  /** Why it cannot be started; null when it can. */
  readonly startFault: string | null
}

export interface FakePlatformOptions {
  readonly now: () => EpochMs
  readonly limits: PlatformLimits
  /** By default instances are ready, and end, at once. */
  readonly behaviour?: (spec: InstanceSpec) => Partial<FakeBehaviour>
  /** By default nothing is known of hosts. */
  readonly hostFigures?: () => Iterable<readonly [InstanceId, HostFigures]>
}

export interface FakePlatform extends Platform {
  /** Lets happen all that is due by now. */
  settle(): void
  /** Ends an instance's process unasked. */
  crash(id: InstanceId): void
}

const NO_TIME = durationMs(0)
const AT_ONCE: FakeBehaviour = { readyAfter: NO_TIME, endsAfter: NO_TIME, startFault: null }

const FIRST_PORT = 40_000

const NO_PROCESS = null

interface Due {
  readonly at: EpochMs
  readonly event: InstanceEvent
}

interface FakeInstance {
  readonly spec: InstanceSpec
  readonly gone: PromiseWithResolvers<Outcome>
  state: InstanceState
  due: readonly Due[]
}

const killed = { kind: 'exited', how: 'was ended by SIGKILL', lastLine: '', portTaken: false } as const
const ended = { kind: 'exited', how: 'exited with code 0', lastLine: '', portTaken: false } as const

export function createFakePlatform(options: FakePlatformOptions): FakePlatform {
  return new FakeInstances(options)
}

class FakeInstances implements FakePlatform {
  readonly name = 'fake'
  readonly limits: PlatformLimits
  readonly #options: FakePlatformOptions
  readonly #instances = new Map<InstanceId, FakeInstance>()
  readonly #listeners = new Set<(instance: PlatformInstance) => void>()
  #nextPort = FIRST_PORT

  constructor(options: FakePlatformOptions) {
    this.#options = options
    this.limits = options.limits
  }

  settle(): void {
    for (;;) {
      const next = [...this.#instances.values()].map(nextOf).reduce(earlier, null)
      if (next === null || next.due.at > this.#options.now()) return
      const { instance, due } = next
      instance.due = instance.due.filter((other) => other !== due)
      this.#apply(instance, due.event, due.at)
    }
  }

  crash(id: InstanceId): void {
    this.settle()
    const instance = this.#instances.get(id)
    if (instance !== undefined) this.#apply(instance, killed, this.#options.now())
  }

  async list(): Promise<readonly PlatformInstance[]> {
    this.settle()
    return [...this.#instances.values()].map(({ spec, state }) => viewOf(spec, state, NO_PROCESS))
  }

  async hostFigures(): Promise<ReadonlyMap<InstanceId, HostFigures>> {
    return new Map(this.#options.hostFigures?.() ?? [])
  }

  async start(spec: InstanceSpec): Promise<Outcome> {
    this.settle()
    const present = this.#instances.get(spec.id)
    if (present?.state.stage === 'draining') return refused('still-draining', `${spec.id} is being stopped`)
    if (present !== undefined) return { ok: true }
    if (this.#instances.size >= this.limits.instances)
      return refused('platform-full', `this platform runs at most ${this.limits.instances} instances`)
    const now = this.#options.now()
    const { state, effects } = born(now)
    const instance: FakeInstance = { spec, state, gone: Promise.withResolvers(), due: [] }
    this.#instances.set(spec.id, instance)
    for (const effect of effects) this.#perform(instance, effect, now)
    this.settle()
    return { ok: true }
  }

  async stop(id: InstanceId): Promise<Outcome> {
    this.settle()
    const instance = this.#instances.get(id)
    if (instance === undefined) return { ok: true }
    this.#apply(instance, { kind: 'stop' }, this.#options.now())
    this.settle()
    return instance.gone.promise
  }

  watch(listener: (instance: PlatformInstance) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#instances.clear()
  }

  #apply(instance: FakeInstance, event: InstanceEvent, at: EpochMs): void {
    const before = instance.state
    const { state, effects } = transition(before, event, at, instance.spec.run)
    if (state === before) return
    instance.state = state
    // What the process was about to do, it will do no more.
    if (event.kind === 'exited') instance.due = []
    for (const effect of effects) this.#perform(instance, effect, at)
    if (!isTold(before, state)) return
    for (const listener of this.#listeners) listener(viewOf(instance.spec, state, NO_PROCESS))
  }

  #perform(instance: FakeInstance, effect: Effect, at: EpochMs): void {
    const { readyAfter, endsAfter, startFault } = { ...AT_ONCE, ...this.#options.behaviour?.(instance.spec) }
    const schedule = (delay: DurationMs | null, event: InstanceEvent): void => {
      if (delay !== null) instance.due = [...instance.due, { at: addDuration(at, delay), event }]
    }
    switch (effect) {
      case 'spawn':
        return startFault === null
          ? schedule(NO_TIME, { kind: 'spawned', port: this.#nextPort++ })
          : schedule(NO_TIME, { kind: 'spawn-failed', says: `could not be started: ${startFault}` })
      case 'probe':
        return schedule(readyAfter, { kind: 'answered' })
      case 'terminate':
        return schedule(endsAfter, ended)
      case 'kill':
        return schedule(NO_TIME, killed)
      case 'forget':
        this.#instances.delete(instance.spec.id)
        return instance.gone.resolve({ ok: true })
      case 'record':
    }
  }
}

interface Next {
  readonly instance: FakeInstance
  readonly due: Due
}

function nextOf(instance: FakeInstance): Next | null {
  const deadline = deadlineOf(instance.state)
  const awaited: Due | null = deadline === null ? null : { at: deadline, event: { kind: 'deadline' } }
  const due = [...instance.due, ...(awaited === null ? [] : [awaited])].sort((a, b) => a.at - b.at)[0]
  return due === undefined ? null : { instance, due }
}

function earlier(a: Next | null, b: Next | null): Next | null {
  if (a === null || b === null) return a ?? b
  return b.due.at < a.due.at ? b : a
}

const refused = (code: string, says: string): Outcome => ({ ok: false, code, says })
