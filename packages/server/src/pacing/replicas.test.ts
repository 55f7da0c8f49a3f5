// Goal: two servers that share a store and a key answer clients that carry their state as one server does that keeps them.
// Method: seeded clients, time that the test passes, a real store, servers that exchange what they learned.
import { createSecretKey } from 'node:crypto'
import { exponential, seededRandom, type Random } from '@holdfast/core/stats'
import { epochMs, type EpochMs } from '@holdfast/core/units'
import { expect, it } from 'vitest'
import { openStore } from '../store/open-store.ts'
import type { DeclaredWatch } from './paced-watch.ts'
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

interface Client {
  readonly name: string
  readonly random: Random
  readonly dwell: number
  state: number
  changesAt: number
  token: string | undefined
}

interface Run {
  readonly keptBy: 'server' | 'client'
  readonly servers: number
  readonly budgetPerSecond?: number
}

const watchOf = ({ keptBy, budgetPerSecond }: Run): DeclaredWatch =>
  declaredWatch({
    keptBy,
    ...(budgetPerSecond === undefined ? {} : { budgetPerSecond, wanted: null }),
    significant: { kind: 'changed', parameter: 'rtt' },
    parameters: PLAYERS.parameters.slice(0, 1),
  })

function clientOf(i: number): Client {
  const random = seededRandom(i + 1)
  const dwell = i % 10 === 0 ? 60_000 : 300_000
  const changesAt = START + exponential(random, dwell)
  return { name: `c${i}`, random, dwell, state: 0, changesAt, token: undefined }
}

/** Its next update is due then. */
function report(client: Client, keeper: PacingKeeper | undefined, now: EpochMs): number {
  const watch = keeper?.watch('players')
  if (watch === null || watch === undefined) throw new Error('The watch is not at work.')
  while (client.changesAt <= now) {
    client.state += 1
    client.changesAt += exponential(client.random, client.dwell)
  }
  const update = { client: client.name, token: client.token, report: { parameters: { rtt: client.state } } }
  const { outcome, token } = takeUpdate(watch, update, { now, chance: () => 0.5, keys: KEYS })
  client.token = token ?? undefined
  return outcome.dueAt
}

/** The mean interval that clients were told, and updates a second, once all was learned. */
async function run(given: Run): Promise<{ readonly meanMs: number; readonly perSecond: number }> {
  await using store = await openStore(':memory:')
  await store.migrate()
  const keepers = Array.from({ length: given.servers }, (_, i) => createPacingKeeper(store, `server-${i}`))
  for (const keeper of keepers) await keeper.follow([watchOf(given)], epochMs(START))
  const due = new Map<number, Client[]>()
  const put = (client: Client, at: number): void => {
    due.set(seconds(at), [...(due.get(seconds(at)) ?? []), client])
  }
  const first = seededRandom(99)
  for (let i = 0; i < CLIENTS; i += 1) put(clientOf(i), START + first.next() * 60_000)
  let [told, count, turn] = [0, 0, 0]
  for (let second = seconds(START); second < seconds(START + HOURS * HOUR); second += 1) {
    const now = epochMs(second * 1_000)
    for (const client of due.get(second) ?? []) {
      const dueAt = report(client, keepers[turn++ % keepers.length], now)
      put(client, Math.max(dueAt, now + 1_000))
      if (now < START + SETTLED_HOURS * HOUR) continue
      told += dueAt - now
      count += 1
    }
    due.delete(second)
    if (second % 2 === 0) for (const keeper of keepers) await keeper.tick(now)
  }
  return { meanMs: told / count, perSecond: count / ((HOURS - SETTLED_HOURS) * 3_600) }
}

it('gives the same intervals with two servers and tokens as one server that keeps its clients, within what chance makes of what they learn', async () => {
  const kept = await run({ keptBy: 'server', servers: 1 })
  const carried = await run({ keptBy: 'client', servers: 2 })
  expect(carried.meanMs / kept.meanMs).toBeGreaterThan(0.96)
  expect(carried.meanMs / kept.meanMs).toBeLessThan(1.04)
})

it('divides a budget among servers by what each takes', async () => {
  const { perSecond } = await run({ keptBy: 'client', servers: 2, budgetPerSecond: 2 })
  expect(perSecond).toBeGreaterThan(1.85)
  expect(perSecond).toBeLessThan(2.15)
})
