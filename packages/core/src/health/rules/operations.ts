/**
 * What one source tells of operations over one span: of a service, a part or an instance. Where several sources tell
 * of the same, one of them is believed as long as it goes on (H1.16): together they would count each operation twice.
 */
import { emptyDistribution, mergeDistributions, type Distribution } from '../../stats/index.ts'
import { epochMs, type EpochMs } from '../../units/index.ts'
import type { About, JoinedReading } from '../series/index.ts'
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

/** Each source's of each thing that it tells of. */
export function operationsIn(readings: readonly JoinedReading[]): readonly OperationsTold[] {
  const groups = new Map<string, JoinedReading[]>()
  for (const reading of readings) {
    if (roleOf(reading.series) === null) continue
    const { source, about } = reading.series
    const key = `${source}/${about.part ?? ''}/${about.instance ?? ''}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [reading])
    else group.push(reading)
  }
  return [...groups.values()].flatMap(toldBy)
}

function toldBy(readings: readonly JoinedReading[]): readonly OperationsTold[] {
  const counting = believed(readings)
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
function believed(readings: readonly JoinedReading[]): readonly JoinedReading[] {
  for (const role of ['durations', 'counts'] as const) {
    const telling = readings.filter(({ series }) => roleOf(series) === role)
    const [name] = telling.map(({ series }) => series.name).toSorted()
    if (name !== undefined) return readings.filter(({ series }) => series.name === name || isUntimed(series))
  }
  return []
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
  counts.reduce((sum, { times }) => mergeDistributions(sum, times), emptyDistribution)

/** Who is believed about a thing, and when it told last. */
export interface Believed {
  readonly source: string
  readonly at: EpochMs
}

/** One that was silent for so long gives way to another. */
const GIVES_WAY_MS = 90_000

/**
 * The source that is believed from now on, or null where none tells. `order`: whom to prefer, where nobody is believed
 * yet or whoever was has been silent.
 */
export function believe(
  before: Believed | null,
  telling: readonly string[],
  now: EpochMs,
  order: (source: string) => number,
): Believed | null {
  if (before !== null && telling.includes(before.source)) return { source: before.source, at: now }
  if (before !== null && now - before.at < GIVES_WAY_MS) return before
  const [best] = telling.toSorted((a, b) => order(a) - order(b) || (a < b ? -1 : 1))
  return best === undefined ? before : { source: best, at: now }
}
