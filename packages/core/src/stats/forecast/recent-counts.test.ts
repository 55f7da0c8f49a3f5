/** Goal: no arrival is lost or moved in time beyond its cell. Method: arbitrary spans against plain sums. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { epochMs } from '../../units/index.ts'
import {
  addCount,
  countBetween,
  countLatest,
  lineThrough,
  nothingCounted,
  type RecentCounts,
} from './recent-counts.ts'

const START = 1_700_000_000_000

function counted(spans: readonly { gapMs: number; ms: number; arrivals: number }[]): RecentCounts {
  let recent = nothingCounted
  let at = START
  for (const { gapMs, ms, arrivals } of spans) {
    const from = at + gapMs
    at = from + ms
    recent = addCount(recent, { from: epochMs(from), to: epochMs(at), arrivals })
  }
  return recent
}

const ticks = (count: number, ms: number, arrivals: number) =>
  Array.from({ length: count }, () => ({ gapMs: 0, ms, arrivals }))

test('Of the last minute and a half all is counted that was seen, and no gap.', () => {
  const span = fc.record({
    gapMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000 })),
    ms: fc.integer({ min: 100, max: 5_000 }),
    arrivals: fc.integer({ min: 0, max: 500 }),
  })
  fc.assert(
    fc.property(fc.array(span, { minLength: 1, maxLength: 10 }), (spans) => {
      const recent = counted(spans)
      const all = countBetween(recent, START, recent.until)
      expect(all.arrivals).toBeCloseTo(spans.reduce((sum, { arrivals }) => sum + arrivals, 0))
      expect(all.ms).toBe(spans.reduce((sum, { ms }) => sum + ms, 0))
    }),
  )
})

test('Whatever the pace of the loop, few cells are kept.', () => {
  for (const ms of [50, 333, 1_000, 2_000, 30_000])
    expect(counted(ticks(5_000, ms, 1)).cells.length).toBeLessThan(50)
})

test('The latest count covers at least the time asked for, in whole cells.', () => {
  const recent = counted(ticks(60, 2_000, 10))
  expect(countLatest(recent, 2_000)).toEqual({ arrivals: 10, ms: 2_000 })
  expect(countLatest(recent, 5_000)).toEqual({ arrivals: 30, ms: 6_000 })
})

test('What lies before a long gap is not the latest.', () => {
  const recent = counted([...ticks(5, 2_000, 100), { gapMs: 60_000, ms: 2_000, arrivals: 10 }])
  expect(countLatest(recent, 10_000)).toEqual({ arrivals: 10, ms: 2_000 })
})

test('Of a cell that is partly within a window its share is counted.', () => {
  const recent = counted([{ gapMs: 0, ms: 4_000, arrivals: 40 }])
  expect(countBetween(recent, START + 1_000, START + 3_000)).toEqual({ arrivals: 20, ms: 2_000 })
})

test('A line through counts finds their slope, over gaps too.', () => {
  const spans = Array.from({ length: 30 }, (_, i) => ({ gapMs: 0, ms: 2_000, arrivals: 20 + 8 * i }))
  expect(lineThrough(counted(spans), 60_000).slope).toBeCloseTo(2, 0)
  const [first, ...rest] = spans
  const gapped = [first, ...rest].flatMap((span, i) =>
    span === undefined || i === 20 ? [] : [{ ...span, gapMs: i === 21 ? 2_000 : 0 }],
  )
  expect(lineThrough(counted(gapped), 56_000).slope).toBeCloseTo(2, 0)
})
