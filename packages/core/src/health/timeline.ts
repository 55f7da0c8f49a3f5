/**
 * What was counted of one subject, by time: cells of two seconds, and the same added up in ever longer ones, so
 * that any consumer's interval is the sum of few of them, whatever others ask for (H1.18). A tally belongs to the
 * cell of its instant, also when it comes late; times that do not touch never share one.
 */
import { epochMs, type DurationMs, type EpochMs } from '../units/index.ts'
import { Cells } from './cells.ts'
import { NumberedNames, tallyBytes } from './tally-bytes.ts'
import { createTallySum, type TallySum } from './tally-sum.ts'
import type { Tally } from './tally.ts'

/** How long cells are, and for how long they are kept (H1.23). */
export interface Resolution {
  readonly ms: number
  readonly keptMs: number
  /** False of cells that only make reading quick. */
  readonly isStored: boolean
}

export const CELL_MS = 2_000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Each divides the next one. */
export const RESOLUTIONS: readonly Resolution[] = [
  { ms: CELL_MS, keptMs: HOUR_MS, isStored: true },
  { ms: 10_000, keptMs: HOUR_MS, isStored: false },
  { ms: MINUTE_MS, keptMs: DAY_MS, isStored: true },
  { ms: 10 * MINUTE_MS, keptMs: 31 * DAY_MS, isStored: true },
  { ms: HOUR_MS, keptMs: 731 * DAY_MS, isStored: true },
]

/** The finest that is still kept of a time so long ago. */
const finestAfter = (ageMs: number): Resolution | undefined =>
  RESOLUTIONS.find(({ keptMs }) => ageMs <= keptMs)

/** The edge of the cells that are kept of that time, at it or before; null where none is kept. */
export function cellEdge(at: EpochMs, now: EpochMs): EpochMs | null {
  const finest = finestAfter(now - at)
  return finest === undefined ? null : epochMs(Math.floor(at / finest.ms) * finest.ms)
}

/** Whether intervals of this length still begin where a cell does after so long; among the shortest any may begin. */
export function isOnEdge(length: DurationMs, ageMs: number): boolean {
  const finest = finestAfter(ageMs)
  return finest !== undefined && (finest.ms === CELL_MS || length % finest.ms === 0)
}

export interface Timeline {
  /** `lengthMs` is that of one of the cells; without it the shortest holds the instant. */
  readonly add: (at: EpochMs, tally: Tally, lengthMs?: number) => void
  /**
   * All cells that begin in [from, to), so that intervals that follow one another share none and miss none. Where
   * only longer cells are kept, both lie on their edges.
   */
  readonly read: (from: EpochMs, to: EpochMs) => Tally
  /** The end of the latest cell that anything was counted in; null before anything was. */
  readonly latest: () => EpochMs | null
  /** Lets go of what is older than it is kept for, once longer cells hold it. */
  readonly forget: (now: EpochMs) => void
}

interface Level {
  readonly resolution: Resolution
  /** What was counted in cells of this length, and in shorter ones that are gone. */
  readonly own: Cells
  /** With what shorter cells hold, as it was last asked for; the same as `own` where they hold nothing. */
  readonly sums: Cells
  /** Before this nothing is left here. */
  goneBefore: number
}

const cellEnd = (at: EpochMs): number => (Math.floor(at / CELL_MS) + 1) * CELL_MS

export const createTimeline = (): Timeline => new Cellular()

class Cellular implements Timeline {
  readonly #names = new NumberedNames()
  readonly #levels: readonly Level[] = RESOLUTIONS.map((resolution) => ({
    resolution,
    own: new Cells(this.#names),
    sums: new Cells(this.#names),
    goneBefore: -Infinity,
  }))
  #oldest = Infinity
  #newest = -Infinity

  add(at: EpochMs, tally: Tally, lengthMs = CELL_MS): void {
    this.#oldest = Math.min(this.#oldest, at)
    this.#newest = Math.max(this.#newest, at)
    for (const { resolution, own, sums } of this.#levels) {
      const place = Math.floor(at / resolution.ms)
      sums.forget(place)
      if (resolution.ms === lengthMs) this.#addTo(own, place, tally)
    }
  }

  read(from: EpochMs, to: EpochMs): Tally {
    const sum = createTallySum()
    this.#sumUp(sum, this.#levels.length - 1, from, to)
    return sum.total()
  }

  latest(): EpochMs | null {
    return this.#newest === -Infinity ? null : epochMs(cellEnd(epochMs(this.#newest)))
  }

  forget(now: EpochMs): void {
    for (const [depth, level] of this.#levels.entries()) this.#forgetAt(depth, level, now)
  }

  #addTo(own: Cells, place: number, tally: Tally): void {
    const bytes = tallyBytes(tally, this.#names)
    if (own.stateOf(place) !== 'held') return own.hold(place, bytes)
    const sum = createTallySum()
    own.addTo(sum, place)
    sum.add(new DataView(bytes.buffer, bytes.byteOffset), 0, this.#names)
    own.hold(place, tallyBytes(sum.total(), this.#names))
  }

  /**
   * Goes through the fewest cells that make up the time: the longest that fit in the middle, ever shorter ones to
   * both ends.
   */
  #sumUp(sum: TallySum, depth: number, from: number, to: number): void {
    if (depth < 0 || from >= to) return
    const ms = RESOLUTIONS[depth]?.ms ?? CELL_MS
    // Of the finest cells those belong to the time that begin in it.
    const first = Math.ceil(from / ms)
    const last = depth === 0 ? Math.ceil(to / ms) : Math.floor(to / ms)
    if (depth > 0 && first >= last) return this.#sumUp(sum, depth - 1, from, to)
    this.#sumUp(sum, depth - 1, from, first * ms)
    for (let place = first; place < last; place++) this.#addCell(sum, depth, place)
    this.#sumUp(sum, depth - 1, last * ms, to)
  }

  /** False where nothing is in it. */
  #addCell(sum: TallySum, depth: number, place: number): boolean {
    const level = this.#levels[depth]
    if (level === undefined) return false
    const { ms } = level.resolution
    if ((place + 1) * ms <= this.#oldest || place * ms > this.#newest) return false
    if (depth === 0) return level.own.addTo(sum, place)
    let state = level.sums.stateOf(place)
    if (state === 'absent') {
      this.#makeSum(depth, place, level)
      state = level.sums.stateOf(place)
    }
    if (state === 'empty') return false
    return (state === 'same' ? level.own : level.sums).addTo(sum, place)
  }

  /** What one longer cell holds goes as a whole, and stays in that. */
  #forgetAt(depth: number, level: Level, now: EpochMs): void {
    const { ms, keptMs } = level.resolution
    const longer = this.#levels[depth + 1]
    const edge = longer?.resolution.ms ?? ms
    const before = Math.floor((now - keptMs) / edge) * edge
    if (before <= level.goneBefore) return
    level.goneBefore = before
    const end = before / ms
    if (longer !== undefined) {
      const holders = new Set(level.own.heldBefore(end).map((place) => Math.floor((place * ms) / edge)))
      for (const place of holders) {
        const sum = createTallySum()
        this.#addCell(sum, depth + 1, place)
        longer.own.hold(place, tallyBytes(sum.total(), this.#names))
        longer.sums.mark(place, 'same')
      }
    }
    level.own.forgetBefore(end)
    level.sums.forgetBefore(end)
  }

  #makeSum(depth: number, place: number, { resolution: { ms }, own, sums }: Level): void {
    const shorter = this.#levels[depth - 1]?.resolution.ms ?? ms
    const first = (place * ms) / shorter
    const sum = createTallySum()
    const isOwn = own.addTo(sum, place)
    let isWithin = false
    for (let i = 0; i < ms / shorter; i++) if (this.#addCell(sum, depth - 1, first + i)) isWithin = true
    const total = sum.total()
    if (isWithin) sums.hold(place, tallyBytes(total, this.#names))
    else sums.mark(place, isOwn ? 'same' : 'empty')
  }
}
