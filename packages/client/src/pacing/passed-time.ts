/** Time as it passes, with sleep in it, whatever becomes of the wall's clock. */
import type { PacingWorld } from './world.ts'

/**
 * The wall's clock is so far ahead of the other only after sleep, or when it was set, which cannot be told apart: what is
 * due then comes once, which is one update too soon at the worst.
 */
const SLEPT_MS = 30_000

/** Milliseconds that passed. It must be asked now and then, so that clocks that differ a little do not look like sleep. */
export function createPassedTime({ elapsed, now }: Pick<PacingWorld, 'elapsed' | 'now'>): () => number {
  let elapsedBefore = elapsed()
  let nowBefore = now()
  let passed = 0
  return () => {
    // Where there is no better clock, this one can be set back as well.
    const ran = Math.max(0, elapsed() - elapsedBefore)
    const walled = now() - nowBefore
    elapsedBefore = elapsed()
    nowBefore = now()
    passed += walled - ran > SLEPT_MS ? walled : ran
    return passed
  }
}
