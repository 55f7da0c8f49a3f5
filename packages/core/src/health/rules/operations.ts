/**
 * What one source tells of operations over one span: of a service, a part or an instance. Where several sources tell
 * of the same, one of them is believed as long as it goes on (H1.16): together they would count each operation twice.
 */
import { emptyDistribution, mergeAll, type Distribution } from '../../stats/index.ts'
import { epochMs, type EpochMs } from '../../units/index.ts'
import type { About, JoinedReading } from '../series/index.ts'
import type { RankedName } from './believe.ts'
import { overIn } from './input-tally.ts'
import { classOf, endedAs, operationOf, roleOf } from './operation-series.ts'

export interface OperationCount {
  /** Null where the source does not tell them apart. */
  readonly operation: string | null
  readonly class: string | null
  readonly completed: number
  readonly failed: number
  readonly aborted: number
  /** Of completed ones, in milliseconds; empty where the source only counts. */
  readonly times: Distribution
  /** How many completed ones took longer than a limit. */
  readonly over: (limitMs: number) => { readonly over: number; readonly estimated: number }
}

export interface OperationsTold {
  readonly about: About
  readonly source: string
  readonly from: EpochMs
  readonly to: EpochMs
  readonly counts: readonly OperationCount[]
  /** Operations inside at once, added up over time; null where the source does not tell. */
  readonly insideMs: number | null
}

/** Of the names under which a teller says the same operations, the best first, the one that is believed now. */
export type ChooseName = (source: string, teller: string, names: readonly RankedName[]) => string | null

const theBest: ChooseName = (_source, _teller, names) => names[0]?.name ?? null

/** Each source's of each thing that it tells of, process by process where it tells them apart. */
export function operationsIn(
  readings: readonly JoinedReading[],
  choose: ChooseName = theBest,
): readonly OperationsTold[] {
  const groups = new Map<string, JoinedReading[]>()
  for (const reading of readings) {
    if (roleOf(reading.series) === null) continue
    const { source, about, labels } = reading.series
    const key = `${source}/${about.part ?? ''}/${about.instance ?? ''}/${labels[PROCESS] ?? ''}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [reading])
    else group.push(reading)
  }
  return [...groups].flatMap(([teller, all]) => toldBy(all, (source, names) => choose(source, teller, names)))
}

/** Each process instruments itself in its own way. */
const PROCESS = 'service.instance.id'

function toldBy(
  readings: readonly JoinedReading[],
  choose: (source: string, names: readonly RankedName[]) => string | null,
): readonly OperationsTold[] {
  const counting = believed(readings, choose)
  const inside = readings.filter(({ series }) => roleOf(series) === 'inside')
  const [first] = [...counting, ...inside]
  if (first === undefined) return []
  const { about, source } = first.series
  const spans = counting.length > 0 ? counting : inside
  return [
    {
      about,
      source,
      from: epochMs(Math.min(...spans.map(({ from }) => from))),
      to: epochMs(Math.max(...spans.map(({ to }) => to))),
      counts: counting.map(countOf),
      insideMs: inside.length === 0 ? null : inside.reduce((sum, reading) => sum + reading.sum, 0),
    },
  ]
}

/** Durations tell more than counts do, and each name once: a program may say the same under two. */
function believed(
  readings: readonly JoinedReading[],
  choose: (source: string, names: readonly RankedName[]) => string | null,
): readonly JoinedReading[] {
  const untimed = readings.filter(({ series }) => isUntimed(series))
  const counting = readings.filter(({ series }) => isCounting(series) && !isUntimed(series))
  const [first] = counting
  if (first === undefined) return untimed
  const ranks = new Map(counting.map(({ series }) => [series.name, rankOf(series)]))
  const names = [...ranks].map(([name, rank]) => ({ name, rank }))
  const name = choose(first.series.source, names.toSorted(byRank))
  return [...counting.filter(({ series }) => series.name === name), ...untimed]
}

const byRank = (a: RankedName, b: RankedName): number => a.rank - b.rank || (a.name < b.name ? -1 : 1)

const isCounting = (series: JoinedReading['series']): boolean => {
  const role = roleOf(series)
  return role === 'durations' || role === 'counts'
}

/** Of traces there may be some of the operations alone. */
function rankOf(series: JoinedReading['series']): number {
  if (roleOf(series) === 'counts') return 2
  return series.name.startsWith('trace.') ? 1 : 0
}

/** Our own name for operations of which the source does not say how long they took: no other series has these. */
const isUntimed = ({ name, kind }: JoinedReading['series']): boolean =>
  kind === 'counter' && name === 'http.server.requests'

function countOf(reading: JoinedReading): OperationCount {
  const { series, distribution } = reading
  const ended = endedAs(series)
  const times = distribution ?? emptyDistribution
  const operations = distribution === null ? reading.sum : distribution.count
  const isCompleted = ended === 'completed'
  return {
    operation: operationOf(series),
    class: classOf(series),
    completed: isCompleted ? operations : 0,
    failed: ended === 'failed' ? operations : 0,
    aborted: ended === 'aborted' ? operations : 0,
    times: isCompleted ? times : emptyDistribution,
    over: (limitMs) => (isCompleted ? overIn(reading, limitMs) : { over: 0, estimated: 0 }),
  }
}

export const timesOf = (counts: readonly OperationCount[]): Distribution =>
  mergeAll(counts.map(({ times }) => times))
