/** What paced updates have of the world, a browser's or Node's; tests bring their own. */

export type WorldEvent = 'online' | 'shown' | 'leaving'

export interface PacingWorld {
  /** Milliseconds that no clock change moves; they may stand still while the machine sleeps. */
  readonly elapsed: () => number
  /** The clock on the wall. */
  readonly now: () => number
  readonly random: () => number
  /** Returns what cancels it. */
  readonly after: (ms: number, work: () => void) => () => void
  readonly isOnline: () => boolean
  /** Returns what ends it. */
  readonly on: (event: WorldEvent, work: () => void) => () => void
}

/** Timers hold no longer times. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** What a browser has and Node has not. */
interface Place {
  readonly window?: EventTarget
  readonly document?: EventTarget & { readonly visibilityState: string }
  readonly navigator?: { readonly onLine?: boolean }
}
const here = globalThis as unknown as Place

export const theWorld: PacingWorld = {
  elapsed: () => performance.now(),
  now: () => Date.now(),
  random: () => Math.random(),
  after(ms, work) {
    const timer = setTimeout(work, Math.min(LONGEST_TIMER_MS, ms))
    return () => clearTimeout(timer)
  },
  // Node has a navigator that knows of no network.
  isOnline: () => here.navigator?.onLine ?? true,
  on(event, work) {
    const { document, window } = here
    if (event === 'online') return listen(window, 'online', work)
    if (event === 'leaving') return listen(window, 'pagehide', work)
    return listen(document, 'visibilitychange', () => {
      if (document?.visibilityState === 'visible') work()
    })
  },
}

function listen(target: EventTarget | undefined, type: string, work: () => void): () => void {
  target?.addEventListener(type, work)
  return () => target?.removeEventListener(type, work)
}
