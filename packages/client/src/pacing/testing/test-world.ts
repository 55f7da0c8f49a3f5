/** A world whose time passes when a test says so. */
import type { PacingWorld, WorldEvent } from '../world.ts'

export interface TestWorld extends PacingWorld {
  /** Lets time pass, with all that falls due in it, in order. */
  pass(ms: number): Promise<void>
  /** The machine sleeps: nothing is called, and on most machines only the wall's clock goes on. */
  sleep(ms: number, goesOn?: 'the wall only' | 'both'): void
  /** The wall's clock is set. */
  setClock(byMs: number): void
  goOffline(): void
  goOnline(): void
  hide(): void
  show(): void
  happens(event: WorldEvent): void
  timers(): number
  /** All is done that waits for no timer. */
  settled(): Promise<void>
}

/** More steps than any chain of promises here has. */
const STEPS = 50

async function settle(): Promise<void> {
  for (let step = 0; step < STEPS; step += 1) await Promise.resolve()
}

export function testWorld(random: () => number = () => 0.5): TestWorld {
  let elapsed = 0
  let wall = 1_800_000_000_000
  let isOnline = true
  let isHidden = false
  let timers: { readonly at: number; readonly work: () => void }[] = []
  const listeners = new Map<WorldEvent, Set<() => void>>()
  const happens = (event: WorldEvent): void => listeners.get(event)?.forEach((work) => work())
  return {
    elapsed: () => elapsed,
    now: () => wall,
    random,
    after(ms, work) {
      const timer = { at: elapsed + ms, work }
      timers.push(timer)
      return () => void (timers = timers.filter((one) => one !== timer))
    },
    isOnline: () => isOnline,
    isHidden: () => isHidden,
    on(event, work, until) {
      const all = listeners.get(event) ?? new Set()
      listeners.set(event, all.add(work))
      until.addEventListener('abort', () => void all.delete(work))
    },
    async pass(ms) {
      const until = elapsed + ms
      for (;;) {
        await settle()
        const next = timers.toSorted((a, b) => a.at - b.at)[0]
        if (next === undefined || next.at > until) break
        timers = timers.filter((one) => one !== next)
        const step = Math.max(0, next.at - elapsed)
        elapsed += step
        wall += step
        next.work()
      }
      wall += until - elapsed
      elapsed = until
      await settle()
    },
    sleep(ms, goesOn = 'the wall only') {
      wall += ms
      if (goesOn === 'both') elapsed += ms
    },
    setClock: (byMs) => void (wall += byMs),
    goOffline: () => void (isOnline = false),
    goOnline() {
      isOnline = true
      happens('online')
    },
    hide: () => void (isHidden = true),
    show() {
      isHidden = false
      happens('visibilitychange')
    },
    happens,
    timers: () => timers.length,
    settled: settle,
  }
}
