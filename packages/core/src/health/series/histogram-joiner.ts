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

interface Waiting {
  readonly since: EpochMs
  readonly pieces: readonly Piece[]
}

export function createHistogramJoiner(): HistogramJoiner {
  const waiting = new Map<string, Waiting>()
  /** How many pieces each histogram had when it was whole last. */
  const sizes = new Map<string, number>()
  const isWhole = (key: string, pieces: readonly Piece[]): boolean => {
    const size = sizes.get(key)
    if (size === undefined && !pieces.some(isBucket)) return true
    return pieces.some(isOfAll) && pieces.length >= (size ?? 0)
  }
  const told = (key: string, pieces: readonly Piece[]): readonly JoinedReading[] => {
    if (!sizes.has(key) && sizes.size >= MAX_KNOWN) sizes.clear()
    if (pieces.some(isBucket)) sizes.set(key, pieces.length)
    waiting.delete(key)
    return joinPieces(pieces)
  }
  return {
    join(readings, limits, now) {
      const { others, groups } = groupedPieces(readings, limits)
      const joined: JoinedReading[] = [...others]
      for (const [key, pieces] of groups) {
        const before = waiting.get(key)
        const all = before === undefined ? pieces : withLater(before.pieces, pieces)
        if (isWhole(key, all)) joined.push(...told(key, all))
        else waiting.set(key, { since: before?.since ?? now, pieces: all })
      }
      for (const [key, { since, pieces }] of waiting) {
        const isLong =
          now - since >= (pieces.some(isBucket) && !pieces.some(isOfAll) ? WAITS_FOR_ALL_MS : WAITS_MS)
        // A clock that was set back says nothing of how long it was.
        if (isLong || since > now) joined.push(...told(key, pieces))
      }
      return joined
    },
  }
}

const isBucket = ({ role }: Piece): boolean => role === 'bucket'
const isOfAll = ({ role, bound }: Piece): boolean => role === 'bucket' && bound === Infinity

/** Of a piece that comes again before the others came what both say is added up. */
function withLater(before: readonly Piece[], later: readonly Piece[]): readonly Piece[] {
  const all = new Map(before.map((piece) => [`${piece.role} ${piece.bound}`, piece]))
  for (const piece of later) {
    const name = `${piece.role} ${piece.bound}`
    const known = all.get(name)
    all.set(name, known === undefined ? piece : { ...piece, reading: added(known.reading, piece.reading) })
  }
  return [...all.values()]
}

const added = (a: SeriesReading, b: SeriesReading): SeriesReading => ({
  ...b,
  from: a.from < b.from ? a.from : b.from,
  to: a.to > b.to ? a.to : b.to,
  samples: a.samples + b.samples,
  sum: a.sum + b.sum,
})
