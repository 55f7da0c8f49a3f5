/**
 * Goal: whoever reads what was measured gets all of it, once, at any pace, across restarts and however old it is (H1.18,
 * H1.19, H1.23). Method: hours of ticks over a real store, the keeper begun anew from it in between.
 */
import { settledInterval } from '@holdfast/core/health'
import { addDuration, durationMs, epochMs, type EpochMs } from '@holdfast/core/units'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '../store/open-store.ts'
import { tick } from '../store/store-samples.ts'
import type { Store } from '../store/store.ts'
import { compactHealth, createHealthKeeper, readForConsumer, type HealthKeeper } from './index.ts'
import type { MeasuredTick } from './tallies-of.ts'
import { tickAt, TICK_MS } from './testing/ticks.ts'

const BEGIN = epochMs(Date.UTC(2026, 10, 27, 9))
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Each tick measures ten operations, of which one is over its limit. */
const OPERATIONS = 10

let store: Store
let health: HealthKeeper
let generation: number

beforeEach(async () => {
  store = await openStore(':memory:')
  await store.migrate()
  health = createHealthKeeper()
  generation = 0
})
afterEach(() => store[Symbol.asyncDispose]())

const at = (ms: number): EpochMs => addDuration(BEGIN, durationMs(ms))

/** What the loop does at a tick. */
async function measureAt(ms: number): Promise<void> {
  const ticked = tickAt(at(ms))
  const measured = health.measure(ticked)
  if (measured === null) throw new Error('Every tick here measures something.')
  const { service } = measured.cell
  await store.commitTick({ ...tick(service, generation, at(ms)), health: [measured.cell] })
  generation += 1
  measured.keep()
}

async function restart(): Promise<void> {
  health = createHealthKeeper()
  await health.restore(store)
}

const service = tickAt(BEGIN).resolved.service.name

const readAs = async (consumer: string, ms: number) => {
  const known = await store.healthConsumer(service, consumer)
  return readForConsumer({ store, health }, { service, consumer, known, now: at(ms) })
}

test('Consumers at 7 s, at 5 min and since their last read get the same of an hour with a restart in the middle.', async () => {
  let bySevenSeconds = 0
  let byFiveMinutes = 0
  let sinceLastRead = 0
  let [sevens, fives] = [0, 0]
  const settled = 10_000
  let nextRead = 0
  for (let ms = TICK_MS; ms <= HOUR_MS + MINUTE_MS; ms += TICK_MS) {
    if (ms <= HOUR_MS) await measureAt(ms)
    if (ms === HOUR_MS / 2) await restart()
    const read = (from: number, to: number): number =>
      health.read(service, at(from), at(to))?.service.completed ?? 0
    for (; sevens + 7_000 <= ms - settled; sevens += 7_000) bySevenSeconds += read(sevens, sevens + 7_000)
    for (; fives + 5 * MINUTE_MS <= ms - settled; fives += 5 * MINUTE_MS)
      byFiveMinutes += read(fives, fives + 5 * MINUTE_MS)
    if (ms < nextRead) continue
    nextRead = ms + 1_000 + ((ms * 7_919) % 200_000)
    sinceLastRead += (await readAs('billing', ms))?.reading?.service.completed ?? 0
  }
  sinceLastRead += (await readAs('billing', HOUR_MS + 2 * MINUTE_MS))?.reading?.service.completed ?? 0
  const all = (HOUR_MS / TICK_MS) * OPERATIONS
  expect({ bySevenSeconds, byFiveMinutes, sinceLastRead }).toEqual({
    bySevenSeconds: all,
    byFiveMinutes: all,
    sinceLastRead: all,
  })
})

test('A consumer that reads once in hours misses nothing and is told nothing twice, though only longer cells are left.', async () => {
  for (let ms = TICK_MS; ms <= 3 * HOUR_MS; ms += TICK_MS) {
    await measureAt(ms)
    if (ms === 20 * MINUTE_MS) await readAs('audit', ms)
    if (ms % (30 * MINUTE_MS) === 0) await compactHealth(store, at(ms))
  }
  await restart()
  const read = await readAs('audit', 3 * HOUR_MS + MINUTE_MS)
  const first = 20 * MINUTE_MS - 10_000
  expect(read?.interval.from).toBe(at(first))
  const operations = ((3 * HOUR_MS - first) / TICK_MS) * OPERATIONS
  expect(read?.reading?.service.completed).toBe(operations)
  expect(read?.reading?.service.levels).toEqual({
    quick: { met: operations * 0.9, missed: operations * 0.1 },
  })
  expect(read?.reading?.parts.get('web')?.service.count).toBe(operations)
  expect((await readAs('audit', 3 * HOUR_MS + MINUTE_MS))?.reading?.service.completed).toBe(0)
})

test('What is old is kept as longer cells, and nothing of it is lost.', async () => {
  for (let ms = TICK_MS; ms <= 2 * HOUR_MS; ms += TICK_MS) await measureAt(ms)
  const before = health.read(service, BEGIN, at(2 * HOUR_MS))
  await compactHealth(store, at(2 * HOUR_MS))
  const cells = await store.healthCells({})
  const old = cells.filter(({ lengthMs }) => lengthMs === MINUTE_MS)
  expect([old.length, cells.length - old.length]).toEqual([60, 1_800])
  await restart()
  expect(health.read(service, BEGIN, at(2 * HOUR_MS))?.service).toEqual(before?.service)
})

test('What a source tells of half a minute is missed by nobody who reads while the tick that it came with is stored.', async () => {
  const [every, late, stored] = [30_000, 300, 250]
  let billed = 0
  let inWindows = 0
  let windows = 0
  const readAt = async (ms: number): Promise<void> => {
    billed += (await readAs('billing', ms))?.reading?.service.completed ?? 0
    const { to } = settledInterval(durationMs(7_000), health.latestAsked(at(ms)))
    for (; at(windows + 7_000) <= to; windows += 7_000)
      inWindows += health.read(service, at(windows), at(windows + 7_000))?.service.completed ?? 0
  }
  await readAt(0)
  for (let ms = TICK_MS; ms <= 5 * MINUTE_MS; ms += TICK_MS) {
    health.begins(at(ms + late))
    const ticked = tickAt(at(ms + late))
    const measured = ms % every === 0 ? health.measure(saidLast(ticked, every)) : null
    for (let later = late; later < late + stored; later += 50) await readAt(ms + later)
    measured?.keep()
    health.ticked(new Set([service]))
    for (let later = late + stored; later < TICK_MS; later += 150) await readAt(ms + later)
  }
  await readAt(6 * MINUTE_MS)
  expect({ billed, inWindows }).toEqual({ billed: 10 * OPERATIONS, inWindows: 10 * OPERATIONS })
})

/** Of so long the tick was told only now. */
function saidLast(ticked: MeasuredTick, ms: number): MeasuredTick {
  const span = { from: epochMs(ticked.at - ms), to: ticked.at }
  const { observation, measured } = ticked
  if (measured === null) throw new Error('Every tick here measures something.')
  return { ...ticked, observation: { ...observation, span }, measured: { ...measured, ...span } }
}

test('Of two who read under one name at once only one is told.', async () => {
  await measureAt(TICK_MS)
  await readAs('billing', MINUTE_MS)
  const both = await Promise.all([readAs('billing', 2 * MINUTE_MS), readAs('billing', 2 * MINUTE_MS)])
  expect(both.filter((one) => one !== null).length).toBe(1)
})

test('What a tick measured is told only once it is stored.', () => {
  const measured = health.measure(tickAt(at(TICK_MS)))
  expect(health.read(service, BEGIN, at(TICK_MS))).toBeNull()
  measured?.keep()
  expect(health.read(service, BEGIN, at(TICK_MS))?.service.completed).toBe(OPERATIONS)
})
