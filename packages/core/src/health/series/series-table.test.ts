// Goal: what a source says of its series adds up to what really was, whatever else it says.
// Method: a table, told of by hand; each drain is compared with the figures that were told.
import { expect, it } from 'vitest'
import { epochMs } from '../../units/index.ts'
import { distributionOf } from '../../stats/index.ts'
import { createSeriesTable } from './series-table.ts'
import { NO_SERIES, NO_VERSION, type SeriesStanding, type SeriesTable } from './series-sink.ts'
import type { NewSeries } from './series-index.ts'

const T = 1_800_000_000_000
const at = (seconds: number): number => T + seconds * 1_000
const whole = { part: null, instance: null }
const table = (maxSeries = 100): SeriesTable =>
  createSeriesTable({ source: 'node', maxSeries, latestMs: 10_000 })
const series = (kind: NewSeries['kind'], name = 'x', labels = {}): NewSeries => ({
  about: whole,
  name,
  labels,
  kind,
  unit: null,
})
const standingsOf = (one: SeriesTable, since: number = NO_VERSION): readonly SeriesStanding[] =>
  [...one.standings(() => true, since).pages.values()].flatMap((page) => page.standings)
const drained = (one: SeriesTable, seconds: number) => one.drain(epochMs(at(seconds)))

it('tells what a counter grew by, and over which time', () => {
  const one = table()
  const handle = one.open(series('counter'))
  one.counter(handle, 100, at(0))
  expect(drained(one, 0)).toEqual([])
  one.counter(handle, 130, at(15))
  expect(drained(one, 15)).toMatchObject([{ sum: 30, from: at(0), to: at(15), samples: 1, last: 130 }])
})

it('counts what came after a counter began anew, and never less than nothing', () => {
  const one = table()
  const handle = one.open(series('counter'))
  one.counter(handle, 100, at(0))
  one.counter(handle, 5, at(15))
  expect(drained(one, 15)).toMatchObject([{ sum: 5 }])
})

it('counts a first value in full where it says since when it counts', () => {
  const one = table()
  one.counter(one.open(series('counter')), 7, at(10), at(4))
  expect(drained(one, 10)).toMatchObject([{ sum: 7, from: at(4), to: at(10) }])
})

it('counts what a counter that began anew says it did since, even where it is more than before', () => {
  const one = table()
  const handle = one.open(series('counter'))
  one.counter(handle, 5, at(0))
  one.counter(handle, 9, at(15), at(3))
  expect(drained(one, 15)).toMatchObject([{ sum: 9 }])
})

it('weighs a gauge by time', () => {
  const one = table()
  const handle = one.open(series('gauge'))
  one.gauge(handle, 2, at(0))
  one.gauge(handle, 4, at(10))
  one.gauge(handle, 4, at(20))
  expect(drained(one, 20)).toMatchObject([
    { sum: 30_000 + 40_000, from: at(0), to: at(20), least: 2, greatest: 4, last: 4, samples: 3 },
  ])
})

it('leaves out what is no number, and what goes back in time, and counts both', () => {
  const one = table()
  const handle = one.open(series('gauge'))
  one.gauge(handle, Number.NaN, at(1))
  one.gauge(handle, 3, at(2))
  one.gauge(handle, 9, at(1))
  expect(drained(one, 2)).toMatchObject([{ last: 3, samples: 1 }])
  expect(one.faults()).toEqual({ 'not-a-number': 1, 'time-backwards': 1 })
})

it('takes what is told twice once', () => {
  const one = table()
  const handle = one.open(series('counter'))
  one.increase(handle, 5, at(0), at(10))
  one.increase(handle, 5, at(0), at(10))
  expect(drained(one, 10)).toMatchObject([{ sum: 5 }])
  expect(one.faults()).toEqual({})
})

it('leaves out what comes after its time is settled', () => {
  const one = table()
  one.increase(one.open(series('counter')), 5, at(0), at(10))
  expect(drained(one, 21)).toEqual([])
  expect(one.faults()).toEqual({ late: 1 })
})

it('takes in no more series than it may, and goes on with those it has', () => {
  const one = table(2)
  const handles = ['a', 'b', 'c'].map((path) => one.open(series('counter', 'x', { path })))
  expect(handles[2]).toBe(NO_SERIES)
  for (const handle of handles) one.increase(handle, 1, at(0), at(1))
  expect(drained(one, 1)).toHaveLength(2)
  expect(one.faults()).toEqual({ 'too-many-series': 1 })
})

it('knows a series again whatever the order of its labels, and refuses it as another kind', () => {
  const one = table()
  const handle = one.open(series('counter', 'x', { a: '1', b: '2' }))
  expect(one.open(series('counter', 'x', { b: '2', a: '1' }))).toBe(handle)
  expect(one.open(series('gauge', 'x', { b: '2', a: '1' }))).toBe(NO_SERIES)
  expect(one.faults()).toEqual({ 'kind-changed': 1 })
})

it('lets go of series that were silent for an hour, and says that handles changed', () => {
  const one = table(1)
  one.gauge(one.open(series('gauge', 'old')), 1, at(0))
  drained(one, 0)
  const before = one.epoch()
  drained(one, 3_700)
  expect(one.size()).toBe(0)
  expect(one.epoch()).not.toBe(before)
  expect(one.open(series('gauge', 'new'))).not.toBe(NO_SERIES)
})

it('counts observed values over each limit exactly', () => {
  const one = table()
  one.limits([100])
  const handle = one.open(series('distribution'))
  for (const value of [99.999, 100, 100.001, 500]) one.observe(handle, value, at(1))
  expect(drained(one, 1)).toMatchObject([{ over: [2], distribution: { count: 4, max: 500 } }])
})

it('says nothing of limits that came while values were counted against others', () => {
  const one = table()
  const handle = one.open(series('distribution'))
  one.observe(handle, 500, at(1))
  one.limits([100])
  one.observe(handle, 500, at(2))
  expect(drained(one, 2)).toMatchObject([{ over: null, distribution: { count: 2 } }])
  one.observe(handle, 500, at(3))
  expect(drained(one, 3)).toMatchObject([{ over: [1] }])
})

it('tells what a distribution saw since it stood somewhere', () => {
  const one = table()
  const handle = one.open(series('distribution'))
  one.distribution(handle, distributionOf([1, 2]), at(0))
  expect(drained(one, 0)).toEqual([])
  one.distribution(handle, distributionOf([1, 2, 8]), at(10))
  expect(drained(one, 10)).toMatchObject([{ distribution: { count: 1, sum: 8 }, from: at(0), to: at(10) }])
})

it('takes a distribution in full that says since when it counts, at first and when it began anew', () => {
  const one = table()
  const handle = one.open(series('distribution'))
  one.distribution(handle, distributionOf([1, 2]), at(10), at(4))
  expect(drained(one, 10)).toMatchObject([{ distribution: { count: 2 }, from: at(4), to: at(10) }])
  one.distribution(handle, distributionOf([1, 2, 8]), at(20), at(4))
  expect(drained(one, 20)).toMatchObject([{ distribution: { count: 1, sum: 8 }, from: at(10) }])
  one.distribution(handle, distributionOf([1, 2, 3, 4]), at(30), at(21))
  expect(drained(one, 30)).toMatchObject([{ distribution: { count: 4, sum: 10 }, from: at(21) }])
})

it('goes on from where another run left it, and counts what came in between', () => {
  const before = table()
  const counter = before.open(series('counter', 'c', { path: '/a' }))
  const times = before.open(series('distribution', 'd'))
  before.counter(counter, 100, at(0))
  before.distribution(times, distributionOf([1, 2]), at(0))
  before.gauge(before.open(series('gauge', 'g')), 5, at(0))
  const standings = standingsOf(before)
  expect(standings.map((one) => one.series.name)).toEqual(['c', 'd'])

  const after = table()
  after.resume(standings)
  expect(drained(after, 0)).toEqual([])
  after.counter(after.open(series('counter', 'c', { path: '/a' })), 130, at(60))
  after.distribution(after.open(series('distribution', 'd')), distributionOf([1, 2, 8]), at(60))
  expect(drained(after, 60)).toMatchObject([
    { sum: 30, from: at(0), to: at(60) },
    { distribution: { count: 1, sum: 8 }, from: at(0), to: at(60) },
  ])
})

it('says of what series stand at only what changed since, and whether they are the same series', () => {
  const one = table(1_000)
  const handles = Array.from({ length: 300 }, (_, i) => one.open(series('counter', `c${i}`)))
  for (const handle of handles) one.counter(handle, 1, at(0))
  const { version, pages } = one.standings(() => true, NO_VERSION)
  expect([...pages].map(([page, { standings, isNew }]) => [page, standings.length, isNew])).toEqual([
    [0, 128, true],
    [1, 128, true],
    [2, 44, true],
  ])
  one.counter(handles[200] ?? NO_SERIES, 5, at(1))
  one.counter(one.open(series('counter', 'new')), 1, at(1), at(0))
  const next = one.standings(() => true, version)
  expect([...next.pages].map(([page, { standings, isNew }]) => [page, standings.length, isNew])).toEqual([
    [1, 128, false],
    [2, 45, true],
  ])
  expect(one.standings(() => true, next.version).pages.size).toBe(0)
  // A version that was not stored is told of again.
  expect(one.standings(() => true, version).pages.size).toBe(2)
})

it('hands on only what is wanted', () => {
  const one = table()
  one.want(({ name }) => name === 'b')
  for (const name of ['a', 'b']) one.increase(one.open(series('counter', name)), 1, at(0), at(1))
  expect(drained(one, 1).map((reading) => reading.series.name)).toEqual(['b'])
  one.want(() => true)
  for (const name of ['a', 'b']) one.increase(one.open(series('counter', name)), 1, at(1), at(2))
  expect(drained(one, 2)).toHaveLength(2)
})

it('takes over what was counted elsewhere against the same limits', () => {
  const one = table()
  one.limits([100, 300])
  expect(one.countedOver()).toEqual([100, 300])
  const handle = one.open(series('distribution'))
  const seen = distributionOf([50, 200, 400])
  one.addDistribution(handle, seen, at(0), at(5), { limits: [300, 50, 100], counts: [1, 2, 2] })
  one.observe(handle, 500, at(6))
  expect(drained(one, 6)).toMatchObject([{ over: [3, 2], distribution: { count: 4 } }])
})

it.each([
  ['against no limits', undefined],
  ['against others', { limits: [100], counts: [2] }],
  ['to more than there were', { limits: [100, 300], counts: [4, 1] }],
])('says nothing of limits where some were counted %s', (_how, over) => {
  const one = table()
  one.limits([100, 300])
  const handle = one.open(series('distribution'))
  one.observe(handle, 500, at(1))
  one.addDistribution(handle, distributionOf([50, 200, 400]), at(0), at(5), over)
  expect(drained(one, 5)).toMatchObject([{ over: null, distribution: { count: 4 } }])
  one.observe(handle, 500, at(6))
  expect(drained(one, 6)).toMatchObject([{ over: [1, 1] }])
})

it('goes on with all series when the clock of the server was set back', () => {
  const one = table()
  const handle = one.open(series('counter'))
  one.counter(handle, 10, at(3_600))
  drained(one, 3_600)
  one.counter(handle, 20, at(0))
  drained(one, 1)
  one.counter(handle, 50, at(15))
  expect(drained(one, 15)).toMatchObject([{ sum: 40, from: at(1), to: at(15) }])
})

it('goes on from where series stood, though the clock was set back over the restart', () => {
  const one = table()
  one.resume([{ series: series('counter'), at: at(3_600), value: 10, distribution: null }])
  drained(one, 0)
  one.counter(one.open(series('counter')), 25, at(15))
  expect(drained(one, 15)).toMatchObject([{ sum: 15 }])
})

it('takes what a clock that is ahead tells as of now, over as long a time', () => {
  const one = table()
  const [busy, hits] = [one.open(series('gauge', 'busy')), one.open(series('counter', 'hits'))]
  for (const seconds of [200, 210]) {
    one.gauge(busy, 0.5, at(seconds))
    one.counter(hits, seconds, at(seconds))
  }
  const readings = drained(one, 12)
  expect(readings).toMatchObject([
    { sum: 5_000, from: at(2), to: at(12) },
    { sum: 10, from: at(2), to: at(12) },
  ])
})

it('does not believe who says that it counted since 1970', () => {
  const one = table()
  const handle = one.open(series('counter'))
  one.increase(handle, 5, 1, at(10))
  expect(drained(one, 10)[0]?.from).toBeGreaterThan(at(10 - 2 * 3_600))
  one.increase(handle, 5, 1, at(20))
  expect(drained(one, 20)).toMatchObject([{ from: at(10), to: at(20) }])
})

it('leaves out values that are beyond all that there is, so that sums of them stay numbers', () => {
  const one = table()
  const [counter, gauge, times] = [
    one.open(series('counter', 'c')),
    one.open(series('gauge', 'g')),
    one.open(series('distribution', 'd')),
  ]
  one.increase(counter, 1.7e308, at(0), at(1))
  one.increase(counter, 1.7e308, at(1), at(2))
  one.gauge(gauge, -1e300, at(1))
  one.observe(times, 1e300, at(1))
  one.addDistribution(times, { ...distributionOf([1]), sum: Infinity }, at(0), at(1))
  one.distribution(times, { ...distributionOf([1]), min: -1 }, at(1))
  expect(drained(one, 2)).toEqual([])
  expect(one.faults()).toEqual({ 'not-a-number': 6 })
})

it('gives distributions no more room than a source may have, and goes on with those that have theirs', () => {
  const one = createSeriesTable({
    source: 'otlp',
    maxSeries: 1_000,
    latestMs: 10_000,
    maxDistributionBytes: 1_000_000,
  })
  const [first, seen] = [one.open(series('distribution', 'first')), one.open(series('distribution', 'seen'))]
  one.addDistribution(first, distributionOf([1, 2]), at(0), at(1))
  one.observe(seen, 100, at(1))
  for (let i = 0; i < 500; i++) {
    const handle = one.open(series('distribution', `mad-${i}`))
    one.addDistribution(handle, distributionOf([1e-9, 1e14]), at(0), at(1))
    for (const value of [1e-9, 1e14]) one.observe(handle, value, at(1))
  }
  expect(one.faults()['too-large']).toBeGreaterThan(1_000)
  const held = drained(one, 1).reduce((sum, { distribution }) => sum + (distribution?.buckets.length ?? 0), 0)
  expect(held * 8).toBeLessThan(1_000_000)
  one.addDistribution(first, distributionOf([2]), at(1), at(2))
  one.observe(seen, 101, at(2))
  expect(drained(one, 2).map(({ series: { name }, samples }) => [name, samples])).toEqual([
    ['first', 1],
    ['seen', 1],
  ])
})

it('has room again for distributions when others are let go', () => {
  const one = createSeriesTable({
    source: 'otlp',
    maxSeries: 1_000,
    latestMs: 10_000,
    maxDistributionBytes: 200_000,
  })
  for (let i = 0; i < 100; i++) {
    const handle = one.open(series('distribution', `d-${i}`))
    one.addDistribution(handle, distributionOf([1e-9, 1e14]), at(i), at(i + 1))
    expect(drained(one, i + 1)).toHaveLength(1)
    one.end(handle)
  }
  expect(one.faults()).toEqual({})
})
