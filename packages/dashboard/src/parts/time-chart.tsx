/** A chart over time with its legend; the legend says the newest values, or those under the pointer. */
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { clockTime } from '../format/time.ts'
import type { ChartData } from './chart-data.ts'
import { plotOptions } from './plot-options.ts'
import type { Limit, PlotLook } from './plot-options.ts'
import { resolveColour, useThemeTurns } from './theme.ts'

export interface TimeChartProps {
  readonly title: string
  /** What the chart shows, in words. */
  readonly summary: string
  readonly empty: string
  readonly data: ChartData
  readonly fromMs: number
  readonly toMs: number
  readonly limit: Limit | null
  readonly whole: boolean
  readonly heightPx: number
  readonly say: (value: number | null) => string
  readonly tick: (value: number) => string
  /** Drawn between the legend and the plot. */
  readonly children?: ComponentChildren
}

export function TimeChart(props: TimeChartProps) {
  const { title, summary, empty, data, say, children } = props
  const [cursor, setCursor] = useState<number | null>(null)
  const titleId = useId()
  const holder = usePlot(props, setCursor)
  const isEmpty = data.lines.every((line) => line.drawn.every((value) => value === null))
  const at = cursor !== null && cursor < data.timesMs.length ? cursor : data.timesMs.length - 1
  const atMs = data.timesMs[at]
  return (
    <figure class="chart" aria-labelledby={titleId}>
      <figcaption>
        <h3 id={titleId}>{title}</h3>
        {!isEmpty && (
          <ul class="legend" aria-hidden="true">
            {cursor !== null && atMs !== undefined && <li class="muted">{clockTime(atMs)}</li>}
            {data.lines.toReversed().map((line) => (
              <li key={line.label}>
                <span class={`swatch ${line.look}`} style={{ '--swatch': `var(${line.colour})` }} />
                {line.label} <strong>{say(line.said[at] ?? null)}</strong>
              </li>
            ))}
          </ul>
        )}
      </figcaption>
      {children}
      <div class="plot" role="img" aria-label={summary} style={{ minHeight: `${props.heightPx}px` }}>
        <div ref={holder} aria-hidden="true" />
        {isEmpty && <p class="plot-empty">{empty}</p>}
      </div>
    </figure>
  )
}

/** Makes the plot anew when its lines or colours change, and only feeds it when its values do. */
function usePlot(props: TimeChartProps, onCursor: (index: number | null) => void) {
  const { data, fromMs, toMs, limit, whole, heightPx, tick } = props
  const holder = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const span = useRef<readonly [number, number]>([0, 1])
  span.current = [fromMs / 1_000, toMs / 1_000]
  const turns = useThemeTurns()
  const lines = data.lines.map(({ label, look, colour }) => `${label} ${look} ${colour}`).join()
  useLayoutEffect(() => {
    const element = holder.current
    if (element === null) return
    const look: PlotLook = {
      lines: data.lines,
      limit,
      whole,
      tick,
      span: () => span.current,
      colour: (token) => resolveColour(element, token),
    }
    const size = { width: element.clientWidth, height: heightPx }
    const made = new uPlot(plotOptions(look, size, onCursor), aligned(data), element)
    plot.current = made
    const resized = new ResizeObserver(() => {
      if (element.clientWidth > 0) made.setSize({ width: element.clientWidth, height: heightPx })
    })
    resized.observe(element)
    return () => {
      resized.disconnect()
      made.destroy()
      plot.current = null
    }
    // The values are fed below.
  }, [lines, limit?.value, limit?.words, whole, heightPx, turns])
  useEffect(() => {
    plot.current?.setData(aligned(data))
  }, [data, fromMs, toMs, lines, turns])
  return holder
}

function aligned(data: ChartData): uPlot.AlignedData {
  return [data.timesMs.map((ms) => ms / 1_000), ...data.lines.map((line) => [...line.drawn])]
}
