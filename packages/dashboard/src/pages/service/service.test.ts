// Goal: charts, markers and their words say what the history says, and nothing where it says nothing.
import { describe, expect, it } from 'vitest'
import { change, point } from '../../api/example-views.ts'
import { linePath } from '../../parts/line-path.ts'
import { instancesSummary, requestsSummary, responseSummary } from './chart-summary.ts'
import { markersOf, markerWords } from './markers.ts'
import { laneSummary, stretchesOf, stretchWords, timeWords } from './stretches.ts'
import { instancesChart, partsOf, requestsChart, responseChart } from './series.ts'

const start = Date.UTC(2026, 4, 4, 14)
const at = (second: number): string => new Date(start + second * 1_000).toISOString()
const two = [
  { part: 'interface', desired: 2, ready: 2 },
  { part: 'data', desired: 3, ready: 1 },
]
const points = [0, 5, 10].map((second) => point({ at: at(second), p90Ms: 60 + second * 5, parts: two }))

describe('charts', () => {
  it('draw a line for each percentile, and only what lies in the range', () => {
    const { lines, timesMs } = responseChart(points, start + 5_000)
    expect(timesMs).toEqual([start + 5_000, start + 10_000])
    expect(lines.find(({ label }) => label === 'p90')?.drawn).toEqual([85, 110])
  })

  it('leave a gap where the history has one', () => {
    const broken = [...points, point({ at: at(100) })]
    const { timesMs, lines } = requestsChart(broken, start)
    expect(timesMs).toEqual([0, 5, 10, 10.001, 100].map((second) => start + second * 1_000))
    expect(lines[0]?.drawn).toEqual([4, 4, 4, null, 4])
  })

  it('stack the parts, say each part’s own count, and draw the tallest first', () => {
    const { lines } = instancesChart(points, ['interface', 'data'], start)
    expect(lines.map(({ label }) => label)).toEqual(['data', 'interface', 'wanted'])
    expect(lines.map(({ drawn }) => drawn[0])).toEqual([3, 2, 5])
    expect(lines.map(({ said }) => said[0])).toEqual([1, 2, 5])
  })

  it('know parts that only the past had, after those of the service', () => {
    expect(partsOf(['data'], points)).toEqual(['data', 'interface'])
  })
})

describe('markers', () => {
  const marked = (...changes: Parameters<typeof markersOf>[0]) => markersOf(changes, start, start + 300_000)

  it('stand where their change was, and say which way it went', () => {
    const markers = marked(change({ at: at(30) }), change({ at: at(150), from: 3, to: 2 }))
    expect(markers.map(({ position, kind }) => [position, kind])).toEqual([
      [0.1, 'more'],
      [0.5, 'fewer'],
    ])
  })

  it('are shared by changes too near to tell apart', () => {
    const markers = marked(change({ at: at(30) }), change({ at: at(31), part: 'data', from: 3, to: 2 }))
    expect(markers).toHaveLength(1)
    expect(markers[0]?.kind).toBe('mixed')
    expect(markers.map(markerWords)[0]).toMatch(
      /^2 changes: .*interface from 2 to 3, load rises; .*data from 3 to 2/,
    )
  })

  it('leave out changes beyond the range', () => {
    expect(marked(change({ at: at(-1) }), change({ at: at(301) }))).toEqual([])
  })
})

describe('stretches', () => {
  const slow = { kind: 'application', part: 'data' } as const
  const tick = (second: number, given: Parameters<typeof point>[0] = {}) =>
    point({ at: at(second), ...given })
  const atRisk = { state: 'at-risk', cause: slow } as const
  const past = [tick(0), tick(2), tick(4, atRisk), tick(6, atRisk), tick(8)]

  it('join ticks of one verdict and one cause, and end where the next begins', () => {
    const spans = stretchesOf(past).map((one) => [
      one.state,
      one.fromMs - start,
      one.toMs - start,
      one.missed,
    ])
    expect(spans).toEqual([
      ['kept', 0, 4_000, 2],
      ['at-risk', 4_000, 8_000, 2],
      ['kept', 8_000, 8_000, 1],
    ])
  })

  it('begin anew where the cause or its part is another', () => {
    const load = { kind: 'load', part: null } as const
    const other = { ...slow, part: 'interface' }
    const causes = [slow, slow, other, load].map((cause, i) => tick(2 * i, { state: 'at-risk', cause }))
    expect(stretchesOf(causes).map(({ cause }) => cause)).toEqual([slow, other, load])
  })

  it('say nothing of a gap, of which nobody knows', () => {
    const stretches = stretchesOf([...past, tick(600)])
    expect(stretches.map(({ toMs }) => toMs - start)).toEqual([4_000, 8_000, 8_000, 600_000])
  })

  it('are said in words with the cause, the part and how long it was', () => {
    const [, bad] = stretchesOf(past)
    if (bad === undefined) throw new Error('There is no second stretch.')
    expect(stretchWords(bad)).toBe('At risk because of the application, in part data')
    expect(timeWords(bad, false)).toMatch(/:04–.*:08, 4 s$/)
    expect(timeWords(bad, true)).toMatch(/^since .*:04, 4 s$/)
    expect(laneSummary(stretchesOf(past), '5 min')).toMatch(
      /^Verdicts of the last 5 min other than kept: .*:04: At risk because of the application, in part data\.$/,
    )
    expect(laneSummary(stretchesOf([tick(0)]), '5 min')).toBe(
      'No level was at risk or breached in the last 5 min.',
    )
    expect(laneSummary([], '1 h')).toBe('No verdict is known of in the last 1 h.')
  })
})

describe('summaries', () => {
  it('say the present, the worst and how often the limit was passed', () => {
    const says = responseSummary(points, 100, '5 min').replaceAll('\u202f', ' ')
    expect(says).toContain('p90 response time is now 110 ms, highest 110 ms at')
    expect(says).toContain('The limit is 100 ms; 1 of 3 points lie above it.')
    expect(responseSummary(points, null, '5 min')).not.toContain('limit')
  })

  it('say the requests and the instances', () => {
    expect(requestsSummary(points, '5 min')).toContain('requests are now 4/s, most 4/s at')
    expect(instancesSummary(points, [change({})], '5 min')).toContain('interface 2, data 1. 1 change in')
  })

  it('say that nothing was measured where nothing was', () => {
    const unmeasured = [point({ p90Ms: null })]
    expect(responseSummary(unmeasured, 100, '1 h')).toBe('No response time was measured in the last 1 h.')
    expect(requestsSummary([], '1 h')).toBe('No requests were measured in the last 1 h.')
    expect(instancesSummary([], [], '1 h')).toBe('No instances are known of in the last 1 h.')
  })
})

describe('a line’s path', () => {
  it('lifts the pen where there is nothing', () => {
    expect(linePath([[0, 1], [2, 3], null, [4, 5]])).toBe('M0.0 1.0L2.0 3.0M4.0 5.0')
  })
})
