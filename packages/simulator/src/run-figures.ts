/**
 * What a run came to, in figures that are the same whoever decided on its instances: exact counts of each
 * level's windows, the seconds out of level, instances and how often their number was changed.
 */
import { windowAt, type Level } from '@holdfast/core/agreement'
import type { Span } from '@holdfast/core/health'
import {
  addDuration,
  durationMs,
  epochMs,
  type EpochMs,
  type LevelName,
  type PartName,
  type Ratio,
} from '@holdfast/core/units'

export interface RunFigures {
  /** Each level that was in force, in the order in which they came. */
  readonly levels: readonly LevelFigures[]
  /** Of each part, from the order to start until gone. */
  readonly instanceMs: Readonly<Record<PartName, number>>
  /** Instants at which the number of instances that should be was changed. */
  readonly scalings: number
  /** Instances that were ordered to start and to stop, replacements too. */
  readonly started: number
  readonly stopped: number
  readonly arrivals: number
  readonly completed: number
  readonly failed: number
}

export interface LevelFigures {
  readonly level: LevelName
  readonly promised: Ratio
  readonly windows: readonly WindowFigures[]
  readonly secondsWithOperations: number
  /** Of those, the ones in which less than the promised share was within the limit. */
  readonly secondsBelow: number
}

/** Counted by the second in which an operation ended; a window may be cut by the beginning or the end of the figures. */
export interface WindowFigures extends Span {
  readonly met: number
  readonly missed: number
}

/** A product of a ratio and a count that should be whole is off by less. */
const ROUNDING = 1e-6

/** Adds up the seconds of one level. */
export interface LevelTally {
  addSecond(second: number, met: number, missed: number): void
  figures(): LevelFigures
}

export function createLevelTally(level: Level, begins: EpochMs): LevelTally {
  const windows: { readonly span: Span; met: number; missed: number }[] = []
  let secondsWithOperations = 0
  let secondsBelow = 0
  return {
    addSecond(second, met, missed) {
      if (met + missed === 0) return
      secondsWithOperations += 1
      if (met + ROUNDING < level.ratio * (met + missed)) secondsBelow += 1
      const at = addDuration(begins, durationMs(second * 1_000))
      let window = windows.at(-1)
      if (window === undefined || at >= window.span.to) {
        window = { span: tileOf(level, begins, at), met: 0, missed: 0 }
        windows.push(window)
      }
      window.met += met
      window.missed += missed
    },
    figures: () => ({
      level: level.name,
      promised: level.ratio,
      windows: windows.map(({ span, met, missed }) => ({ ...span, met, missed })),
      secondsWithOperations,
      secondsBelow,
    }),
  }
}

/** Rolling windows are laid end to end from the run's beginning, so that each operation counts once. */
function tileOf({ window }: Level, begins: EpochMs, at: EpochMs): Span {
  if (window.kind === 'calendar') return windowAt(window, at)
  const from = at - ((at - begins) % window.length)
  return { from: epochMs(from), to: epochMs(from + window.length) }
}
