// Goal: a histogram said as counters becomes the distribution that it is, as near as its bounds allow.
// Method: values are counted into bounds as a program would; what comes out is compared with the values.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { quantile } from '../../stats/index.ts'
import { epochMs } from '../../units/index.ts'
import { joinHistograms } from './join-histograms.ts'
import type { SeriesReading } from './series.ts'

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Infinity]

function counted(values: readonly number[], before: readonly number[] = []): readonly SeriesReading[] {
  const reading = (
    name: string,
    labels: Record<string, string>,
    sum: number,
    last: number,
  ): SeriesReading => ({
    series: {
      source: 'app',
      about: { part: null, instance: null },
      name,
      labels: { method: 'GET', ...labels },
      kind: 'counter',
      unit: null,
    },
    from: epochMs(0),
    to: epochMs(15_000),
    samples: 1,
    sum,
    least: 0,
    greatest: 0,
    last,
    distribution: null,
    over: null,
  })
  const within = (of: readonly number[], bound: number): number => of.filter((value) => value <= bound).length
  const total = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0)
  return [
    ...BOUNDS.map((bound) =>
      reading(
        'http_request_duration_seconds_bucket',
        { le: bound === Infinity ? '+Inf' : String(bound) },
        within(values, bound),
        within([...before, ...values], bound),
      ),
    ),
    reading('http_request_duration_seconds_sum', {}, total(values), total([...before, ...values])),
    reading('http_request_duration_seconds_count', {}, values.length, before.length + values.length),
  ]
}

const times = fc.array(fc.double({ min: 0.0001, max: 9.9, noNaN: true }), { minLength: 1, maxLength: 300 })

it('keeps count and sum, in milliseconds, and the labels but for the bound', () => {
  fc.assert(
    fc.property(times, (values) => {
      const [joined, ...others] = joinHistograms(counted(values), [])
      expect(others).toEqual([])
      expect(joined?.series).toMatchObject({
        name: 'http_request_duration_seconds',
        labels: { method: 'GET' },
        kind: 'distribution',
        unit: 'ms',
      })
      expect(joined?.distribution?.count).toBe(values.length)
      expect(joined?.sum).toBeCloseTo(
        values.reduce((sum, value) => sum + value * 1_000, 0),
        3,
      )
    }),
  )
})

it('knows a percentile to the bounds between which it lies', () => {
  fc.assert(
    fc.property(times, fc.constantFrom(0.5, 0.9, 0.99), (values, share) => {
      const sorted = values.toSorted((a, b) => a - b)
      const really = sorted[Math.max(1, Math.ceil(share * values.length)) - 1] ?? 0
      const upper = BOUNDS.find((bound) => really <= bound) ?? Infinity
      const lower = BOUNDS.findLast((bound) => bound < really) ?? 0
      const [joined] = joinHistograms(counted(values), [])
      const said = quantile(joined?.distribution ?? emptyFor(), share)
      expect(said).toBeGreaterThanOrEqual(lower * 1_000 * 0.99)
      expect(said).toBeLessThanOrEqual(upper * 1_000 * 1.01)
    }),
  )
})

it('counts exactly how many exceeded a bound', () => {
  fc.assert(
    fc.property(times, (values) => {
      const [joined] = joinHistograms(counted(values), [])
      expect(joined?.overs.get(250)).toBe(values.filter((value) => value > 0.25).length)
      expect(joined?.overs.has(100)).toBe(true)
      expect(joined?.overs.has(120)).toBe(false)
    }),
  )
})

it('lets values that come one by one lie evenly between the bounds', () => {
  const all = Array.from({ length: 200 }, () => 0.2)
  const middles = all.map((value, i) => {
    const [joined] = joinHistograms(counted([value], all.slice(0, i)), [])
    return joined?.distribution?.max ?? 0
  })
  const sorted = middles.toSorted((a, b) => a - b)
  expect(Math.abs((sorted[50] ?? 0) - 137.5)).toBeLessThan(3)
  expect(Math.abs((sorted[150] ?? 0) - 212.5)).toBeLessThan(3)
})

it('leaves sums and counts without buckets as the counters that they are', () => {
  const summary = counted([0.1]).filter(({ series }) => !series.name.endsWith('_bucket'))
  expect(joinHistograms(summary, []).map(({ series }) => series.kind)).toEqual(['counter', 'counter'])
})

it('passes on what was counted over limits value by value', () => {
  const [first] = counted([0.1])
  if (first === undefined) throw new Error('There is no reading.')
  const seen: SeriesReading = {
    ...first,
    series: { ...first.series, name: 'x', kind: 'distribution' },
    over: [3],
  }
  expect(joinHistograms([seen], [100])[0]?.overs).toEqual(new Map([[100, 3]]))
})

function emptyFor(): never {
  throw new Error('There is no distribution.')
}
