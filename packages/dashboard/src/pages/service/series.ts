/**
 * The lines of the three charts from a service's history. Pure. A gap in the history stays a gap in every
 * line: nothing is drawn where nothing was measured.
 */
import type { HistoryPoint } from '../../../../server/src/http/api.ts'
import type { ChartData, ChartLine, Values } from '../../parts/chart-data.ts'

/** Three ticks missed in a row are a gap; fewer are jitter. */
const GAP_TICKS = 3
const LEAST_GAP_MS = 15_000
const PART_COLOURS = 6

type Row = HistoryPoint | null

export function responseChart(points: readonly HistoryPoint[], fromMs: number): ChartData {
  const { timesMs, rows } = withGaps(points, fromMs)
  const line = (label: string, colour: string, look: ChartLine['look'], values: Values): ChartLine => ({
    label,
    colour,
    look,
    drawn: values,
    said: values,
  })
  const of = (pick: (point: HistoryPoint) => number | null): Values =>
    rows.map((row) => (row === null ? null : pick(row)))
  return {
    timesMs,
    lines: [
      line(
        'p99',
        '--line-p99',
        'fine',
        of((point) => point.p99Ms),
      ),
      line(
        'p90',
        '--line-p90',
        'main',
        of((point) => point.p90Ms),
      ),
      line(
        'p50',
        '--line-p50',
        'fine',
        of((point) => point.p50Ms),
      ),
    ],
  }
}

export function requestsChart(points: readonly HistoryPoint[], fromMs: number): ChartData {
  const { timesMs, rows } = withGaps(points, fromMs)
  const values = rows.map((row) => row?.requestsPerSecond ?? null)
  const line: ChartLine = {
    label: 'requests',
    colour: '--line-p90',
    look: 'area',
    drawn: values,
    said: values,
  }
  return { timesMs, lines: [line] }
}

/** Ready instances stacked by part, the last part on top, and how many should be as a dashed line. */
export function instancesChart(
  points: readonly HistoryPoint[],
  parts: readonly string[],
  fromMs: number,
): ChartData {
  const { timesMs, rows } = withGaps(points, fromMs)
  const stack: ChartLine[] = []
  let below: Values = rows.map((row) => (row === null ? null : 0))
  for (const [index, part] of parts.entries()) {
    const said = rows.map((row) => (row === null ? null : countOf(row, part)))
    below = said.map((count, at) => (count === null ? null : count + (below[at] ?? 0)))
    stack.push({ label: part, colour: partColour(index), look: 'stack', drawn: below, said })
  }
  const desired = rows.map((row) =>
    row === null ? null : row.parts.reduce((sum, part) => sum + part.desired, 0),
  )
  const dashed: ChartLine = {
    label: 'wanted',
    colour: '--ink-soft',
    look: 'dashed',
    drawn: desired,
    said: desired,
  }
  // The tallest is drawn first, so that each lower part covers it.
  return { timesMs, lines: [...stack.toReversed(), dashed] }
}

export function partColour(index: number): string {
  return `--part-${(index % PART_COLOURS) + 1}`
}

/** Parts as the service lists them, then any that only the past knows. */
export function partsOf(listed: readonly string[], points: readonly HistoryPoint[]): readonly string[] {
  const parts = new Set(listed)
  for (const point of points) for (const { part } of point.parts) parts.add(part)
  return [...parts]
}

function countOf(point: HistoryPoint, part: string): number {
  return point.parts.find((summary) => summary.part === part)?.ready ?? 0
}

function withGaps(
  points: readonly HistoryPoint[],
  fromMs: number,
): { readonly timesMs: readonly number[]; readonly rows: readonly Row[] } {
  const timesMs: number[] = []
  const rows: Row[] = []
  const inRange = points.filter((point) => Date.parse(point.at) >= fromMs)
  const gapMs = Math.max(LEAST_GAP_MS, medianStepMs(inRange) * GAP_TICKS)
  for (const point of inRange) {
    const at = Date.parse(point.at)
    const before = timesMs.at(-1)
    if (before !== undefined && at - before > gapMs) {
      timesMs.push(before + 1)
      rows.push(null)
    }
    timesMs.push(at)
    rows.push(point)
  }
  return { timesMs, rows }
}

function medianStepMs(points: readonly HistoryPoint[]): number {
  const steps: number[] = []
  for (const [index, point] of points.entries()) {
    const before = points[index - 1]
    if (before !== undefined) steps.push(Date.parse(point.at) - Date.parse(before.at))
  }
  return steps.sort((left, right) => left - right)[Math.floor(steps.length / 2)] ?? 0
}
