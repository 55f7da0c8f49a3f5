/** A run over its time for a terminal: load, instances and the share within the limit as blocks, one below the other. */
import { figure } from '../figures.ts'
import type { Paint, Style } from '../paint.ts'
import { instancesOf, squeeze, type Series } from './series.ts'

export interface ChartSettings {
  /** Characters that a line may have. */
  readonly columns: number
  readonly paint: Paint
  readonly shown: { readonly level: string; readonly promised: number } | null
}

const BLOCKS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

const STEPS_PER_LINE = BLOCKS.length - 1

/** Wider shows no more, and is hard to take in. */
const MAX_WIDTH = 96

/** Labels, figures of the scale and the axis stand to the left. */
const MARGIN = 12

const LINES = 4

const MS_PER_MINUTE = 60_000
const MINUTES_PER_HOUR = 60

export function chartLines(series: Series, settings: ChartSettings): readonly string[] {
  const { columns, paint, shown } = settings
  const width = Math.max(10, Math.min(MAX_WIDTH, columns - MARGIN - 1))
  const values = {
    load: squeeze(
      series.pieces.map(({ load }) => load),
      width,
      'mean',
    ),
    instances: squeeze(series.pieces.map(instancesOf), width, 'mean'),
    within: squeeze(
      series.pieces.map(({ within }) => within),
      width,
      'least',
    ),
  }
  const graph = (values: readonly (number | null)[], floor: number, ceiling: number, style?: StyleOf) =>
    graphLines({ values, floor, ceiling, paint, style: style ?? (() => 'plain') })
  return [
    paint('bold', 'Load (operations/s)'),
    ...graph(values.load, 0, highest(values.load)),
    paint('bold', 'Instances'),
    ...graph(values.instances, 0, highest(values.instances)),
    ...(shown === null
      ? []
      : [
          paint('bold', `Within the limit of ${shown.level} (%, ${figure(shown.promised * 100)} promised)`),
          ...graph(values.within.map(percentOf), 0, 100, (value) =>
            value < shown.promised * 100 ? 'bad' : 'good',
          ),
        ]),
    timeLine(series.duration, Math.min(width, series.pieces.length)),
  ]
}

type StyleOf = (value: number) => Style

interface Graph {
  readonly values: readonly (number | null)[]
  readonly floor: number
  readonly ceiling: number
  readonly paint: Paint
  readonly style: StyleOf
}

function graphLines({ values, floor, ceiling, paint, style }: Graph): readonly string[] {
  return Array.from({ length: LINES }, (_, line) => {
    const below = LINES - 1 - line
    const cells = values.map((value) => {
      if (value === null) return ' '
      const height = ((value - floor) / Math.max(1e-9, ceiling - floor)) * LINES * STEPS_PER_LINE
      // What is there at all shows as the smallest block.
      const steps = Math.max(
        value > floor && below === 0 ? 1 : 0,
        Math.round(height) - below * STEPS_PER_LINE,
      )
      return paint(style(value), BLOCKS[Math.min(STEPS_PER_LINE, Math.max(0, steps))] ?? ' ')
    })
    const scale = line === 0 ? figure(ceiling) : below === 0 ? figure(floor) : ''
    return `${scale.padStart(MARGIN - 2)} ${paint('muted', '│')}${cells.join('').trimEnd()}`
  })
}

const percentOf = (share: number | null): number | null => (share === null ? null : share * 100)

/** Above zero, so that a graph of nothing lies on its floor. */
const highest = (values: readonly (number | null)[]): number =>
  values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0) || 1

function timeLine(durationMs: number, width: number): string {
  const end = durationText(durationMs)
  return `${' '.repeat(MARGIN)}0${end.padStart(Math.max(end.length + 1, width - 1))}`
}

/** "24 h", "90 min", "45 s": as few units as say it. */
export function durationText(ms: number): string {
  const minutes = ms / MS_PER_MINUTE
  if (minutes >= 2 * MINUTES_PER_HOUR) return `${figure(minutes / MINUTES_PER_HOUR)} h`
  return minutes >= 2 ? `${figure(minutes)} min` : `${figure(ms / 1_000)} s`
}
