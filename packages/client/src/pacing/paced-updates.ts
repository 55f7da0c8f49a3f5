/**
 * Reports what a client is like, each time when the server asked for it: one request at a time, never sooner than asked but
 * for a change that does not wait, later and later while it fails. It never throws into the application.
 */
import { createChanges } from './changes.ts'
import { createDueTimer } from './due-timer.ts'
import { createMemory } from './memory.ts'
import type { Answer, PacedUpdatesOptions, Parameters, Update } from './options.ts'
import { sendTo } from './send-update.ts'
import { theWorld, type PacingWorld } from './world.ts'

export interface PacedUpdates {
  start(): void
  stop(): void
  /** Something may have changed: it is read, and reported at once where the server wants to know at once. */
  changed(): void
  /** Reports now, whatever is due, such as before the page goes. */
  flush(): void
  /** In how many milliseconds the next update is due; null while stopped. */
  next(): number | null
}

const LEAST_MS = 5_000
const MOST_BACK_OFF_MS = 300_000
const FIRST_BACK_OFF_MS = 2_000
const MOST_DOUBLINGS = 20
const READ_WITHIN_MS = 10_000
/** What a page remembers of a time so far ahead is no due time. */
const LONGEST_MS = 86_400_000

/**
 * @example
 * const updates = createPacedUpdates({ watch: 'players', client: 'p-17', key, read: () => ({ rtt: measuredRtt() }) })
 * updates.start()
 */
export function createPacedUpdates(
  options: PacedUpdatesOptions,
  world: PacingWorld = theWorld,
): PacedUpdates {
  return new Updates(options, world)
}

class Updates implements PacedUpdates {
  readonly #options: PacedUpdatesOptions
  readonly #world: PacingWorld
  readonly #send
  readonly #memory
  readonly #changes
  readonly #due
  #listening: readonly (() => void)[] | null = null
  #cancelLook = (): void => {}
  #isUnderWay = false
  #sentAt = Number.NEGATIVE_INFINITY
  #failures = 0
  #token: string | null = null
  /** Whether changes are looked for, so that none is missed between two updates. */
  #judges: boolean

  constructor(options: PacedUpdatesOptions, world: PacingWorld) {
    this.#options = options
    this.#world = world
    this.#send = options.send ?? sendTo(options)
    this.#memory = createMemory(options)
    this.#changes = createChanges(() => world.elapsed())
    this.#due = createDueTimer(world, () => this.#wake())
    this.#judges = options.lookEveryMs !== undefined
  }

  start(): void {
    if (this.#listening !== null) return
    const { on, now } = this.#world
    this.#listening = [
      on('online', () => this.#due.spread()),
      on('shown', () => this.#due.look()),
      on('leaving', () => void this.#lookNow(true)),
    ]
    const before = this.#memory.read()
    this.#token = before?.token ?? this.#token
    const waitMs = (before?.dueAt ?? 0) - now()
    this.#due.set(waitMs > 0 && waitMs <= LONGEST_MS ? waitMs : 0)
    this.#keepLooking()
  }

  stop(): void {
    for (const end of this.#listening ?? []) end()
    this.#listening = null
    this.#due.cancel()
    this.#cancelLook()
  }

  changed(): void {
    this.#judges = true
    void this.#lookNow(false)
  }

  flush(): void {
    if (!this.#isUnderWay) void this.#report({ early: true, leaving: true })
  }

  next(): number | null {
    return this.#listening === null ? null : Math.max(0, this.#due.left())
  }

  /** What is due while there is no network is reported once there is one. */
  #wake(): boolean {
    if (this.#listening === null || this.#isUnderWay) return true
    if (!this.#world.isOnline()) return false
    void this.#report({ early: false, leaving: false })
    return true
  }

  async #report(how: { readonly early: boolean; readonly leaving: boolean }): Promise<void> {
    this.#isUnderWay = true
    this.#due.cancel()
    try {
      const parameters = await this.#read()
      this.#changes.look(parameters)
      const update = this.#updateOf(parameters)
      this.#sentAt = this.#world.elapsed()
      const answer = await this.#send(update, { leaving: how.leaving })
      this.#take(answer, update, how.early)
    } catch (error) {
      this.#failed(0, wordsOf(error))
    }
    this.#isUnderWay = false
    if (this.#listening === null) this.#due.cancel()
  }

  #updateOf(parameters: Parameters): Update {
    const { client, class: className, features } = this.#options
    return {
      client,
      parameters,
      ...(className === undefined ? {} : { class: className }),
      ...(features === undefined ? {} : { features }),
      ...(this.#token === null ? {} : { token: this.#token }),
      ...(this.#judges ? this.#changes.counted() : {}),
    }
  }

  #take(answer: Answer, { parameters, changes = 0 }: Update, early: boolean): void {
    if (answer.kind === 'later') return this.#failed(answer.afterMs, answer.says)
    if (answer.kind === 'refused') {
      this.#problem(answer.says)
      return this.#due.set(this.#mostBackOffMs)
    }
    const { nextMs, token } = answer
    this.#failures = 0
    this.#token = token
    this.#changes.reported(parameters, changes, answer.early)
    this.#memory.write({ dueAt: this.#world.now() + nextMs, token })
    this.#due.set(nextMs)
    attempt(() => this.#options.onUpdate?.({ nextMs, early }))
  }

  /** Full jitter: clients that failed together do not come back together. */
  #failed(afterMs: number, says: string): void {
    const { random } = this.#world
    this.#failures += 1
    this.#problem(says)
    const doubled = FIRST_BACK_OFF_MS * 2 ** Math.min(MOST_DOUBLINGS, this.#failures)
    this.#due.set(
      afterMs + Math.max(this.#leastMs * random(), Math.min(this.#mostBackOffMs, doubled) * random()),
    )
  }

  async #read(): Promise<Parameters> {
    let cancel = (): void => {}
    const late = new Promise<never>((_resolve, reject) => {
      const says = 'The parameters were not read within 10 s.'
      cancel = this.#world.after(READ_WITHIN_MS, () => reject(new Error(says)))
    })
    try {
      return await Promise.race([Promise.resolve().then(this.#options.read), late])
    } finally {
      cancel()
    }
  }

  async #lookNow(leaving: boolean): Promise<void> {
    if (this.#listening === null || this.#isUnderWay || !this.#changes.hasRules()) return
    try {
      const isUrgent = this.#changes.look(await this.#read())
      if (!isUrgent || this.#listening === null || this.#isUnderWay || !this.#world.isOnline()) return
      const waitMs = this.#sentAt + this.#leastMs - this.#world.elapsed()
      if (waitMs > 0 && !leaving) this.#due.set(Math.min(waitMs, this.#due.left()))
      else await this.#report({ early: true, leaving })
    } catch (error) {
      this.#problem(wordsOf(error))
    }
  }

  #keepLooking(): void {
    const { lookEveryMs } = this.#options
    if (lookEveryMs === undefined) return
    this.#cancelLook = this.#world.after(lookEveryMs, () => {
      void this.#lookNow(false).then(() => {
        if (this.#listening !== null) this.#keepLooking()
      })
    })
  }

  #problem(says: string): void {
    attempt(() => this.#options.onProblem?.(says))
  }

  get #leastMs(): number {
    return this.#options.leastMs ?? LEAST_MS
  }

  get #mostBackOffMs(): number {
    return this.#options.mostBackOffMs ?? MOST_BACK_OFF_MS
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What the application does with it must not end the updates. */
function attempt(work: () => void): void {
  try {
    work()
  } catch {
    // It was told, that is all.
  }
}
