/**
 * Clients that can tell themselves what is significant: they send at once, at most every five seconds, and besides that
 * when the longest interval has passed.
 */
import { MOST_MS } from './simulate.ts'
import { firstAfter, type World } from './world.ts'

const LEAST_GAP_MS = 5_000

export function eventDriven({ clients }: World): {
  readonly updatesPerChange: number
  readonly stale: number
} {
  let updates = 0
  let changes = 0
  let staleMs = 0
  let timeMs = 0
  for (const { made, from, to } of clients) {
    const times = made?.times ?? new Float64Array()
    changes += times.length
    timeMs += to - from
    for (let last = from; last < to;) {
      const change = times[firstAfter(times, last)] ?? Infinity
      const at = Math.min(Math.max(change, last + LEAST_GAP_MS), last + MOST_MS, to)
      staleMs += Math.max(0, at - change)
      if (at < to) updates += 1
      last = at
    }
  }
  return { updatesPerChange: updates / changes, stale: staleMs / timeMs }
}
