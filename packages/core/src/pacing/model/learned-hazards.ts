/** What a hazard table says of clients, for people to look at: the cells that were seen enough. */
import { AGE_BUCKETS, AGE_EDGES, RATE_BUCKETS, rateBucketDwell } from './age-grid.ts'
import { KINDS, type Kind } from './behaviour.ts'
import { cellIndex, hazardOf, type HazardTable } from './hazard-table.ts'

export interface LearnedHazard {
  readonly kind: (typeof KINDS)[Kind]
  readonly dwellMs: number
  /** Changes it was learned from. */
  readonly changes: number
  /** Where each age begins, in mean dwell times, and changes in a mean dwell time from there on. */
  readonly ages: readonly { readonly from: number; readonly hazard: number }[]
}

/** Of fewer changes there is nothing to see but what was assumed. */
const LEAST_CHANGES = 10

export function learnedHazards(table: HazardTable): readonly LearnedHazard[] {
  return ([0, 1, 2] as const).flatMap((kind) =>
    Array.from({ length: RATE_BUCKETS }, (_, rate) => learnedHazard(table, kind, rate)).filter(
      ({ changes }) => changes >= LEAST_CHANGES,
    ),
  )
}

function learnedHazard(table: HazardTable, kind: Kind, rate: number): LearnedHazard {
  const from = cellIndex({ kind, rate }) * AGE_BUCKETS
  const changes = table.changes.subarray(from, from + AGE_BUCKETS).reduce((sum, one) => sum + one, 0)
  const hazard = hazardOf(table, { kind, rate })
  const ages = Array.from(AGE_EDGES, (edge, age) => ({ from: edge, hazard: hazard[age] ?? 0 }))
  return { kind: KINDS[kind], dwellMs: rateBucketDwell(rate), changes, ages }
}
