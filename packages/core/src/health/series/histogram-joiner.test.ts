// Goal: a histogram is counted once, in whichever order and over however many ticks its pieces come.
// Method: what a program counted is told by a table, the pieces of each scrape cut into ticks by chance.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { epochMs } from '../../units/index.ts'
import { createHistogramJoiner } from './histogram-joiner.ts'
import type { JoinedReading } from './join-histograms.ts'
import { createSeriesTable } from './series-table.ts'
import type { SeriesTable } from './series-sink.ts'

const T = 1_800_000_000_000
const BOUNDS = ['0.1', '0.25', '0.5', '+Inf']
const NAMES = [...BOUNDS.map((le) => `bucket ${le}`), 'sum', 'count']

function tell(table: SeriesTable, piece: string, values: readonly number[], at: number): void {
  const [role = '', le = ''] = piece.split(' ')
  const handle = table.open({
    about: { part: null, instance: null },
    name: `http_request_duration_seconds_${role}`,
    labels: le === '' ? {} : { le },
    kind: 'counter',
    unit: 's',
  })
  const bound = le === '+Inf' ? Infinity : Number(le)
  const stands =
    role === 'sum'
      ? values.reduce((sum, value) => sum + value, 0)
      : values.filter((value) => role === 'count' || value <= bound).length
  table.counter(handle, stands, at)
}

const counted = (readings: readonly JoinedReading[]): number =>
  readings
    .filter(({ series }) => series.kind === 'distribution')
    .reduce((sum, { distribution }) => sum + (distribution?.count ?? 0), 0)
const over = (readings: readonly JoinedReading[], limitMs: number): number =>
  readings.reduce((sum, { overs }) => sum + (overs.get(limitMs) ?? 0), 0)

const scrape = fc.record({
  values: fc.array(fc.constantFrom(0.05, 0.2, 0.3, 0.9), { maxLength: 5 }),
  order: fc.shuffledSubarray(NAMES, { minLength: NAMES.length }),
  /** After how many pieces a tick falls. */
  cuts: fc.array(fc.nat(NAMES.length), { maxLength: 3 }),
})

it('counts each value once, and exactly over each bound, however its pieces are cut into ticks', () => {
  fc.assert(
    fc.property(fc.array(scrape, { minLength: 1, maxLength: 8 }), (scrapes) => {
      const table = createSeriesTable({ source: 'app', maxSeries: 100, latestMs: 60_000 })
      const joiner = createHistogramJoiner()
      let all: readonly number[] = []
      const told: JoinedReading[] = []
      const tick = (at: number): void =>
        void told.push(...joiner.join(table.drain(epochMs(at)), [], epochMs(at)))
      // Its pieces are known from when it was told of first.
      for (const ago of [2, 1]) {
        for (const name of NAMES) tell(table, name, [], T - ago)
        tick(T - ago)
      }
      for (const [i, { values, order, cuts }] of scrapes.entries()) {
        const at = T + (i + 1) * 15_000
        all = all.concat(values)
        for (const [n, name] of order.entries()) {
          tell(table, name, all, at)
          if (cuts.includes(n)) tick(at + n)
        }
        tick(at + 100)
      }
      expect(counted(told)).toBe(all.length)
      for (const bound of [0.1, 0.25, 0.5])
        expect(over(told, bound * 1_000)).toBe(all.filter((value) => value > bound).length)
      const sum = told.reduce((total, { distribution }) => total + (distribution?.sum ?? 0), 0)
      expect(sum).toBeCloseTo(all.reduce((total, value) => total + value, 0) * 1_000, 3)
    }),
  )
})

it('counts a histogram that is cut when it is told of first no oftener than it was', () => {
  const table = createSeriesTable({ source: 'app', maxSeries: 100, latestMs: 60_000 })
  const joiner = createHistogramJoiner()
  const told: JoinedReading[] = []
  for (const name of NAMES) tell(table, name, [], T)
  for (const [i, name] of [
    'bucket +Inf',
    'count',
    'bucket 0.1',
    'bucket 0.25',
    'bucket 0.5',
    'sum',
  ].entries()) {
    tell(table, name, [0.05, 0.3], T + 1_000)
    told.push(...joiner.join(table.drain(epochMs(T + 1_000 + i)), [], epochMs(T + 1_000 + i)))
  }
  for (const name of NAMES) tell(table, name, [0.05, 0.3], T + 16_000)
  told.push(...joiner.join(table.drain(epochMs(T + 16_000)), [], epochMs(T + 16_000)))
  expect(counted(told)).toBe(2)
})

it('waits for pieces no longer than ten seconds, where all values were counted', () => {
  const table = createSeriesTable({ source: 'app', maxSeries: 100, latestMs: 60_000 })
  const joiner = createHistogramJoiner()
  for (const [i, values] of [[], [0.05]].entries()) {
    for (const name of NAMES) tell(table, name, values, T + i * 1_000)
    joiner.join(table.drain(epochMs(T + i * 1_000)), [], epochMs(T + i * 1_000))
  }
  // The program was changed, and has one bound less.
  for (const name of NAMES.slice(1)) tell(table, name, [0.05, 0.3, 0.3], T + 2_000)
  expect(counted(joiner.join(table.drain(epochMs(T + 2_000)), [], epochMs(T + 2_000)))).toBe(0)
  expect(counted(joiner.join([], [], epochMs(T + 12_000)))).toBe(2)
  for (const name of NAMES.slice(1)) tell(table, name, [0.05, 0.3, 0.3, 0.3], T + 13_000)
  expect(counted(joiner.join(table.drain(epochMs(T + 13_000)), [], epochMs(T + 13_000)))).toBe(1)
})
