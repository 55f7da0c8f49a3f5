/**
 * Metrics that rules give besides the eight, as they stand in a service's file: each is a metric of its own below `more`,
 * in the unit that its rule says, which the format cannot say but in words.
 */
import type { ShownMore } from '../shown-health.ts'
import { UNITS } from './format.ts'
import type { MmvMetric } from './layout.ts'
import { metricNames } from './names.ts'

export interface MoreName {
  readonly name: string
  readonly unit: string
}

/**
 * With these all of a file's metrics keep below 1,023 and its values below 10,000, of which Performance Co-Pilot reads
 * no more in one file: of parts each metric has a value for each part.
 */
export const MAX_MORE = 400
export const MAX_MORE_OF_PARTS = 30

const PREFIX = 'more.'
/** That of parts comes before it. */
const MAX_BYTES = 63 - `part.${PREFIX}`.length

/** Each once, also where several parts have it; who counts in another unit gives another metric. */
export function moreNames(all: readonly ShownMore[]): readonly MoreName[] {
  const found = new Map(
    all.map(({ name, metric: { unit } }) => [JSON.stringify([name, unit]), { name, unit }] as const),
  )
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

export function moreMetrics(more: readonly MoreName[]): readonly Omit<MmvMetric, 'domain' | 'type'>[] {
  const names = metricNames(
    more.map(({ name }) => name),
    MAX_BYTES,
  )
  return more.map(({ name, unit }, i) => ({
    name: `${PREFIX}${names[i] ?? ''}`,
    units: UNITS.none,
    help: `What rules give as ${name}${unit === '1' ? '' : `, in ${unit}`}.`,
  }))
}

export const valueIn = (more: readonly ShownMore[], wanted: MoreName): number | null =>
  more.find(({ name, metric }) => name === wanted.name && metric.unit === wanted.unit)?.metric.value ?? null
