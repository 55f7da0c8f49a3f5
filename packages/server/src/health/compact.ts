/** Adds cells of the store up to longer ones once they are older than they are kept for, a service at a time. */
import { RESOLUTIONS } from '@holdfast/core/health'
import { epochMs, type EpochMs, type ServiceName } from '@holdfast/core/units'
import type { HealthCell, Store } from '../store/store.ts'
import { addLasting, noTallies, readTallies, writeTallies, type NamedTallies } from './stored-tallies.ts'

type CellStore = Pick<Store, 'healthCells' | 'compactHealth'>

/** What is read at once. */
const CELLS_AT_ONCE = 5_000

interface Step {
  readonly lengthMs: number
  readonly keptMs: number
  /** Null where nothing longer is kept. */
  readonly longerMs: number | null
}

/** The store needs no cells in between: a tick's own become minutes, these ten minutes, and so on. */
const STEPS: readonly Step[] = RESOLUTIONS.filter(({ isStored }) => isStored).map(
  ({ ms, keptMs }, i, stored): Step => ({
    lengthMs: i === 0 ? 0 : ms,
    keptMs,
    longerMs: stored[i + 1]?.ms ?? null,
  }),
)

/** Of the cells that the store has, the shortest first. */
export const STORED_LENGTHS: readonly number[] = STEPS.map(({ lengthMs }) => lengthMs)

export async function compactHealth(store: CellStore, now: EpochMs): Promise<void> {
  for (const step of STEPS) {
    const edge = step.longerMs ?? step.lengthMs
    const before = epochMs(Math.floor((now - step.keptMs) / edge) * edge)
    while (await compactSome(store, step, before));
  }
}

/** True while there is more. */
async function compactSome(store: CellStore, step: Step, before: EpochMs): Promise<boolean> {
  const { lengthMs, longerMs } = step
  const [oldest] = await store.healthCells({ lengthMs, before, limit: 1 })
  if (oldest === undefined) return false
  const { service } = oldest
  const cells = await store.healthCells({ service, lengthMs, before, limit: CELLS_AT_ONCE })
  const last = cells.at(-1)
  // A longer cell is made of all that it holds or not at all.
  const until =
    last === undefined || cells.length < CELLS_AT_ONCE
      ? before
      : epochMs(Math.floor(last.at / (longerMs ?? 1)) * (longerMs ?? 1))
  const whole = cells.filter(({ at }) => at < until)
  const into = longerMs === null ? [] : longerCells(service, whole, longerMs)
  await store.compactHealth({ service, lengthMs, before: until, into })
  return whole.length > 0
}

function longerCells(
  service: ServiceName,
  cells: readonly HealthCell[],
  lengthMs: number,
): readonly HealthCell[] {
  const sums = new Map<number, NamedTallies>()
  for (const { at, tallies } of cells) {
    const read = readTallies(tallies)
    const from = Math.floor(at / lengthMs) * lengthMs
    if (read !== null) sums.set(from, addLasting(sums.get(from) ?? noTallies, read))
  }
  return [...sums].map(([from, sum]) => ({
    service,
    lengthMs,
    at: epochMs(from),
    tallies: writeTallies(sum),
  }))
}
