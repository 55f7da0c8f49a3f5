/**
 * Keeps a level's window: exact counts of met and missed, for which causes' sake, and what came of late,
 * from which the speed is read at which the budget is spent (A3.13). Values in, values out; nothing is
 * changed in place.
 */
import type { Span } from '../health/index.ts'
import { epochMs, type EpochMs, type LevelName } from '../units/index.ts'
import type { Level } from './agreement.ts'
import { blamed, moveBlame, type NotedCause, type OpenMisses } from './blame.ts'
import type { CauseKind, MissedBy } from './verdict.ts'
import { windowAt, windowLength } from './window.ts'

/** Operations counted in one short piece of time, from `from` to the next cell. */
export interface Cell {
  readonly from: EpochMs
  readonly met: number
  readonly missed: number
  readonly missedBy: MissedBy
}

export interface LevelWindow {
  readonly level: LevelName
  readonly window: Span
  readonly met: number
  readonly missed: number
  /** Adds up to `missed`. */
  readonly missedBy: MissedBy
  /** The latest cause of each kind that operations were missed for. */
  readonly causes: readonly NotedCause[]
  /** Of what was missed last: what may still be put down to another cause; oldest first. */
  readonly open: readonly OpenMisses[]
  /** Oldest first: all of a rolling window, the last twelfth of a calendar one. */
  readonly cells: readonly Cell[]
}

export interface Counted {
  readonly window: LevelWindow
  /** The window that ended with this count, for the record; null mostly. */
  readonly closed: LevelWindow | null
}

/** A rolling window forgets in steps of a sixtieth of its length. */
const ROLLING_CELLS = 60

/** "Of late" is the last twelfth of the window: five minutes of an hour, as in burn-rate alerts' short windows. */
const RECENT_SHARE = 1 / 12
const RECENT_CELLS = 10

export function openWindow(level: Level, now: EpochMs): LevelWindow {
  return {
    level: level.name,
    window: windowAt(level.window, now),
    met: 0,
    missed: 0,
    missedBy: {},
    causes: [],
    open: [],
    cells: [],
  }
}

/** Adds what was counted in the span; a span belongs to the window in which it ended. */
export function countInto(
  state: LevelWindow,
  level: Level,
  span: Span,
  met: number,
  missed: number,
  cause: CauseKind = 'platform',
): Counted {
  const last = epochMs(Math.max(span.from, span.to - 1))
  const present = windowAt(level.window, last)
  const missedBy = blamed({}, cause, missed)
  const cells = addToCells(state.cells, level, last, { met, missed, missedBy })
  if (level.window.kind === 'rolling') {
    const sum = totals(cells)
    return { window: { ...state, ...sum, window: { from: present.from, to: span.to }, cells }, closed: null }
  }
  // A clock that was set back does not open a window again that has ended; counting goes on where it was.
  const setBack = present.to <= state.window.from
  if (setBack || present.from === state.window.from) {
    const window = setBack ? state.window : present
    const sum = added(state, { met, missed, missedBy })
    return { window: { ...state, ...sum, window, cells }, closed: null }
  }
  const fresh = {
    level: state.level,
    window: present,
    met,
    missed,
    missedBy,
    causes: state.causes,
    open: [],
    cells,
  }
  return { window: fresh, closed: state }
}

/** What was missed at that time for the sake of one cause is put down to another one. */
export function blameInstead(
  state: LevelWindow,
  level: Level,
  { at, kind, missed }: Pick<OpenMisses, 'at' | 'kind' | 'missed'>,
  to: CauseKind,
): LevelWindow {
  if (level.window.kind !== 'rolling')
    return { ...state, missedBy: moveBlame(state.missedBy, kind, to, missed) }
  const place = state.cells.findLastIndex(({ from }) => from <= at)
  const cells = state.cells.map((cell, i) =>
    i === place ? { ...cell, missedBy: moveBlame(cell.missedBy, kind, to, missed) } : cell,
  )
  return { ...state, ...totals(cells), cells }
}

/** What was counted in the last twelfth of the window's length. */
export function recentCounts(
  state: LevelWindow,
  level: Level,
  now: EpochMs,
): { met: number; missed: number; from: EpochMs } {
  const from = epochMs(now - windowLength(level.window, now) * RECENT_SHARE)
  let [met, missed] = [0, 0]
  for (const cell of state.cells) {
    if (cell.from < from) continue
    met += cell.met
    missed += cell.missed
  }
  return { met, missed, from }
}

type Counts = Pick<Cell, 'met' | 'missed' | 'missedBy'>

function addToCells(cells: readonly Cell[], level: Level, at: EpochMs, counts: Counts): readonly Cell[] {
  const length = windowLength(level.window, at)
  const rolling = level.window.kind === 'rolling'
  const width = Math.max(
    1,
    Math.round(rolling ? length / ROLLING_CELLS : (length * RECENT_SHARE) / RECENT_CELLS),
  )
  const from = epochMs(Math.floor(at / width) * width)
  const horizon = at - (rolling ? length : length * RECENT_SHARE + width)
  const kept = cells.filter((cell) => cell.from > horizon)
  const newest = kept.at(-1)
  if (newest !== undefined && newest.from >= from)
    return [...kept.slice(0, -1), { from: newest.from, ...added(newest, counts) }]
  return [...kept, { from, ...counts }]
}

const NOTHING: Counts = { met: 0, missed: 0, missedBy: {} }

const totals = (cells: readonly Cell[]): Counts => cells.reduce<Counts>(added, NOTHING)

function added(a: Counts, b: Counts): Counts {
  let missedBy = a.missedBy
  for (const kind of KINDS) missedBy = blamed(missedBy, kind, b.missedBy[kind] ?? 0)
  return { met: a.met + b.met, missed: a.missed + b.missed, missedBy }
}

const KINDS: readonly CauseKind[] = ['load', 'cap', 'application', 'dependency', 'platform']
