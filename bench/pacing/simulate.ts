/** Runs a policy over a world in the order of time and adds up updates and wrongness. */
import type { World } from './world.ts'

/** Told of an update of client i, and whether something had changed; null at first contact. Answers the interval. */
export interface Policy {
  next(client: number, at: number, changed: boolean | null): number
}

export interface Outcome {
  readonly updatesPerHour: number
  /** The share of time that was wrong: of all, of the worst class, of the client at the 95th percentile. */
  readonly mean: number
  readonly worst: number
  readonly p95: number
  readonly classes: Readonly<Record<string, number>>
}

export const MOST_MS = 4 * 3_600_000

export function simulate(world: World, policy: Policy): Outcome {
  const { clients } = world
  const stale = new Float64Array(clients.length)
  const due = clients.map(({ from }) => from)
  const last = Float64Array.from(due)
  const queue = dueQueue(due)
  let updates = 0
  for (;;) {
    const i = queue.top()
    const at = due[i] ?? Infinity
    const one = clients[i]
    if (one === undefined || at === Infinity) break
    if (at >= one.to) {
      stale[i] = (stale[i] ?? 0) + one.observe(last[i] ?? 0, one.to).staleMs
      due[i] = Infinity
    } else {
      updates += 1
      let changed: boolean | null = null
      if (at > one.from) {
        const seen = one.observe(last[i] ?? 0, at)
        stale[i] = (stale[i] ?? 0) + seen.staleMs
        ;({ changed } = seen)
      }
      last[i] = at
      due[i] = one.dueAt(at, at + Math.min(MOST_MS, policy.next(i, at, changed)))
    }
    queue.settle()
  }
  return outcomeOf(world, stale, updates)
}

export function outcomeOf({ clients }: World, stale: Float64Array, updates: number): Outcome {
  const sums = new Map<string, { stale: number; time: number }>()
  let hours = 0
  const shares = clients.map(({ className, from, to }, i) => {
    const time = to - from
    hours += time / 3_600_000
    const sum = sums.get(className) ?? { stale: 0, time: 0 }
    sums.set(className, { stale: sum.stale + (stale[i] ?? 0), time: sum.time + time })
    return (stale[i] ?? 0) / time
  })
  const classes = Object.fromEntries([...sums].map(([name, sum]) => [name, sum.stale / sum.time]))
  const all = [...sums.values()].reduce((a, b) => ({ stale: a.stale + b.stale, time: a.time + b.time }))
  return {
    updatesPerHour: updates / hours,
    mean: all.stale / all.time,
    worst: Math.max(...Object.values(classes)),
    p95: shares.toSorted((a, b) => a - b)[Math.floor(0.95 * shares.length)] ?? 0,
    classes,
  }
}

/** A heap of clients by due time; only the top's time changes. */
function dueQueue(due: readonly number[]): { top(): number; settle(): void } {
  const heap = due.map((_, i) => i).sort((a, b) => (due[a] ?? 0) - (due[b] ?? 0))
  const key = (at: number): number => due[heap[at] ?? -1] ?? Infinity
  return {
    top: () => heap[0] ?? -1,
    settle() {
      let at = 0
      for (;;) {
        const left = 2 * at + 1
        const least = key(left + 1) < key(left) ? left + 1 : left
        if (least >= heap.length || key(least) >= key(at)) return
        const moved = heap[at] ?? 0
        heap[at] = heap[least] ?? 0
        heap[least] = moved
        at = least
      }
    },
  }
}
