/** What the charts of a watch draw, from its minutes. The minute that is not over yet is left out. */
import type { PacingMinuteView, PacingStatsView } from '../../../../server/src/http/api.ts'
import type { ChartData, ChartLine } from '../../parts/chart-data.ts'

const MINUTE_MS = 60_000

export function updatesChart({ minutes, fixed }: PacingStatsView, nowMs: number): ChartData {
  const over = minutesOver(minutes, nowMs)
  const came = over.map(({ updates }) => updates)
  const expected = over.map(({ forecast }) => forecast)
  const atOneInterval = over.map(() => (fixed === null ? null : fixed.perSecond * 60))
  return {
    timesMs: over.map(({ at }) => Date.parse(at)),
    lines: [
      line('came', came, '--line-p90', 'main'),
      line('expected', expected, '--line-p99', 'dashed'),
      ...(fixed === null ? [] : [line('at one interval for all', atOneInterval, '--limit', 'fine')]),
    ],
  }
}

export function wrongChart({ minutes }: PacingStatsView, nowMs: number): ChartData {
  const over = minutesOver(minutes, nowMs)
  return {
    timesMs: over.map(({ at }) => Date.parse(at)),
    lines: [
      line(
        'as updates showed',
        over.map(({ realisedStale }) => realisedStale),
        '--line-p90',
        'main',
      ),
      line(
        'expected',
        over.map(({ promisedStale }) => promisedStale),
        '--line-p99',
        'dashed',
      ),
    ],
  }
}

/** What a chart of updates shows, in words. */
export function updatesSummary({ updates, perSecond, fixed }: PacingStatsView): string {
  const beside = fixed === null ? '' : `, ${fixed.perSecond.toFixed(1)} a second at one interval for all`
  return `${updates} updates in the last hour, ${perSecond.toFixed(1)} a second${beside}.`
}

const minutesOver = (minutes: readonly PacingMinuteView[], nowMs: number): readonly PacingMinuteView[] =>
  minutes.filter(({ at }) => Date.parse(at) + MINUTE_MS <= nowMs)

const line = (
  label: string,
  values: readonly (number | null)[],
  colour: string,
  look: ChartLine['look'],
): ChartLine => ({ label, colour, look, drawn: values, said: values })
