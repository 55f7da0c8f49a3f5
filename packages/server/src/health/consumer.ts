/**
 * Reads for a named consumer all that was measured since it read last: it misses nothing and sees nothing twice, also
 * across a restart and however seldom it reads (H1.19). It reads only what is settled.
 */
import { noTally, SETTLED_MS, tallyWithout, type Interval, type Tally } from '@holdfast/core/health'
import { epochMs, type EpochMs, type ServiceName } from '@holdfast/core/units'
import type { HealthConsumer, Store } from '../store/store.ts'
import type { HealthKeeper, HealthReading } from './keeper.ts'
import { noTallies, readTallies, writeTallies, type NamedTallies } from './stored-tallies.ts'

export interface ConsumerRead {
  readonly interval: Interval
  /** Null where nothing was measured of the service yet. */
  readonly reading: HealthReading | null
}

export interface ReadFor {
  readonly service: ServiceName
  readonly consumer: string
  /** What is stored of it; null where it is new. */
  readonly known: HealthConsumer | null
  readonly now: EpochMs
}

interface Dependencies {
  readonly store: Pick<Store, 'moveHealthConsumer'>
  readonly health: Pick<HealthKeeper, 'read' | 'latestAsked'>
}

/** What a new consumer begins with. */
const FIRST_MS = 60_000
const HOUR_MS = 3_600_000
/** A little less than the finest cells are kept for. */
const FINE_MS = HOUR_MS - 60_000

/** Null where somebody else reads under the same name at the same time. */
export async function readForConsumer(
  { store, health }: Dependencies,
  { service, consumer, known, now }: ReadFor,
): Promise<ConsumerRead | null> {
  const to = epochMs(Math.max(health.latestAsked(now) - SETTLED_MS, known?.readUntil ?? 0))
  const from = known?.readUntil ?? epochMs(to - FIRST_MS)
  const reading =
    known === null || now - from < FINE_MS
      ? health.read(service, from, to)
      : sinceHour(health, { service, to, known })
  const moved = await store.moveHealthConsumer(
    { service, name: consumer, readUntil: to, readOfHour: readOfHour(health, service, to) },
    known?.readUntil ?? null,
  )
  return moved ? { interval: { from, to }, reading } : null
}

const hourOf = (at: EpochMs): EpochMs => epochMs(Math.floor(at / HOUR_MS) * HOUR_MS)

const readOfHour = (health: Dependencies['health'], service: string, to: EpochMs): string => {
  const read = health.read(service, hourOf(to), to)
  return writeTallies(read === null ? noTallies : { ...read, instances: new Map() })
}

/** The hour in which it stopped is kept as a whole, so that what it has read of it is taken out. */
function sinceHour(
  health: Dependencies['health'],
  { service, to, known }: { readonly service: string; readonly to: EpochMs; readonly known: HealthConsumer },
): HealthReading | null {
  const all = health.read(service, hourOf(known.readUntil), to)
  const read = readTallies(known.readOfHour)
  return all === null || read === null ? all : { ...all, ...without(all, read) }
}

function without(all: NamedTallies, read: NamedTallies): NamedTallies {
  const parts = [...all.parts].map(([name, tally]): readonly [string, Tally] => [
    name,
    tallyWithout(tally, read.parts.get(name) ?? noTally),
  ])
  return {
    service: tallyWithout(all.service, read.service),
    parts: new Map(parts),
    // Instances of more than an hour ago are not kept.
    instances: new Map(),
  }
}
