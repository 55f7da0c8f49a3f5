/** What each chart shows in a sentence or two, for those who do not see it. Pure. */
import type { ChangeView, HistoryPoint } from '../../../../server/src/http/api.ts'
import { counted, formatMs, formatRate } from '../../format/quantity.ts'
import { clockTime } from '../../format/time.ts'

export function responseSummary(
  points: readonly HistoryPoint[],
  limitMs: number | null,
  rangeWords: string,
): string {
  const measured = points.filter((point) => point.p90Ms !== null)
  const last = measured.at(-1)
  const worst = highest(measured, (point) => point.p90Ms ?? 0)
  if (last === undefined || worst === null) return `No response time was measured in the last ${rangeWords}.`
  const now = `Over the last ${rangeWords}, p90 response time is now ${formatMs(last.p90Ms)}`
  const top = `highest ${formatMs(worst.p90Ms)} at ${clockTime(Date.parse(worst.at))}`
  if (limitMs === null) return `${now}, ${top}.`
  const over = measured.filter((point) => (point.p90Ms ?? 0) > limitMs).length
  return `${now}, ${top}. The limit is ${formatMs(limitMs)}; ${over} of ${counted(measured.length, 'point')} lie above it.`
}

export function requestsSummary(points: readonly HistoryPoint[], rangeWords: string): string {
  const last = points.at(-1)
  const most = highest(points, (point) => point.requestsPerSecond)
  if (last === undefined || most === null) return `No requests were measured in the last ${rangeWords}.`
  const top = `${formatRate(most.requestsPerSecond)} at ${clockTime(Date.parse(most.at))}`
  return `Over the last ${rangeWords}, requests are now ${formatRate(last.requestsPerSecond)}, most ${top}.`
}

export function instancesSummary(
  points: readonly HistoryPoint[],
  changes: readonly ChangeView[],
  rangeWords: string,
): string {
  const last = points.at(-1)
  if (last === undefined) return `No instances are known of in the last ${rangeWords}.`
  const byPart = last.parts.map(({ part, ready }) => `${part} ${ready}`).join(', ')
  return `Ready instances now: ${byPart}. ${counted(changes.length, 'change')} in the last ${rangeWords}, listed after the chart.`
}

function highest(
  points: readonly HistoryPoint[],
  measure: (point: HistoryPoint) => number,
): HistoryPoint | null {
  return points.reduce<HistoryPoint | null>(
    (most, point) => (most === null || measure(point) > measure(most) ? point : most),
    null,
  )
}
