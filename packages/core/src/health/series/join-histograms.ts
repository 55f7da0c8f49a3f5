/**
 * Histograms that come as a counter for each bound are put together into distributions, so that whoever reads them
 * need not know how a source says them. Values between two bounds are taken to lie evenly between; how many exceeded
 * a bound stays exact. Times become milliseconds.
 */
import { bucketIndex, emptyDistribution, LEAST_INDEX, type Distribution } from '../../stats/index.ts'
import { epochMs } from '../../units/index.ts'
import { GREATEST_VALUE, type Series, type SeriesReading } from './series.ts'

/** A reading whose distribution, where it has one, is in milliseconds if it is of times. */
export interface JoinedReading extends SeriesReading {
  /** How many values exceeded a limit, exactly, for those limits of which that is known. */
  readonly overs: ReadonlyMap<number, number>
}

const NO_OVERS: ReadonlyMap<number, number> = new Map()

/** `limits` are those that values were counted against one by one. */
export function joinHistograms(
  readings: readonly SeriesReading[],
  limits: readonly number[],
): readonly JoinedReading[] {
  const { others, groups } = groupedPieces(readings, limits)
  return [...others, ...[...groups.values()].flatMap((pieces) => joinPieces(pieces))]
}

interface Grouped {
  /** What is no piece of anything. */
  readonly others: readonly JoinedReading[]
  /** By the histogram that they are pieces of, or may be. */
  readonly groups: ReadonlyMap<string, readonly Piece[]>
}

export function groupedPieces(readings: readonly SeriesReading[], limits: readonly number[]): Grouped {
  const groups = new Map<string, Piece[]>()
  const others: JoinedReading[] = []
  for (const reading of readings) {
    const piece = pieceOf(reading)
    if (piece === null) others.push({ ...reading, overs: oversOf(reading, limits) })
    else {
      const group = groups.get(piece.key)
      if (group === undefined) groups.set(piece.key, [piece])
      else group.push(piece)
    }
  }
  return { others, groups }
}

/** Sums and counts without a bucket are those of a summary, or plain counters: they stay what they are. */
export const joinPieces = (pieces: readonly Piece[]): readonly JoinedReading[] =>
  pieces.some(({ role }) => role === 'bucket')
    ? [joinedOf(pieces)]
    : pieces.map(({ reading }): JoinedReading => ({ ...reading, overs: NO_OVERS }))

function oversOf({ over }: SeriesReading, limits: readonly number[]): ReadonlyMap<number, number> {
  return over === null ? NO_OVERS : new Map(limits.map((limit, i) => [limit, over[i] ?? 0]))
}

export interface Piece {
  readonly key: string
  readonly base: string
  readonly role: 'bucket' | 'sum' | 'count'
  /** Of a bucket; infinity for all. */
  readonly bound: number
  readonly reading: SeriesReading
}

const ROLES = /^(.+)_(bucket|sum|count)$/

function pieceOf(reading: SeriesReading): Piece | null {
  const { series } = reading
  if (series.kind !== 'counter') return null
  const [, base, role] = ROLES.exec(series.name) ?? []
  if (base === undefined || (role !== 'bucket' && role !== 'sum' && role !== 'count')) return null
  const { le, ...labels } = series.labels
  if (role === 'bucket' && le === undefined) return null
  const bound = le === undefined || le === '+Inf' ? Infinity : Number(le)
  if (Number.isNaN(bound)) return null
  const { part, instance } = series.about
  const named = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const key = JSON.stringify([series.source, part, instance, base, named])
  return { key, base, role, bound, reading }
}

function joinedOf(pieces: readonly Piece[]): JoinedReading {
  const [first] = pieces
  if (first === undefined) throw new Error('A histogram has at least one piece.')
  const { series } = first.reading
  const { le: _, ...labels } = series.labels
  const toMs = millisecondsIn(series.unit, first.base)
  const buckets = pieces.filter(({ role }) => role === 'bucket').toSorted((a, b) => a.bound - b.bound)
  const ofAll = buckets.findLast(({ bound }) => bound === Infinity)
  const total = ofAll?.reading.sum ?? Math.max(0, ...buckets.map(({ reading }) => reading.sum))
  const said = pieces.find(({ role }) => role === 'sum')?.reading.sum
  const bounds = buckets.map(({ bound, reading }): Bound => ({
    upTo: bound * (toMs ?? 1),
    within: Math.min(total, reading.sum),
    ofAll: reading.last,
  }))
  const distribution = distributionOfBounds(bounds, said === undefined ? null : said * (toMs ?? 1))
  const joined: Series = {
    ...series,
    name: first.base,
    labels,
    kind: 'distribution',
    unit: toMs === null ? series.unit : 'ms',
  }
  const all = pieces.map(({ reading }) => reading)
  return {
    series: joined,
    from: epochMs(Math.min(...all.map(({ from }) => from))),
    to: epochMs(Math.max(...all.map(({ to }) => to))),
    samples: distribution.count,
    sum: distribution.sum,
    least: distribution.min,
    greatest: distribution.max,
    last: 0,
    distribution,
    over: null,
    overs: new Map(
      bounds
        .filter(({ upTo }) => upTo < Infinity)
        // Whoever counts in fractions does not count more over a limit than there were.
        .map(({ upTo, within }) => [upTo, Math.min(distribution.count, Math.round(total - within))]),
    ),
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, ms: 1, us: 0.001, ns: 0.000_001 }
const SUFFIXES: readonly (readonly [RegExp, number])[] = [
  [/_(seconds|s)$/, 1_000],
  [/_(milliseconds|millis|ms)$/, 1],
  [/_(microseconds|us)$/, 0.001],
  [/_(nanoseconds|ns)$/, 0.000_001],
]

/** What one of its unit is in milliseconds; null where it is no time. */
export function millisecondsIn(unit: string | null, name: string): number | null {
  if (unit !== null && unit !== '') return UNITS[unit] ?? null
  return SUFFIXES.find(([suffix]) => suffix.test(name))?.[1] ?? null
}

interface Bound {
  readonly upTo: number
  /** Values of the span that did not exceed it; those of lower bounds are among them. */
  readonly within: number
  /** The same since the counter began. */
  readonly ofAll: number
}

/** Where a bucket has more new values than this, each of so many places stands for several. */
const PLACES = 64
/** The fractions of its multiples lie as evenly as any, however many there are (the golden ratio's). */
const EVENLY = 0.618_033_988_749_894_8

function distributionOfBounds(bounds: readonly Bound[], said: number | null): Distribution {
  const placed = new Map<number, number>()
  let [count, zeroCount, sum, min, max] = [0, 0, 0, Infinity, 0]
  const place = (value: number, times: number): void => {
    const index = bucketIndex(value)
    count += times
    sum += value * times
    min = Math.min(min, value)
    max = Math.max(max, value)
    if (index < LEAST_INDEX) zeroCount += times
    else placed.set(index, (placed.get(index) ?? 0) + times)
  }
  let [below, within, ofAll] = [0, 0, 0]
  for (const bound of bounds) {
    const inside = Math.round(bound.within - within)
    if (inside > 0) {
      // Beyond the last bound nobody knows how far; below zero there is no value that a distribution holds.
      const upTo = bound.upTo > GREATEST_VALUE ? below : Math.max(0, bound.upTo)
      const before = bound.ofAll - ofAll - inside
      spread(inside, before, (fraction, times) => place(below + (upTo - below) * fraction, times))
    }
    below = bound.upTo === Infinity ? below : Math.max(0, bound.upTo)
    within = Math.max(within, bound.within)
    ofAll = bound.ofAll
  }
  if (count === 0) return emptyDistribution
  const indices = [...placed.keys()].toSorted((a, b) => a - b)
  const [offset = 0, last = -1] = [indices[0], indices.at(-1)]
  const buckets = Array.from({ length: last - offset + 1 }, (_, i) => placed.get(offset + i) ?? 0)
  return { count, zeroCount, sum: said ?? sum, min, max, offset: indices.length === 0 ? 0 : offset, buckets }
}

/** `before` values came into this bucket before these, so that those of all spans together lie evenly. */
function spread(values: number, before: number, put: (fraction: number, times: number) => void): void {
  if (values <= PLACES) {
    for (let i = 0; i < values; i++) put(fractionOf(before + i), 1)
    return
  }
  const each = Math.floor(values / PLACES)
  const more = values - each * PLACES
  for (let i = 0; i < PLACES; i++) put((i + 0.5) / PLACES, each + (i < more ? 1 : 0))
}

function fractionOf(nth: number): number {
  const fraction = (Math.max(0, nth) + 0.5) * EVENLY
  return fraction - Math.floor(fraction)
}
