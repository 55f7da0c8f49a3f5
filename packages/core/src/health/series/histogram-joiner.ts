/**
 * Puts histograms together that come in pieces at different times: a tick may fall between two lines of a body that is
 * being read, and a Prometheus that pushes sends the buckets of one histogram by several requests. What has come so far
 * waits for the rest, for a short time; counted by itself each piece would make operations that there were not.
 */
import type { EpochMs } from '../../units/index.ts'
import { groupedPieces, joinPieces, type JoinedReading, type Piece } from './join-histograms.ts'
import type { SeriesReading } from './series.ts'

/** Of one source. */
export interface HistogramJoiner {
  join(readings: readonly SeriesReading[], limits: readonly number[], now: EpochMs): readonly JoinedReading[]
}

/** For what usually comes too it is waited so long; what came is told then. */
const WAITS_MS = 10_000
/** Without the bucket of all values nothing is known of how many there were. */
const WAITS_FOR_ALL_MS = 300_000

/** Of more histograms nobody remembers how many pieces they have: what has the bucket of all values is taken for whole. */
const MAX_KNOWN = 20_000

/** So many readings of one piece wait; more are added up. */
const MAX_READINGS = 8

/** What has come of each piece, the earliest first, by the piece's name. */
type Pieces = ReadonlyMap<string, readonly Piece[]>

interface Waiting {
  readonly since: EpochMs
  readonly pieces: Pieces
}

export function createHistogramJoiner(): HistogramJoiner {
  const waiting = new Map<string, Waiting>()
  /** How many pieces each histogram had when it was whole last. */
  const sizes = new Map<string, number>()
  const told = (key: string, pieces: readonly Piece[]): readonly JoinedReading[] => {
    if (!sizes.has(key) && sizes.size >= MAX_KNOWN) sizes.clear()
    if (pieces.some(isBucket)) sizes.set(key, pieces.length)
    return joinPieces(pieces)
  }
  const take = (key: string, came: readonly Piece[], now: EpochMs): readonly JoinedReading[] => {
    const before = waiting.get(key)
    const size = sizes.get(key)
    if (size === undefined && before === undefined && !came.some(isBucket)) return joinPieces(came)
    const all = withLater(before?.pieces ?? new Map<string, readonly Piece[]>(), came)
    const until = [...all.keys()].some(isOfAll) && all.size >= (size ?? 0) ? commonEnd(all) : null
    if (until === null) {
      waiting.set(key, { since: before?.since ?? now, pieces: all })
      return []
    }
    const later = [...all].map(
      ([name, some]) => [name, some.filter((one) => one.reading.to > until)] as const,
    )
    const rest = later.filter(([, some]) => some.length > 0)
    if (rest.length === 0) waiting.delete(key)
    else waiting.set(key, { since: now, pieces: new Map(rest) })
    return told(key, togetherUntil(all, until))
  }
  return {
    join(readings, limits, now) {
      const { others, groups } = groupedPieces(readings, limits)
      const joined: JoinedReading[] = [...others]
      for (const [key, pieces] of groups) joined.push(...take(key, pieces, now))
      for (const [key, { since, pieces }] of waiting) {
        const names = [...pieces.keys()]
        const isCounted = names.some(isOfAll) || !names.some((name) => name.startsWith('bucket'))
        // A clock that was set back says nothing of how long it was.
        if (since <= now && now - since < (isCounted ? WAITS_MS : WAITS_FOR_ALL_MS)) continue
        waiting.delete(key)
        joined.push(...told(key, togetherUntil(pieces, Infinity)))
      }
      return joined
    },
  }
}

const isBucket = ({ role }: Piece): boolean => role === 'bucket'

const nameOf = ({ role, bound }: Piece): string => `${role} ${bound}`
const OF_ALL = 'bucket Infinity'
const isOfAll = (name: string): boolean => name === OF_ALL

function withLater(before: Pieces, later: readonly Piece[]): Pieces {
  const all = new Map(before)
  for (const piece of later) {
    const name = nameOf(piece)
    const some = [...(all.get(name) ?? []), piece]
    all.set(name, some.length > MAX_READINGS ? [together(some)] : some)
  }
  return all
}

/** The latest instant up to which all pieces are told of; null where there is none. */
function commonEnd(pieces: Pieces): number | null {
  const [first = [], ...others] = pieces.values()
  const ends = first.map(({ reading }) => reading.to).toReversed()
  return ends.find((end) => others.every((some) => some.some(({ reading }) => reading.to === end))) ?? null
}

const togetherUntil = (pieces: Pieces, until: number): readonly Piece[] =>
  [...pieces.values()].flatMap((some) => {
    const ended = some.filter(({ reading }) => reading.to <= until)
    return ended.length === 0 ? [] : [together(ended)]
  })

function together(some: readonly Piece[]): Piece {
  return some.reduce((sum, piece) => ({ ...piece, reading: added(sum.reading, piece.reading) }))
}

const added = (a: SeriesReading, b: SeriesReading): SeriesReading => ({
  ...b,
  from: a.from < b.from ? a.from : b.from,
  to: a.to > b.to ? a.to : b.to,
  samples: a.samples + b.samples,
  sum: a.sum + b.sum,
})
