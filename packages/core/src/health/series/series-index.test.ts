// Goal: what is kept of the names of series is what the series that there are take. Method: an index, told by hand of
// series that come and go, and what it still knows afterwards.
import { expect, it } from 'vitest'
import { branded, type InstanceId } from '../../units/index.ts'
import { createInterned } from './interned.ts'
import { createSeriesIndex, type NewSeries } from './series-index.ts'

const series = (name: string, instance: string, unit: string): NewSeries => ({
  about: { part: null, instance: branded<InstanceId>(instance) },
  name,
  labels: { a: 'b' },
  kind: 'gauge',
  unit,
})

it('forgets instances and units that no series has any more', () => {
  const index = createSeriesIndex({ source: 'otlp', maxKeyBytes: 10_000 })
  for (let i = 0; i < 1_000; i++) {
    const handle = index.add(series('x', `made-up-${i}`, `unit-${i}`))
    expect(index.describe(handle ?? -1)).toMatchObject({
      unit: `unit-${i}`,
      about: { instance: `made-up-${i}` },
    })
    index.letGo(handle ?? -1)
  }
  expect(index.shared()).toBe(0)
})

it('keeps what other series have too', () => {
  const index = createSeriesIndex({ source: 'otlp', maxKeyBytes: 10_000 })
  const [one, other] = [index.add(series('x', 'i-1', 's')), index.add(series('y', 'i-1', 's'))]
  index.letGo(one ?? -1)
  index.add(series('z', 'i-2', 'By'))
  expect(index.describe(other ?? -1)).toMatchObject({ name: 'y', unit: 's', about: { instance: 'i-1' } })
})

it('makes no room for what is only looked for', () => {
  const index = createSeriesIndex({ source: 'otlp', maxKeyBytes: 10_000 })
  expect(index.find(series('x', 'i-1', 's'))).toBeNull()
  expect(index.shared()).toBe(0)
})

it('has no room beyond the bytes that names and labels may take, and lets go of what it did not take in', () => {
  const index = createSeriesIndex({ source: 'otlp', maxKeyBytes: 1_000 })
  expect(index.add(series('x'.repeat(900), 'i-1', 's'))).not.toBeNull()
  expect(index.add(series('y'.repeat(900), 'i-2', 'ms'))).toBeNull()
  expect(index.shared()).toBe(2)
})

it('gives numbers that are free again to others', () => {
  const words = createInterned<string>((word) => word)
  const [one, two] = [words.hold('a'), words.hold('b')]
  expect(words.hold('a')).toBe(one)
  words.letGo(one)
  words.letGo(one)
  expect([words.numberOf('a'), words.hold('c'), words.at(two), words.at(one)]).toEqual([null, one, 'b', 'c'])
})
