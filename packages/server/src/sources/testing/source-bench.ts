/** What tests of sources share: a source that is declared, a table that it writes to, and what it came to. */
import { createSeriesTable, type SeriesReading, type SeriesTable } from '@holdfast/core/health'
import { durationMs, epochMs, parseName, type EpochMs, type Name } from '@holdfast/core/units'
import { noMemory } from '../source-memory.ts'
import type { OpenedSource, SourceGiven, SourceInstance, SourceReads } from '../source.ts'

export const T: EpochMs = epochMs(1_800_000_000_000)
export const after = (seconds: number): EpochMs => epochMs(T + seconds * 1_000)

export interface SourceBench {
  readonly table: SeriesTable
  readonly given: SourceGiven
  instances: readonly SourceInstance[]
  /** One round, with a time of its own. */
  round(source: OpenedSource, at?: EpochMs, signal?: AbortSignal): Promise<void>
  /** What was told since the last time. */
  drained(at?: EpochMs): readonly SeriesReading[]
  /** The last values of what was told, by name and labels. */
  lasts(at?: EpochMs): Record<string, number>
}

export interface BenchOf {
  readonly part?: string | null
  readonly timeoutMs?: number
  readonly maxSeries?: number
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- callers say which kind of name
export const named = <Kind extends Name>(text: string): Kind => {
  const parsed = parseName<Kind>(text)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.value
}

export function sourceBench(
  reads: SourceReads,
  { part = 'web', timeoutMs = 5_000, maxSeries = 1_000 }: BenchOf = {},
): SourceBench {
  const table = createSeriesTable({ source: 'tested', maxSeries, latestMs: 60_000 })
  const bench: SourceBench = {
    table,
    instances: [],
    given: {
      declared: {
        name: named('tested'),
        service: named('shop'),
        part: part === null ? null : named(part),
        every: durationMs(10_000),
        timeout: durationMs(timeoutMs),
        reads,
      },
      sink: table,
      memory: noMemory,
      instances: () => Promise.resolve(bench.instances),
    },
    round: (source, at = T, signal = AbortSignal.timeout(timeoutMs)) => source.round(at, signal),
    drained: (at = after(1)) => table.drain(at),
    lasts: (at = after(1)) =>
      Object.fromEntries(
        table
          .drain(at)
          .map(({ series, last, distribution }) => [
            nameOf(series.name, series.labels),
            distribution === null ? last : distribution.count,
          ]),
      ),
  }
  return bench
}

function nameOf(name: string, labels: Readonly<Record<string, string>>): string {
  const written = Object.entries(labels).map(([label, value]) => `${label}=${value}`)
  return written.length === 0 ? name : `${name}{${written.join(',')}}`
}
