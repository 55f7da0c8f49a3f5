/**
 * Clients that judge by themselves what is significant: each reports a change at once, though not within seconds of its last
 * update, and else gives a sign of life when it was told to. How many updates that takes for each change, and how wrong copies are.
 */
import { WatchEngine, type Watch } from '@holdfast/core/pacing'
import { seededRandom } from '@holdfast/core/stats'
import { branded, type WatchName } from '@holdfast/core/units'
import { firstAfter, type World } from './world.ts'

export interface EventDriven {
  readonly updatesPerChange: number
  readonly stale: number
}

const LEAST_MS = 5_000

const WATCH: Watch = {
  name: branded<WatchName>('changes'),
  parameters: [{ name: 'changes', type: 'number' }],
  significant: { kind: 'changed', parameter: 'changes' },
  wanted: { kind: 'stale', share: 0.1 },
  budgetPerSecond: null,
  limits: { leastMs: LEAST_MS, mostMs: 4 * 3_600_000 },
  firstGuessMs: 300_000,
  jitter: 0.1,
  classes: [],
  features: [],
  early: [{ kind: 'changed', parameter: 'changes' }],
  earlyIsAll: true,
  keptBy: 'server',
  mostClients: 100_000,
  forgetAfterMs: 7 * 86_400_000,
}

/** Of a world whose clients' changes are known. */
export function runEventDriven({ clients }: World): EventDriven {
  const start = Math.min(...clients.map(({ from }) => from))
  const engine = new WatchEngine(WATCH, { now: start, seed: 1 })
  const random = seededRandom(3)
  let [updates, changes, staleMs, timeMs] = [0, 0, 0, 0]
  for (const [i, { from, to, made }] of clients.entries()) {
    const times = made?.times ?? new Float64Array()
    changes += times.length
    timeMs += to - from
    let [at, known] = [from, 0]
    while (at < to) {
      const report = { parameters: { changes: known }, sendsEarly: true, changes: Number(at > from) }
      const { dueAt } = engine.update(`client-${i}`, report, at, random.next())
      updates += 1
      const changesAt = times[firstAfter(times, at)] ?? Infinity
      const reportsAt = Math.max(changesAt, at + LEAST_MS)
      if (reportsAt < dueAt) staleMs += Math.min(reportsAt, to) - Math.min(changesAt, to)
      at = Math.min(reportsAt, dueAt)
      known = firstAfter(times, at)
    }
  }
  return { updatesPerChange: updates / changes, stale: staleMs / timeMs }
}
