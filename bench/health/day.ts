/** What is kept of a day: the memory of a part, and how long a server takes to have it back when it starts. */
import { createTimeline, noTally, type Tally, type Timeline } from '@holdfast/core/health'
import { distributionOf, lognormal, seededRandom, type Distribution } from '@holdfast/core/stats'
import { branded, epochMs, type LevelName, type ServiceName } from '@holdfast/core/units'
import { createHealthKeeper } from '../../packages/server/src/health/index.ts'
import { writeTallies } from '../../packages/server/src/health/stored-tallies.ts'
import type { HealthCell } from '../../packages/server/src/store/store.ts'
import { median } from '../bench.ts'
import { usedBytes } from '../ingest/memory.ts'

const BEGIN = Date.UTC(2026, 10, 27)
const TICK_MS = 2_000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const SEED = 17
export const OPERATIONS_A_SECOND = 10

export interface DayOfPart {
  readonly bytes: number
  /** The same after every minute of it was asked for, and the whole of it. */
  readonly bytesOnceRead: number
}

export async function dayOfPart(parts: number): Promise<DayOfPart> {
  const random = seededRandom(SEED)
  const distributions = Array.from({ length: 4_096 }, () => times(random, TICK_MS))
  const day = (): Timeline => {
    const timeline = createTimeline()
    for (let at = BEGIN; at < BEGIN + DAY_MS; at += TICK_MS) {
      const service =
        distributions[Math.floor(random.next() * distributions.length)] ?? times(random, TICK_MS)
      timeline.add(epochMs(at), ofPart(service, TICK_MS, random.next()))
      timeline.forget(epochMs(at))
    }
    return timeline
  }
  // What is made once for all, and compiled, is not the part's.
  day().read(epochMs(BEGIN), epochMs(BEGIN + DAY_MS))
  const before = await usedBytes()
  const kept = Array.from({ length: parts }, day)
  const bytes = ((await usedBytes()) - before) / parts
  for (const timeline of kept) {
    for (let at = BEGIN; at < BEGIN + DAY_MS; at += MINUTE_MS)
      timeline.read(epochMs(at), epochMs(at + MINUTE_MS))
  }
  const bytesOnceRead = ((await usedBytes()) - before) / parts
  for (const timeline of kept) {
    const { completed } = timeline.read(epochMs(BEGIN), epochMs(BEGIN + DAY_MS))
    if (completed !== (DAY_MS * OPERATIONS_A_SECOND) / 1_000) throw new Error(`${completed} are kept.`)
  }
  return { bytes, bytesOnceRead }
}

type Random = ReturnType<typeof seededRandom>

function times(random: Random, ms: number, share = 1): Distribution {
  const operations = Math.max(1, Math.round((ms * OPERATIONS_A_SECOND * share) / 1_000))
  return distributionOf(Array.from({ length: operations }, () => lognormal(random, 100, 0.6)))
}

const ofPart = (service: Distribution, ms: number, waited: number): Tally => ({
  ...noTally,
  seenMs: ms,
  readyMs: ms,
  arrivals: service.count,
  completed: service.count,
  waitedMs: waited * service.count,
  servedMs: service.sum,
  insideMs: service.sum + waited * service.count,
  placesMs: 8 * ms,
  takesIn: 2 * service.count,
  service,
  sources: ['gateway'],
})

export const INSTANCES = 20
export const TICKS: number = HOUR_MS / TICK_MS
export const MINUTES: number = DAY_MS / MINUTE_MS

export interface Restoring {
  readonly seconds: number
  readonly bytesOfTick: number
  readonly bytesOfMinute: number
}

const service = branded<ServiceName>('shop')
const level = branded<LevelName>('quick')

/** Of processor time: an hour of ticks and a day of minutes of a service of one part. */
export async function restoring(rounds: number): Promise<Restoring> {
  const random = seededRandom(SEED)
  const cell = (ms: number, instances: number): string => {
    const all = times(random, ms)
    const one = (): Tally => ofPart(times(random, ms, 1 / INSTANCES), ms, random.next())
    const ofService: Tally = {
      ...ofPart(all, ms, 0),
      service: noTally.service,
      response: all,
      levels: { [level]: { met: all.count - 1, missed: 1 } },
    }
    return writeTallies({
      service: ofService,
      parts: new Map([['web', ofPart(all, ms, random.next())]]),
      instances: new Map(Array.from({ length: instances }, (_, i) => [`shop-web-1-${i}`, one()])),
    })
  }
  const cells = (lengthMs: number, many: number, everyMs: number): readonly HealthCell[] =>
    Array.from({ length: many }, (_, i) => ({
      service,
      lengthMs,
      at: epochMs(BEGIN + (lengthMs === 0 ? DAY_MS : 0) + i * everyMs),
      tallies: cell(everyMs, lengthMs === 0 ? INSTANCES : 0),
    }))
  const ticks = cells(0, TICKS, TICK_MS)
  const minutes = cells(MINUTE_MS, MINUTES, MINUTE_MS)
  const store = storeOf({ ticks, minutes })
  const seconds: number[] = []
  for (let round = -1; round < rounds; round++) {
    const before = process.cpuUsage()
    await createHealthKeeper().restore(store)
    const { user, system } = process.cpuUsage(before)
    if (round >= 0) seconds.push((user + system) / 1e6)
  }
  return { seconds: median(seconds), bytesOfTick: meanLength(ticks), bytesOfMinute: meanLength(minutes) }
}

const meanLength = (cells: readonly HealthCell[]): number =>
  cells.reduce((sum, { tallies }) => sum + tallies.length, 0) / cells.length

type RestoreStore = Parameters<ReturnType<typeof createHealthKeeper>['restore']>[0]

/** Reading from the store's own file is not what is measured. */
function storeOf(all: {
  readonly ticks: readonly HealthCell[]
  readonly minutes: readonly HealthCell[]
}): RestoreStore {
  return {
    serviceRecords: async () =>
      [{ service }] as unknown as Awaited<ReturnType<RestoreStore['serviceRecords']>>,
    healthCells: async ({ lengthMs, from = epochMs(0), limit = Infinity }) =>
      [...(lengthMs === 0 ? all.ticks : lengthMs === MINUTE_MS ? all.minutes : [])]
        .filter(({ at }) => at >= from)
        .slice(0, limit),
  }
}
