/** What paced updates have of the world, a browser's, a worker's or Node's; tests bring their own. */

export type WorldEvent = 'online' | 'visibilitychange' | 'pagehide'

export interface PacingWorld {
  /** Milliseconds that no clock change moves; they may stand still while the machine sleeps. */
  readonly elapsed: () => number
  /** The clock on the wall. */
  readonly now: () => number
  readonly random: () => number
  /** Without keeping a program from ending. Returns what cancels it. */
  readonly after: (ms: number, work: () => void) => () => void
  readonly isOnline: () => boolean
  readonly isHidden: () => boolean
  /** Until the signal is aborted. */
  readonly on: (event: WorldEvent, work: () => void, until: AbortSignal) => void
}

/** What a page has, a worker in part, and Node not; its navigator knows of no network. */
interface Place extends Partial<Pick<EventTarget, 'addEventListener'>> {
  readonly document?: { readonly hidden: boolean }
  readonly navigator?: { readonly onLine?: boolean }
  readonly localStorage?: Pick<Storage, 'getItem' | 'setItem'>
}
export const here = globalThis as unknown as Place

export const theWorld: PacingWorld = {
  elapsed: () => performance.now(),
  now: Date.now,
  random: Math.random,
  after(ms, work) {
    const timer: unknown = setTimeout(work, ms)
    ;(timer as { readonly unref?: () => void }).unref?.()
    return () => clearTimeout(timer as number)
  },
  isOnline: () => here.navigator?.onLine ?? true,
  isHidden: () => !!here.document?.hidden,
  on: (event, work, signal) => here.addEventListener?.(event, work, { signal }),
}
