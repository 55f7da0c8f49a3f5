// Goal: values recorded by labels are kept apart, in bounded memory, and none is lost. Method: a model by joined labels.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { distributionOf } from './distribution.ts'
import { createLabelledRecorder } from './labelled-recorder.ts'

const value = fc.constantFrom('GET', 'POST', '/a', '/b', '')
const recorded = fc.array(
  fc.record({
    labels: fc.tuple(value, value, value, value),
    ms: fc.nat({ max: 60_000 }),
    byChild: fc.boolean(),
  }),
  { maxLength: 200 },
)

test('Each combination has the distribution of its own values, however they were recorded.', () => {
  fc.assert(
    fc.property(recorded, (all) => {
      const recorder = createLabelledRecorder({ labels: ['method', 'route', 'status', 'class'] })
      const model = new Map<string, number[]>()
      for (const { labels, ms, byChild } of all) {
        if (byChild) recorder.child(...labels).record(ms)
        else recorder.record(ms, ...labels)
        const key = labels.join()
        model.set(key, [...(model.get(key) ?? []), ms])
      }
      const seen = recorder
        .snapshot()
        .map(({ labels, distribution }) => [Object.values(labels).join(), distribution] as const)
      expect(new Map(seen)).toEqual(new Map([...model].map(([key, values]) => [key, distributionOf(values)])))
      expect(recorder.crowdedOut()).toBe(0)
    }),
  )
})

test('What finds no room is recorded as "other" and counted, however many combinations are made up.', () => {
  const recorder = createLabelledRecorder({ labels: ['route'], maxChildren: 10 })
  for (let i = 0; i < 1_000; i++) recorder.record(i, `/made-up/${i}`)
  const seen = recorder.snapshot()
  expect(seen.length).toBe(11)
  expect(recorder.crowdedOut()).toBe(990)
  expect(seen.find(({ labels }) => labels['route'] === 'other')?.distribution.count).toBe(990)
})

test('What fell out of use makes room with the second reset, but for what somebody holds.', () => {
  const recorder = createLabelledRecorder({ labels: ['route'], maxChildren: 2 })
  const held = recorder.child('/held')
  recorder.record(1, '/gone')
  recorder.reset()
  recorder.record(1, '/new')
  expect(recorder.crowdedOut()).toBe(1)
  recorder.reset()
  recorder.record(1, '/new')
  held.record(2)
  expect(recorder.crowdedOut()).toBe(0)
  expect(recorder.snapshot().map(({ labels, distribution }) => [labels['route'], distribution.sum])).toEqual([
    ['/held', 2],
    ['/new', 1],
  ])
})

test('Of long labels the beginning is kept.', () => {
  const recorder = createLabelledRecorder({ labels: ['route'] })
  recorder.record(1, `/${'x'.repeat(10_000)}`)
  recorder.record(1, `/${'x'.repeat(20_000)}`)
  const [one, ...more] = recorder.snapshot()
  expect([one?.labels['route']?.length, one?.distribution.count, more.length]).toEqual([128, 2, 0])
})

test('What is no measurement is refused and counted.', () => {
  const recorder = createLabelledRecorder({ labels: ['route'] })
  for (const wrong of [Number.NaN, -1, Infinity]) recorder.record(wrong, '/')
  expect([recorder.refused(), recorder.snapshot()]).toEqual([3, []])
})

test('Without labels, or with more than four, there is no such recorder.', () => {
  for (const labels of [[], ['a', 'b', 'c', 'd', 'e']])
    expect(() => createLabelledRecorder({ labels })).toThrow('one to 4 labels')
})
