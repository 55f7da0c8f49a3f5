/** The three charts over one time axis, with the verdicts over them, and the lists of changes and of what was not kept. */
import { useMemo, useState } from 'preact/hooks'
import type { OpenedService } from '../../api/dashboard-state.ts'
import { formatCount, formatMs, formatRate, UNKNOWN } from '../../format/quantity.ts'
import { RangeChoice } from '../../parts/range-choice.tsx'
import { TimeChart } from '../../parts/time-chart.tsx'
import { rangeMs, ranges } from '../../router.ts'
import type { RangeKey } from '../../router.ts'
import { ChangeList } from './change-list.tsx'
import { ChangeMarkers } from './change-markers.tsx'
import { instancesSummary, requestsSummary, responseSummary } from './chart-summary.ts'
import { markersOf } from './markers.ts'
import { instancesChart, partsOf, requestsChart, responseChart } from './series.ts'
import { stretchesOf } from './stretches.ts'
import { VerdictLane } from './verdict-lane.tsx'
import { VerdictList } from './verdict-list.tsx'

const TALL_PX = 240
const LOW_PX = 160

const milliseconds = { whole: false, heightPx: TALL_PX, say: formatMs, tick: formatMs }
const rates = { whole: false, heightPx: LOW_PX, say: formatRate, tick: formatRate }
const counts = {
  whole: true,
  heightPx: TALL_PX,
  say: (value: number | null) => (value === null ? UNKNOWN : formatCount(value)),
  tick: formatCount,
}

export function Charts(props: {
  readonly opened: OpenedService
  readonly range: RangeKey
  readonly nowMs: number
  readonly onRange: (range: RangeKey) => void
}) {
  const { opened, range, onRange } = props
  const { detail } = opened
  const { fromMs, toMs, points, changes } = useRange(opened, range, props.nowMs)
  const words = ranges.find(({ key }) => key === range)?.words ?? ''
  const parts = partsOf(detail?.parts.map(({ part }) => part) ?? [], points)
  const partNames = parts.join('\n')
  const response = useMemo(() => responseChart(points, fromMs), [points])
  const requests = useMemo(() => requestsChart(points, fromMs), [points])
  const instances = useMemo(() => instancesChart(points, parts, fromMs), [points, partNames])
  const stretches = useMemo(() => stretchesOf(points), [points])
  const pointing = usePointing()
  const limitMs = detail?.limitMs ?? null
  const atMost = detail?.instances.atMost ?? null
  const common = { fromMs, toMs, empty: `Nothing was measured in the last ${words}.` }
  return (
    <section aria-labelledby="over-time">
      <div class="section-head">
        <h2 id="over-time">Over time</h2>
        <RangeChoice chosen={range} onChoose={onRange} />
      </div>
      <div class="charts">
        <div class="panel">
          <TimeChart
            {...common}
            {...milliseconds}
            title="Response time"
            summary={responseSummary(points, limitMs, words)}
            data={response}
            limit={limitMs === null ? null : { value: limitMs, words: `agreed limit ${formatMs(limitMs)}` }}
          >
            <VerdictLane stretches={stretches} fromMs={fromMs} toMs={toMs} rangeWords={words} />
          </TimeChart>
          <TimeChart
            {...common}
            {...rates}
            title="Requests"
            summary={requestsSummary(points, words)}
            data={requests}
            limit={null}
          />
          <TimeChart
            {...common}
            {...counts}
            title="Instances by part"
            summary={instancesSummary(points, changes, words)}
            data={instances}
            limit={atMost === null ? null : { value: atMost, words: `at most ${formatCount(atMost)}` }}
          >
            <ChangeMarkers markers={markersOf(changes, fromMs, toMs)} {...pointing} />
          </TimeChart>
        </div>
        <div class="panel changes-panel">
          <h3>Changes and why</h3>
          <ChangeList changes={changes} parts={parts} {...pointing} />
        </div>
      </div>
      <section class="panel" aria-labelledby="verdicts">
        <h3 id="verdicts">Levels not kept, and whose fault it was</h3>
        <VerdictList service={opened.name} stretches={stretches} />
      </section>
    </section>
  )
}

/** The change that the pointer or the focus is on, in the list or over the chart. */
function usePointing() {
  const [{ key, isInChart }, setPointed] = useState<{ key: string | null; isInChart: boolean }>({
    key: null,
    isInChart: false,
  })
  return {
    highlighted: key,
    scrollTo: isInChart ? key : null,
    onPoint: (key: string | null, isInChart: boolean): void => setPointed({ key, isInChart }),
  }
}

/** What of the history lies in the range; the same arrays as long as nothing came in or went out. */
function useRange(opened: OpenedService, range: RangeKey, nowMs: number) {
  const last = opened.points.at(-1)
  // A server whose clock is a little ahead still has its newest point on the chart.
  const toMs = Math.max(nowMs, last === undefined ? 0 : Date.parse(last.at))
  const fromMs = toMs - rangeMs(range)
  const first = opened.points.findIndex((point) => Date.parse(point.at) >= fromMs)
  const points = useMemo(() => (first < 0 ? [] : opened.points.slice(first)), [opened.points, first])
  const changes = useMemo(
    () => opened.changes.filter((change) => Date.parse(change.at) >= fromMs),
    [opened.changes, first, range],
  )
  return { fromMs, toMs, points, changes }
}
