/**
 * Reports what a client is like, each time when the server asked for it: one request at a time, never sooner than asked but
 * for a change that does not wait, later and later while it fails. Nothing here throws into the application.
 */
import { createChanges } from './changes.ts'
import type { PacedUpdatesOptions, Parameters } from './options.ts'
import { parametersOf } from './parameters.ts'
import { createPassedTime } from './passed-time.ts'
import { createReporting } from './reporting.ts'
import { createSchedule } from './schedule.ts'
import { theWorld, type PacingWorld } from './world.ts'

export type PacedStatus = 'stopped' | 'waiting' | 'sending' | 'offline' | 'failing'

export interface PacedUpdates {
  start(): void
  /** Gives up what is under way, and leaves no timer. */
  stop(): void
  /**
   * Something may have changed: where the server wants to know at once, it is read and reported at once. Whether it does is
   * judged by what is given, which saves a reading; what that leaves out is as before.
   */
  changed(parameters?: Parameters): void
  /** Reports now, whatever is due, such as before a program ends; resolves when that is over, well or not. */
  flush(): Promise<void>
  /** In how many milliseconds the next update is due; null while stopped. */
  next(): number | null
  readonly status: PacedStatus
}

/** A timer may stand still while the machine sleeps, so the clock is looked at so often. */
const LOOK_MS = 60_000
const LEAST_POLL_MS = 250

/**
 * @example
 * const updates = createPacedUpdates({ watch: 'players', client: 'p-17', key, read: () => ({ rtt: measuredRtt() }) })
 * updates.start()
 */
export function createPacedUpdates(
  options: PacedUpdatesOptions,
  world: PacingWorld = theWorld,
): PacedUpdates {
  const { pollMs, whileHidden } = options
  const { isOnline, on } = world
  const passed = createPassedTime(world)
  const changes = createChanges(passed)
  const schedule = createSchedule(passed, world, options)
  const reporting = createReporting({ options, world, changes, schedule, onOver: look })
  const { underWay } = reporting
  let listening: AbortController | null = null
  let cancelTimer = (): void => {}
  let pollAt = 0
  let isFlushed = false
  if (pollMs) changes.judge()
  /** Does what is due, and comes again when something is. */
  function look(): void {
    cancelTimer()
    if (!listening || underWay() !== null) return
    const isSilent = !isOnline() || (whileHidden === false && world.isHidden())
    const waitMs = isSilent ? LOOK_MS : isFlushed ? 0 : schedule.waitMs(changes.isUrgent())
    const pollWaitMs = changes.reported()?.rules.length ? pollAt - passed() : LOOK_MS
    if (waitMs <= 0) void reporting.begin(isFlushed || schedule.left() === 0 || null)
    else if (pollWaitMs <= 0) {
      pollAt = nextPollAt()
      void reporting.begin(false)
    } else cancelTimer = world.after(Math.min(LOOK_MS, waitMs, pollWaitMs), look)
    isFlushed = false
  }

  const nextPollAt = (): number => passed() + Math.max(LEAST_POLL_MS, pollMs || Infinity)

  function poll(): void {
    pollAt = passed()
    look()
  }

  /** Maybe on another network. */
  function back(): void {
    schedule.spread()
    poll()
  }

  return {
    start() {
      if (listening) return
      listening = new AbortController()
      const { signal } = listening
      // What does not wait goes yet, as requests outlive the page.
      on('pagehide', poll, signal)
      on('visibilitychange', poll, signal)
      on('online', back, signal)
      reporting.restore()
      pollAt = nextPollAt()
      look()
    },
    stop() {
      listening?.abort()
      listening = null
      isFlushed = false
      cancelTimer()
      reporting.giveUp()
    },
    changed(parameters) {
      changes.judge()
      if (parameters === undefined) return poll()
      try {
        changes.look({ ...changes.latest(), ...parametersOf(parameters) })
      } catch {
        // What cannot be sent is none.
      }
      look()
    },
    async flush() {
      isFlushed = !!listening
      look()
      // First that which is under way.
      if (isFlushed) await underWay()
      await underWay()
    },
    next: () => (listening ? schedule.left() : null),
    get status() {
      if (!listening) return 'stopped'
      if (underWay() !== null) return 'sending'
      return isOnline() ? (schedule.isFailing() ? 'failing' : 'waiting') : 'offline'
    },
  }
}
