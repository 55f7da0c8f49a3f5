// Goal: two servers that share a store and a key answer clients that carry their state as one server does that keeps them.
// Method: seeded clients, time that the test passes, a real store, servers that exchange what they learned.
import { createSecretKey } from 'node:crypto'
import { exponential, seededRandom } from '@holdfast/core/stats'
import { epochMs } from '@holdfast/core/units'
import { expect, it } from 'vitest'
import { openStore } from '../store/open-store.ts'
import { createPacingKeeper, type PacingKeeper } from './pacing-keeper.ts'
import { takeUpdate } from './take-updates.ts'
import { declaredWatch, PLAYERS } from './testing/test-watch.ts'

const START = 1_764_547_200_000
const HOUR = 3_600_000
const KEYS = [{ number: 1, secret: createSecretKey(Buffer.alloc(32, 7)) }]
const CLIENTS = 200
const HOURS = 8
const SETTLED_HOURS = 4

const seconds = (at: number): number => Math.floor(at / 1_000)

/** The mean interval that clients were told, and updates a second, once all was learned. */
async function run(
  keptBy: 'server' | 'client',
  servers: number,
  budgetPerSecond: number | null = null,
): Promise<{ readonly meanMs: number; readonly perSecond: number }> {
  await using store = await openStore(':memory:')
  await store.migrate()
  const declared = declaredWatch({
    keptBy,
    budgetPerSecond,
    ...(budgetPerSecond === null ? {} : { wanted: null }),
    significant: { kind: 'changed', parameter: 'rtt' },
    parameters: PLAYERS.parameters.slice(0, 1),
  })
  const keepers: PacingKeeper[] = []
  for (let i = 0; i < servers; i += 1) {
    const keeper = createPacingKeeper(store, `server-${i}`)
    await keeper.follow([declared], epochMs(START))
    keepers.push(keeper)
  }
  const clients = Array.from({ length: CLIENTS }, (_, i) => {
    const random = seededRandom(i + 1)
    const dwell = i % 10 === 0 ? 60_000 : 300_000
    return {
      name: `c${i}`,
      random,
      dwell,
      state: 0,
      changesAt: START + exponential(random, dwell),
      token: undefined as string | undefined,
    }
  })
  const due = new Map<number, typeof clients>()
  const put = (client: (typeof clients)[number], at: number): void => {
    due.set(seconds(at), [...(due.get(seconds(at)) ?? []), client])
  }
  const first = seededRandom(99)
  for (const client of clients) put(client, START + first.next() * 60_000)
  let [told, count, turn] = [0, 0, 0]
  for (let second = seconds(START); second < seconds(START + HOURS * HOUR); second += 1) {
    const now = epochMs(second * 1_000)
    for (const client of due.get(second) ?? []) {
      while (client.changesAt <= now) {
        client.state += 1
        client.changesAt += exponential(client.random, client.dwell)
      }
      const watch = keepers[turn++ % servers]?.watch('players')
      if (watch === null || watch === undefined) throw new Error('The watch is not at work.')
      const update = {
        client: client.name,
        token: client.token,
        report: { parameters: { rtt: client.state } },
      }
      const { outcome, token } = takeUpdate(watch, update, { now, chance: () => 0.5, keys: KEYS })
      client.token = token ?? undefined
      put(client, Math.max(outcome.dueAt, now + 1_000))
      if (now < START + SETTLED_HOURS * HOUR) continue
      told += outcome.dueAt - now
      count += 1
    }
    due.delete(second)
    if (second % 2 === 0) for (const keeper of keepers) await keeper.tick(now)
  }
  return { meanMs: told / count, perSecond: count / ((HOURS - SETTLED_HOURS) * 3_600) }
}

it('gives the same intervals with two servers and tokens as one server that keeps its clients, within a per cent or two', async () => {
  const kept = await run('server', 1)
  const carried = await run('client', 2)
  expect(carried.meanMs / kept.meanMs).toBeGreaterThan(0.98)
  expect(carried.meanMs / kept.meanMs).toBeLessThan(1.02)
})

it('divides a budget among servers by what each takes', async () => {
  const { perSecond } = await run('client', 2, 2)
  expect(perSecond).toBeGreaterThan(1.85)
  expect(perSecond).toBeLessThan(2.15)
})
