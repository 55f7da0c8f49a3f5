/**
 * Measures what a program does and tells Holdfast. To record is to add to numbers in memory; what was recorded is sent
 * every few seconds, and when Holdfast is away it waits in bounded memory. Nothing here throws into the program, keeps it
 * from ending, or leaves a rejection that nobody handles.
 */
import { Aggregate, type Outcome } from './aggregate.ts'
import { createDelivery, type Delivery, type Sent } from './delivery.ts'
import { whoAsks, type Who } from './asker.ts'
import { settingsOf, type Asker, type MeterOptions, type MeterState, type Settings } from './options.ts'

/** An operation that is under way. */
export interface Running {
  /** Only the first time counts. `operation`: its name, where it was not known before. */
  end(outcome?: Outcome, operation?: string): void
}

export interface Done {
  readonly durationMs: number
  readonly outcome?: Outcome
  readonly class?: string
}

export interface OperationMeter {
  start(operation: string, who?: Who): Running
  /** For what was measured otherwise. */
  record(operation: string, done: Done): void
  /** Of whom a request is, by its headers; for middleware. */
  asks(header: Asker['header']): Who
  /** Sends what there is, now; resolves when it is there or when that failed. */
  flush(): Promise<void>
  /** Sends what there is for a bounded time, and records nothing more. */
  close(): Promise<void>
  readonly state: () => MeterState
}

/** What a meter has of the world; tests bring their own. */
export interface MeterWorld {
  readonly now: () => number
  readonly random: () => number
  readonly id: () => string
  /** Calls after a time, without keeping the program from ending; returns how to let it be. */
  readonly later: (call: () => void, ms: number) => () => void
}

const theWorld: MeterWorld = {
  now: () => performance.now(),
  random: Math.random,
  id: () => crypto.randomUUID(),
  later: (call, ms) => {
    const timer: unknown = setTimeout(call, ms)
    if (timer !== null && typeof timer === 'object' && 'unref' in timer && typeof timer.unref === 'function')
      timer.unref()
    return () => clearTimeout(timer as number)
  },
}

/** The first batch tells little, but its answer says which limits there are to count against. */
const FIRST_AFTER_MS = 500
const LONGEST_WAIT_MS = 60_000
/** So that the processes of a service do not all send at once. */
const JITTER = 0.2

export function createOperationMeter(options: MeterOptions, world: MeterWorld = theWorld): OperationMeter {
  const settings = settingsOf(options)
  return typeof settings === 'string' ? offMeter(settings) : new RunningMeter(settings, world)
}

class RunningMeter implements OperationMeter {
  readonly #settings: Settings
  readonly #world: MeterWorld
  readonly #delivery: Delivery
  #aggregate: Aggregate
  #limits: readonly number[] = []
  #active = 0
  #activeSinceMs: number
  #failuresInARow = 0
  #isClosed = false
  #lostAtClose = 0
  #round: Promise<void> | null = null
  #cancel: () => void = () => {}

  constructor(settings: Settings, world: MeterWorld) {
    this.#settings = settings
    this.#world = world
    this.#activeSinceMs = world.now()
    this.#aggregate = new Aggregate(this.#activeSinceMs, this.#limits)
    this.#delivery = createDelivery({
      settings,
      process: world.id(),
      now: world.now,
      take: (nowMs) => this.#take(nowMs),
      giveBack: (aggregate) => {
        aggregate.absorbLater(this.#aggregate)
        this.#aggregate = aggregate
      },
      limits: (limitsMs) => this.#countOver(limitsMs),
    })
    this.#schedule(FIRST_AFTER_MS * world.random())
  }

  start(operation: string, who: Who = {}): Running {
    if (this.#isClosed) return IDLE
    const startedMs = this.#world.now()
    this.#setActive(this.#active + 1, startedMs)
    let isUnderWay = true
    return {
      end: (outcome = 'ok', name = operation) => {
        if (!isUnderWay) return
        isUnderWay = false
        const nowMs = this.#world.now()
        this.#setActive(this.#active - 1, nowMs)
        if (!this.#isClosed) this.#aggregate.record(name, who.class ?? UNCLASSED, outcome, nowMs - startedMs)
      },
    }
  }

  record(operation: string, done: Done): void {
    if (this.#isClosed) return
    this.#aggregate.record(operation, done.class ?? UNCLASSED, done.outcome ?? 'ok', done.durationMs)
  }

  asks(header: Asker['header']): Who {
    return whoAsks(this.#settings.classFrom, header)
  }

  flush(): Promise<void> {
    this.#round ??= this.#sendAll().finally(() => void (this.#round = null))
    return this.#round
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancel()
    this.#setActive(this.#active, this.#world.now())
    let cancel = (): void => {}
    const tooLong = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#settings.closeWithinMs)
      cancel = () => clearTimeout(timer)
    })
    // A round that is under way may have begun before the last operation ended.
    const all = (this.#round ?? Promise.resolve()).then(() => this.flush())
    await Promise.race([all, tooLong])
    cancel()
    this.#lostAtClose = this.#aggregate.operations + this.#delivery.inDoubt()
    this.#tell()
  }

  readonly state = (): MeterState => ({
    is: this.#is(),
    says: this.#delivery.problem(),
    sent: this.#delivery.sent(),
    failures: this.#delivery.failures(),
    lost: this.#delivery.lost() + this.#lostAtClose,
  })

  #is(): MeterState['is'] {
    if (this.#isClosed) return 'closed'
    if (this.#delivery.problem() !== null) return 'away'
    return this.#delivery.sent() > 0 ? 'sending' : 'waiting'
  }

  /** Sends until all is there that was recorded before. */
  async #sendAll(): Promise<void> {
    const send = (): Promise<Sent> => this.#delivery.send().catch((): Sent => 'failed')
    let sent = await send()
    if (sent === 'resent') sent = await send()
    // What was recorded while the new limits were on their way goes as it is, so that from now on all is counted.
    if (sent === 'sent' && this.#aggregate.limits !== this.#limits) sent = await send()
    this.#failuresInARow = sent === 'failed' ? this.#failuresInARow + 1 : 0
    this.#tell()
  }

  #schedule(ms: number): void {
    this.#cancel = this.#world.later(() => {
      void this.flush().then(() => {
        if (!this.#isClosed) this.#schedule(this.#waitMs())
      })
    }, ms)
  }

  #waitMs(): number {
    const backOff = this.#settings.everyMs * 2 ** Math.min(this.#failuresInARow, 10)
    const waitMs = Math.max(
      Math.min(backOff, Math.max(LONGEST_WAIT_MS, this.#settings.everyMs)),
      this.#delivery.retryAfterMs(),
    )
    return waitMs * (1 - JITTER / 2 + JITTER * this.#world.random())
  }

  #countOver(limitsMs: readonly number[]): void {
    if (limitsMs.join() === this.#limits.join()) return
    this.#limits = limitsMs
    if (this.#aggregate.isEmpty) this.#aggregate.countOver(limitsMs)
  }

  #take(nowMs: number): Aggregate {
    this.#setActive(this.#active, nowMs)
    const taken = this.#aggregate
    this.#aggregate = new Aggregate(nowMs, this.#limits)
    return taken
  }

  #setActive(active: number, nowMs: number): void {
    this.#aggregate.activeMs += this.#active * (nowMs - this.#activeSinceMs)
    this.#active = active
    this.#activeSinceMs = nowMs
  }

  #tell(): void {
    try {
      this.#settings.onState(this.state())
    } catch {
      // What the program does with it must not end the measuring.
    }
  }
}

const UNCLASSED = 'default'

const IDLE: Running = { end: () => {} }

const offMeter = (says: string): OperationMeter => ({
  start: () => IDLE,
  record: () => {},
  asks: () => ({}),
  flush: async () => {},
  close: async () => {},
  state: () => ({ is: 'off', says, sent: 0, failures: 0, lost: 0 }),
})
