/** Sources and their series as the API says them. */
import { formatInstant, type EpochMs } from '@holdfast/core/units'
import type { KnownSeries } from '@holdfast/core/health'
import type { SourceStatus } from '../../sources/index.ts'
import type { SeriesView, SourceStatusView } from '../api.ts'

/** What is pushed comes every minute at the latest, unless its sender is gone. */
const SILENT_MS = 150_000

export function sourceStatusView(status: SourceStatus, now: EpochMs): SourceStatusView {
  const { name, declared, run, arrivedAt, series, faults, believedAbout } = status
  return {
    name,
    reads: declared?.reads.kind ?? 'pushed',
    part: declared?.part ?? null,
    everyMs: declared?.every ?? null,
    state: stateOf(status, now),
    says: run?.says ?? (isUnderstood(status) ? null : 'Nothing that it says could be understood.'),
    lastAt: arrivedAt === null ? null : formatInstant(arrivedAt),
    rounds: run?.rounds ?? null,
    failedRounds: run?.failed ?? null,
    series,
    faults: Object.entries(faults)
      .map(([kind, times]) => ({ kind, times }))
      .toSorted((a, b) => b.times - a.times),
    believedAbout: believedAbout.map((part) => part ?? 'service').toSorted(),
  }
}

/** A source that says something, none of which can be read, is no better than one that cannot be reached. */
const isUnderstood = ({ series, faults }: SourceStatus): boolean =>
  series > 0 || (faults.malformed ?? 0) === 0

function stateOf(status: SourceStatus, now: EpochMs): SourceStatusView['state'] {
  const { run, arrivedAt } = status
  if (run !== null) {
    if (run.rounds === 0) return 'waiting'
    return run.says === null && isUnderstood(status) ? 'well' : 'failing'
  }
  return arrivedAt !== null && now - arrivedAt <= SILENT_MS ? 'well' : 'silent'
}

export const seriesView = ({ series, last, lastAt }: KnownSeries): SeriesView => ({
  name: series.name,
  labels: series.labels,
  kind: series.kind,
  unit: series.unit,
  part: series.about.part,
  instance: series.about.instance,
  last: series.kind === 'distribution' ? null : last,
  lastAt: formatInstant(lastAt),
})
