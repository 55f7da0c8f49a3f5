/** A run over its time in a few hundred pieces: enough for a picture, whatever the length of the run. */
import type { InstanceCounts } from '@holdfast/core/allocation'
import type { ServiceObservation } from '@holdfast/core/health'
import type { DurationMs, PartName } from '@holdfast/core/units'

export interface Piece {
  /** Operations a second; null where no tick lies in the piece. */
  readonly load: number | null
  /** Mean instances that should be, by part. */
  readonly instances: Readonly<Record<PartName, number>>
  /** Share within the limit of the first level; null where nothing was counted. */
  readonly within: number | null
}

export interface Series {
  readonly duration: DurationMs
  readonly pieces: readonly Piece[]
}

export interface SeriesRecorder {
  add(observation: ServiceObservation, sinceBeginMs: number, counts: InstanceCounts): void
  series(): Series
}

/** As many as a picture has room for. */
const PIECES = 480

interface Sums {
  arrivals: number
  ms: number
  met: number
  missed: number
  ticks: number
  readonly instances: Record<PartName, number>
}

export function createSeries(duration: DurationMs): SeriesRecorder {
  const pieces: (Sums | undefined)[] = []
  return {
    add({ span, arrivals, levels }, sinceBeginMs, counts) {
      if (sinceBeginMs < 0) return
      const place = Math.min(PIECES - 1, Math.floor((sinceBeginMs / duration) * PIECES))
      const sums = pieces[place] ?? { arrivals: 0, ms: 0, met: 0, missed: 0, ticks: 0, instances: {} }
      pieces[place] = sums
      sums.arrivals += arrivals
      sums.ms += span.to - span.from
      sums.met += levels[0]?.met ?? 0
      sums.missed += levels[0]?.missed ?? 0
      sums.ticks += 1
      for (const [part, count] of Object.entries(counts))
        sums.instances[part as PartName] = (sums.instances[part as PartName] ?? 0) + count
    },
    series: () => ({ duration, pieces: Array.from(pieces, pieceOf) }),
  }
}

function pieceOf(sums: Sums | undefined): Piece {
  if (sums === undefined) return { load: null, instances: {}, within: null }
  const { arrivals, ms, met, missed, ticks, instances } = sums
  return {
    load: ms === 0 ? null : (arrivals * 1_000) / ms,
    instances: Object.fromEntries(Object.entries(instances).map(([part, sum]) => [part, sum / ticks])),
    within: met + missed === 0 ? null : met / (met + missed),
  }
}

/** All parts together; null where nothing is known. */
export function instancesOf({ load, instances }: Piece): number | null {
  return load === null ? null : Object.values(instances).reduce((sum, count) => sum + count, 0)
}

/** The same in fewer pieces: the mean of each, or the least where the worst is what counts. */
export function squeeze(
  values: readonly (number | null)[],
  into: number,
  by: 'mean' | 'least',
): readonly (number | null)[] {
  const count = Math.min(into, values.length)
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * values.length) / count)
    const to = Math.max(from + 1, Math.floor(((index + 1) * values.length) / count))
    const known = values.slice(from, to).filter((value) => value !== null)
    if (known.length === 0) return null
    return by === 'least' ? Math.min(...known) : known.reduce((sum, value) => sum + value, 0) / known.length
  })
}
