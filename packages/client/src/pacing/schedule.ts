/**
 * When the next update is due: as an answer said, or after failures later each time, spread, and never sooner than the server
 * asked for. What was missed in sleep, without a network or on a hidden page comes once, spread as well, so that not everybody
 * who missed one comes at once.
 */
import type { NotTaken, PacedUpdatesOptions } from './options.ts'
import type { PacingWorld } from './world.ts'

/** When many come back at once, as after an outage or in the morning, they come spread over this. */
const SPREAD_MS = 5_000
/** A timer is no later than this but where the machine slept, or the page was put aside. */
const LATE_MS = 5_000
/** Whatever a server or an application says, there is so much between two updates. */
const LEAST_MS = 1_000
/** Nobody is asked to come later than in a day; whatever stands between may be wrong. */
const LONGEST_MS = 86_400_000
const EARLY_LEAST_MS = 5_000
/** The server wants more between two updates; how much it does not say. */
const REFUSED_EARLY_MS = 60_000
const FIRST_BACK_OFF_MS = 4_000
const MOST_BACK_OFF_MS = 300_000

export interface Schedule {
  /** It is due in this time, in the place of what was before; returns the wait, which is a day at the most. */
  set(ms: number): number
  /** One is sent: the next early one is not so soon. */
  sent(): void
  /** An answer said so; returns the wait. `refusesEarly`: an early one came too soon for the server, and would again. */
  answered(nextMs: number, refusesEarly: boolean | undefined): number
  /** Returns the wait where the server asked for one, else 0. */
  failed(failure: Partial<NotTaken>): number
  readonly isFailing: () => boolean
  /** There is a network again: nothing in the next moment, but what did not get through waits no longer than that. */
  spread(): void
  /** How long to wait until the next is due or, where something does not wait, until there may be an early one. */
  waitMs(isUrgent: boolean): number
  /** Until the next is due. */
  left(): number
}

export function createSchedule(
  passed: () => number,
  { random }: Pick<PacingWorld, 'random'>,
  options: Pick<PacedUpdatesOptions, 'leastMs' | 'mostMs'>,
): Schedule {
  const mostMs = options.mostMs || MOST_BACK_OFF_MS
  let dueAt = Number.NEGATIVE_INFINITY
  let notBefore = 0
  let busyUntil = 0
  let earlyFrom = 0
  let failures = 0
  let isSpread = false
  let isUnreached = false

  function set(ms: number): number {
    const waitMs = Math.min(LONGEST_MS, ms)
    dueAt = passed() + waitMs
    isSpread = isUnreached = false
    return waitMs
  }

  function spread(): void {
    // A network that comes and goes does not put it off again and again.
    if (notBefore < passed()) notBefore = passed() + random() * SPREAD_MS
    if (isUnreached && busyUntil <= passed()) dueAt = Math.min(dueAt, notBefore)
  }

  /** Full jitter: clients that failed together do not come back together. What is wrong is tried seldom. */
  const backOffMs = (isRefused: boolean): number =>
    isRefused ? mostMs * (0.5 + random() / 2) : random() * Math.min(mostMs, FIRST_BACK_OFF_MS * 2 ** failures)

  return {
    set,
    sent: () => void (earlyFrom = passed() + (options.leastMs || EARLY_LEAST_MS)),
    answered(nextMs, refusesEarly) {
      failures = busyUntil = 0
      if (refusesEarly) earlyFrom = passed() + REFUSED_EARLY_MS
      return set(Math.max(LEAST_MS, nextMs))
    },
    failed({ kind, code, afterMs }) {
      busyUntil = Math.max(busyUntil, passed() + (afterMs || 0))
      const askedMs = Math.max(0, busyUntil - passed())
      const waitMs = set(askedMs + Math.max(LEAST_MS, backOffMs(kind === 'refused')))
      failures += 1
      isUnreached = code === 'unreachable'
      return askedMs && waitMs
    },
    isFailing: () => failures > 0,
    spread,
    waitMs(isUrgent) {
      if (!isSpread && passed() - dueAt > LATE_MS) {
        // Once: on a hidden page each timer is late.
        isSpread = true
        spread()
      }
      // What fails is tried again with what is the case by then.
      const earlyAt = isUrgent && failures === 0 ? earlyFrom : dueAt
      return Math.max(notBefore, Math.min(dueAt, earlyAt)) - passed()
    },
    left: () => Math.max(0, dueAt - passed()),
  }
}
