/** How uPlot draws our charts: axes with units, the agreement's limit, no dragging. */
import uPlot from 'uplot'
import { clockMinute, clockTime } from '../format/time.ts'
import type { ChartLine } from './chart-data.ts'

/** Fixed margins, so that charts under each other share their time axis to the pixel. */
const PLOT_LEFT_PX = 58
const PLOT_RIGHT_PX = 14
const PLOT_TOP_PX = 10
const X_AXIS_PX = 28

export interface Limit {
  readonly value: number
  readonly words: string
}

export interface PlotLook {
  readonly lines: readonly ChartLine[]
  readonly limit: Limit | null
  /** Counts have no halves. */
  readonly whole: boolean
  readonly tick: (value: number) => string
  /** The span that is shown, in seconds; asked again with every draw. */
  readonly span: () => readonly [number, number]
  readonly colour: (token: string) => string
}

const FONT = '12px system-ui, sans-serif'
const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]
const HEADROOM = 1.12

export function plotOptions(
  look: PlotLook,
  size: { readonly width: number; readonly height: number },
  onCursor: (index: number | null) => void,
): uPlot.Options {
  const { colour, limit } = look
  return {
    ...size,
    padding: [PLOT_TOP_PX, PLOT_RIGHT_PX, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: 'service' },
      drag: { x: false, y: false },
      y: false,
      points: { size: 7, width: 2, fill: colour('--card') },
    },
    scales: {
      x: { time: true, range: () => [...look.span()] },
      y: { range: (_plot, _least, most) => [0, top(most, limit, look.whole)] },
    },
    axes: [
      {
        ...axis(colour),
        size: X_AXIS_PX,
        space: 72,
        values: (_plot, splits, _axis, _space, step) =>
          splits.map((second) => (step < 60 ? clockTime : clockMinute)(second * 1_000)),
      },
      {
        ...axis(colour),
        size: PLOT_LEFT_PX,
        space: 36,
        ...(look.whole ? { incrs: WHOLE_STEPS } : {}),
        values: (_plot, splits) => splits.map(look.tick),
      },
    ],
    series: [{}, ...look.lines.map((line) => seriesOf(line, colour))],
    hooks: {
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
      draw: [(plot) => drawLimit(plot, limit, colour)],
    },
  }
}

function axis(colour: PlotLook['colour']): uPlot.Axis {
  return {
    stroke: colour('--ink-soft'),
    font: FONT,
    gap: 6,
    grid: { stroke: colour('--grid'), width: 1 },
    ticks: { show: false },
  }
}

function seriesOf(line: ChartLine, colour: PlotLook['colour']): uPlot.Series {
  const stroke = colour(line.colour)
  const base: uPlot.Series = { label: line.label, stroke, points: { show: false } }
  const stepped = uPlot.paths.stepped?.({ align: 1 })
  const steps = stepped === undefined ? {} : { paths: stepped }
  switch (line.look) {
    case 'main':
      return { ...base, width: 2.25 }
    case 'fine':
      return { ...base, width: 1.25 }
    case 'area':
      return { ...base, width: 2, fill: colour('--area') }
    case 'stack':
      return { ...base, ...steps, width: 1, stroke: colour('--card'), fill: stroke }
    case 'dashed':
      return { ...base, ...steps, width: 1.5, dash: [4, 3] }
  }
}

function top(most: number | null, limit: Limit | null, whole: boolean): number {
  const highest = Math.max(most ?? 0, limit?.value ?? 0)
  if (highest === 0) return 1
  return whole ? Math.ceil(highest * HEADROOM) : highest * HEADROOM
}

function drawLimit(plot: uPlot, limit: Limit | null, colour: PlotLook['colour']): void {
  if (limit === null) return
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  const y = Math.round(plot.valToPos(limit.value, 'y', true))
  ctx.save()
  ctx.strokeStyle = colour('--limit')
  ctx.lineWidth = 1.5 * ratio
  ctx.setLineDash([7 * ratio, 4 * ratio])
  ctx.beginPath()
  ctx.moveTo(bbox.left, y)
  ctx.lineTo(bbox.left + bbox.width, y)
  ctx.stroke()
  ctx.font = `600 ${12 * ratio}px system-ui, sans-serif`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'bottom'
  const x = bbox.left + 6 * ratio
  // A rim of the ground's colour keeps the words readable where lines cross them.
  ctx.setLineDash([])
  ctx.lineJoin = 'round'
  ctx.lineWidth = 4 * ratio
  ctx.strokeStyle = colour('--card')
  ctx.strokeText(limit.words, x, y - 3 * ratio)
  ctx.fillStyle = colour('--limit')
  ctx.fillText(limit.words, x, y - 3 * ratio)
  ctx.restore()
}
