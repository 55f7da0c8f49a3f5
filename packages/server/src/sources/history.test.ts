// Goal: what is kept to try rules on is what was told, as much as there is room for. Method: readings by hand, wide ones
// among them, given tick by tick.
import { createSeriesTable, joinHistograms, type JoinedReading } from '@holdfast/core/health'
import { distributionOf } from '@holdfast/core/stats'
import { epochMs } from '@holdfast/core/units'
import { expect, it } from 'vitest'
import { createHistory } from './history.ts'

const T = 1_800_000_000_000
const at = (seconds: number) => epochMs(T + seconds * 1_000)

function told(seconds: number, values: readonly number[]): readonly JoinedReading[] {
  const table = createSeriesTable({ source: 'app', maxSeries: 10, latestMs: 10_000 })
  const handle = table.open({
    about: { part: null, instance: null },
    name: 'x',
    labels: {},
    kind: 'distribution',
    unit: 'ms',
  })
  table.addDistribution(handle, distributionOf(values), at(seconds - 2), at(seconds))
  return joinHistograms(table.drain(at(seconds)), [])
}

it('gives back what was told, tick by tick', () => {
  const history = createHistory()
  const all = [told(2, [1, 5, 900]), told(4, [0])]
  for (const [i, readings] of all.entries()) history.add(readings, at(2 + 2 * i))
  expect(history.between(at(0), at(5))).toEqual(all)
  expect(history.between(at(0), at(3))).toEqual([all[0]])
  expect(history.since()).toBe(at(2))
})

it('keeps no more than there is room for, and lets the oldest go first', () => {
  const history = createHistory(100_000)
  const dense = Array.from({ length: 4_000 }, (_, i) => 2 ** (i / 100))
  for (let i = 1; i <= 50; i++) history.add(told(2 * i, dense), at(2 * i))
  expect(history.bytes()).toBeLessThanOrEqual(100_000)
  expect(history.since()).toBeGreaterThan(at(90))
  expect(history.between(at(99), at(101))).toHaveLength(1)
})

it('keeps nothing of a tick that has no room by itself', () => {
  const history = createHistory(100)
  history.add(told(2, [1]), at(2))
  expect([history.bytes(), history.since()]).toEqual([0, null])
})
