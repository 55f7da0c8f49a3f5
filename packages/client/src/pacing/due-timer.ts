/**
 * Says when something is due: by a clock that no change of the wall's moves, and after a sleep once instead of for all that was
 * missed, spread so that not everybody who slept comes at once.
 */
import type { PacingWorld } from './world.ts'

/** When many come back at once, as after a network's outage or a night's sleep, they come spread over this. */
const SPREAD_MS = 5_000
/** The wall's clock is so far ahead of the other only after sleep, or when it was set. */
const SLEPT_MS = 30_000
const ASK_AGAIN_MS = 60_000

export interface DueTimer {
  /** It is due in this time, in the place of what was before. */
  set(ms: number): void
  /** It may have become due meanwhile. */
  look(): void
  /** As after an outage: where it is due already, in a moment. */
  spread(): void
  /** The time left, below zero where it is over. */
  left(): number
  cancel(): void
}

/** `onDue` says whether it could be done; where not, it is asked again after a while, or when somebody looks. */
export function createDueTimer(world: PacingWorld, onDue: () => boolean): DueTimer {
  let cancel = (): void => {}
  let dueAt = 0
  let setAt = { elapsed: 0, now: 0 }
  const left = (): number => dueAt - world.elapsed()

  function set(ms: number): void {
    setAt = { elapsed: world.elapsed(), now: world.now() }
    dueAt = setAt.elapsed + ms
    arm(ms)
  }

  function arm(ms: number): void {
    cancel()
    cancel = world.after(Math.max(0, ms), look)
  }

  function look(): void {
    if (left() > 0 && hasSlept()) set(world.random() * SPREAD_MS)
    else if (left() > 0) arm(left())
    else if (!onDue()) arm(ASK_AGAIN_MS)
  }

  /** A clock that was set looks the same: then one update comes too soon. */
  function hasSlept(): boolean {
    const passed = world.now() - setAt.now
    const asleep = passed - (world.elapsed() - setAt.elapsed)
    return asleep > SLEPT_MS && passed >= dueAt - setAt.elapsed
  }

  return {
    set,
    look,
    left,
    spread() {
      if (left() <= 0) set(world.random() * SPREAD_MS)
      else look()
    },
    cancel: () => cancel(),
  }
}
