/**
 * What a service's sources stand at, as JSON text that is stored with the tick: their cumulative series, who is
 * believed, and until when anything was told. With it a restart counts what came in between, and nothing twice.
 */
import {
  distributionJson,
  distributionOfJson,
  type Believed,
  type DistributionJson,
  type SeriesStanding,
} from '@holdfast/core/health'
import type { EpochMs, PartName, SourceName } from '@holdfast/core/units'

export interface Standing {
  readonly toldUntil: EpochMs | null
  readonly believed: ReadonlyMap<PartName | null, Believed>
  readonly sources: ReadonlyMap<SourceName, readonly SeriesStanding[]>
  /** What sources remember beside, in words of their own. */
  readonly memories: ReadonlyMap<SourceName, string>
}

/** Raise it whenever the form of what is stored changes. */
const FORM = 1

interface Stored {
  readonly form: number
  readonly toldUntil: EpochMs | null
  readonly believed: readonly (readonly [PartName | null, Believed])[]
  readonly sources: readonly (readonly [SourceName, readonly StoredSeries[]])[]
  readonly memories: readonly (readonly [SourceName, string])[]
}

interface StoredSeries extends Omit<SeriesStanding, 'distribution'> {
  readonly distribution: DistributionJson | null
}

/** More series than this are of something that nobody judges by; after a restart they begin anew. */
const MAX_SERIES = 5_000

export function writeStanding({ toldUntil, believed, sources, memories }: Standing): string {
  let room = MAX_SERIES
  const stored: Stored = {
    form: FORM,
    toldUntil,
    believed: [...believed],
    memories: [...memories],
    sources: [...sources].map(([name, all]) => {
      const some = all.slice(0, room)
      room -= some.length
      return [
        name,
        some.map(({ distribution, ...one }) => ({
          ...one,
          distribution: distribution === null ? null : distributionJson(distribution),
        })),
      ]
    }),
  }
  return JSON.stringify(stored)
}

/** Null where another release wrote it in another form. */
export function readStanding(text: string): Standing | null {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above and nowhere else
  const { form, toldUntil, believed, sources, memories } = JSON.parse(text) as Stored
  if (form !== FORM) return null
  return {
    toldUntil,
    believed: new Map(believed),
    memories: new Map(memories),
    sources: new Map(
      sources.map(([name, all]) => [
        name,
        all.map(({ distribution, ...one }) => ({
          ...one,
          distribution: distribution === null ? null : distributionOfJson(distribution),
        })),
      ]),
    ),
  }
}
