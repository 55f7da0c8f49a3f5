/** An hour of a part as it is kept: cells of two seconds, among them some slow ones, and every value beside it. */
import { createTimeline, noTally, type Timeline } from '@holdfast/core/health'
import { distributionOf, lognormal, seededRandom } from '@holdfast/core/stats'
import { branded, epochMs, type LevelName } from '@holdfast/core/units'

export const CELL_MS = 2_000
export const HOUR_MS = 3_600_000
export const BEGIN: number = Date.UTC(2026, 10, 27, 9)

const SEED = 11
const OPERATIONS_IN_A_CELL = 20
const MEAN_MS = 100
const SIGMA = 0.6
/** One cell in twenty is so much slower. */
const SLOW_SHARE = 0.05
const SLOWER = 8
const LEVEL = branded<LevelName>('quick')

export interface Hour {
  readonly timeline: Timeline
  /** The values of each cell. */
  readonly cells: readonly (readonly number[])[]
}

export function hourOfOperations(): Hour {
  const random = seededRandom(SEED)
  const timeline = createTimeline()
  const cells = Array.from({ length: HOUR_MS / CELL_MS }, (_, cell) => {
    const factor = random.next() < SLOW_SHARE ? SLOWER : 1
    const values = Array.from({ length: OPERATIONS_IN_A_CELL }, () =>
      lognormal(random, factor * MEAN_MS, SIGMA),
    )
    timeline.add(epochMs(BEGIN + cell * CELL_MS), {
      ...noTally,
      seenMs: CELL_MS,
      readyMs: CELL_MS,
      arrivals: values.length,
      completed: values.length,
      takesIn: 2 * values.length,
      service: distributionOf(values),
      levels: { [LEVEL]: { met: values.length - 1, missed: 1 } },
    })
    return values
  })
  return { timeline, cells }
}
