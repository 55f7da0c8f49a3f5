/**
 * Keeps what was measured of all services by time, and sums it up for whoever asks, at that one's own interval. What
 * comes late goes to its own time as long as that is not settled (H1.20). The store has all of it, written with the
 * tick that measured it, so that a restart loses nothing.
 */
import { visitedParts } from '@holdfast/core/allocation'
import { createTimeline, unsettledFrom, type Rule, type Tally, type Timeline } from '@holdfast/core/health'
import { epochMs, type EpochMs } from '@holdfast/core/units'
import type { HealthCell, Store } from '../store/store.ts'
import { STORED_LENGTHS } from './compact.ts'
import { readTallies, writeTallies, type NamedTallies } from './stored-tallies.ts'
import { talliesOf, type MeasuredTick } from './tallies-of.ts'

export interface HealthKeeper {
  /** What a tick measured; null where it measured nothing. */
  measure(ticked: MeasuredTick): Measured | null
  /** Takes in what the store has. */
  restore(store: RestoreStore): Promise<void>
  /** A tick has begun, at this instant: what it measures is not kept before it is over. */
  begins(at: EpochMs): void
  /**
   * Who asks now for what is settled must ask as of this instant: what a tick that is not over yet measures may belong to
   * a time that is settled by the clock.
   */
  latestAsked(now: EpochMs): EpochMs
  /** The tick is over. The services that there are; the others are forgotten. */
  ticked(services: ReadonlySet<string>): void
  /** Null where nothing was measured of the service yet. */
  read(service: string, from: EpochMs, to: EpochMs): HealthReading | null
}

interface Measured {
  /** To be stored with the tick. */
  readonly cell: HealthCell
  /** To be called once it is stored: only then is anybody told of it. */
  keep(): void
}

export interface HealthReading extends NamedTallies {
  /** How often an operation of the service visits each part. */
  readonly visits: ReadonlyMap<string, number>
  /** Those in force at present: what their inputs came to is kept, and what is made of it is not. */
  readonly rules: readonly Rule[]
  /** Until when anything was measured at all. */
  readonly latest: EpochMs | null
}

/** Instances come and go: what was measured of one is let go so long after it was last there. */
const INSTANCE_KEPT_MS = 3_600_000

type RestoreStore = Pick<Store, 'healthCells' | 'serviceRecords'>

/** What is read at once. */
const CELLS_AT_ONCE = 1_000

interface Kept {
  visits: ReadonlyMap<string, number>
  rules: readonly Rule[]
  readonly service: Timeline
  readonly parts: Map<string, Timeline>
  readonly instances: Map<string, Timeline>
}

export function createHealthKeeper(): HealthKeeper {
  const services = new Map<string, Kept>()
  let begunAt: EpochMs | null = null
  const keptOf = (name: string): Kept => {
    const kept = services.get(name) ?? nothingKept()
    services.set(name, kept)
    return kept
  }
  return {
    measure(ticked) {
      const tallies = talliesOf(ticked)
      if (tallies === null) return null
      const { service } = ticked.resolved
      const at = instantOf(ticked)
      return {
        cell: { service: service.name, lengthMs: 0, at, tallies: writeTallies(tallies) },
        keep() {
          const kept = keptOf(service.name)
          kept.rules = ticked.resolved.rules
          kept.visits = new Map(visitedParts(service).map(({ part, visits }) => [part.name, visits]))
          add(kept, tallies, at)
          forget(kept, ticked.at)
        },
      }
    },
    async restore(store) {
      for await (const { service, at, lengthMs, tallies } of storedCells(store)) {
        const read = readTallies(tallies)
        if (read !== null) add(keptOf(service), read, at, lengthMs === 0 ? undefined : lengthMs)
      }
    },
    begins(at) {
      begunAt = at
    },
    latestAsked: (now) => epochMs(Math.min(now, begunAt ?? now)),
    ticked(present) {
      begunAt = null
      for (const name of services.keys()) if (!present.has(name)) services.delete(name)
    },
    read(name, from, to) {
      const kept = services.get(name)
      if (kept === undefined) return null
      const readAll = (timelines: ReadonlyMap<string, Timeline>): readonly (readonly [string, Tally])[] =>
        [...timelines].map(([of, timeline]) => [of, timeline.read(from, to)])
      return {
        service: kept.service.read(from, to),
        parts: new Map(readAll(kept.parts)),
        // Not before somebody asks for them: there may be many more of them than parts.
        get instances() {
          return new Map(readAll(kept.instances).filter(([, tally]) => tally.seenMs + tally.readyMs > 0))
        },
        visits: kept.visits,
        rules: kept.rules,
        latest: kept.service.latest(),
      }
    },
  }
}

/** Some at a time: all of them would not be small. */
async function* storedCells(store: RestoreStore): AsyncGenerator<HealthCell> {
  for (const { service } of await store.serviceRecords()) {
    for (const lengthMs of STORED_LENGTHS) {
      let from = epochMs(0)
      let cells: readonly HealthCell[]
      do {
        cells = await store.healthCells({ service, lengthMs, from, limit: CELLS_AT_ONCE })
        yield* cells
        // Of one length there is one cell at an instant.
        from = epochMs((cells.at(-1)?.at ?? 0) + 1)
      } while (cells.length === CELLS_AT_ONCE)
    }
  }
}

const nothingKept = (): Kept => ({
  visits: new Map(),
  rules: [],
  service: createTimeline(),
  parts: new Map(),
  instances: new Map(),
})

/** The middle of what was measured; after a long pause what is not settled yet. */
const instantOf = ({ observation: { span }, at }: MeasuredTick): EpochMs =>
  epochMs(Math.max(Math.round((span.from + span.to) / 2), unsettledFrom(at)))

function add(
  { service, parts, instances }: Kept,
  tallies: NamedTallies,
  at: EpochMs,
  lengthMs?: number,
): void {
  service.add(at, tallies.service, lengthMs)
  addAll(parts, tallies.parts, at, lengthMs)
  addAll(instances, tallies.instances, at, lengthMs)
}

function addAll(
  timelines: Map<string, Timeline>,
  tallies: ReadonlyMap<string, Tally>,
  at: EpochMs,
  lengthMs: number | undefined,
): void {
  for (const [name, tally] of tallies) {
    const timeline = timelines.get(name) ?? createTimeline()
    timelines.set(name, timeline)
    timeline.add(at, tally, lengthMs)
  }
}

function forget({ service, parts, instances }: Kept, now: EpochMs): void {
  for (const timeline of [service, ...parts.values(), ...instances.values()]) timeline.forget(now)
  for (const [id, timeline] of instances)
    if (now - (timeline.latest() ?? 0) > INSTANCE_KEPT_MS) instances.delete(id)
}
