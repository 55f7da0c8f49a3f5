// Goal: names that come from outside cannot fill the memory, and no operation is lost by it. Method: more of them than
// there is room for.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Aggregate } from './aggregate.ts'

const total = (aggregate: Aggregate): number => aggregate.operations

it('keeps operation, class and outcome apart', () => {
  const one = new Aggregate(0, [])
  one.record('GET /a', 'gold', 'ok', 1)
  one.record('GET /a', 'gold', 'failed', 2)
  one.record('GET /a', 'silver', 'ok', 3)
  expect(
    one.series().map(({ operation, class: its, outcome, sum }) => [operation, its, outcome, sum]),
  ).toEqual([
    ['GET /a', 'gold', 'ok', 1],
    ['GET /a', 'gold', 'failed', 2],
    ['GET /a', 'silver', 'ok', 3],
  ])
})

it('sums what there is no room for as other', () => {
  const one = new Aggregate(0, [])
  for (let i = 0; i < 10_000; i++) one.record(`GET /${i}`, `class-${i % 100}`, 'ok', 1)
  expect(one.series().length).toBeLessThanOrEqual(217)
  expect(new Set(one.series().map((series) => series.class)).size).toBeLessThanOrEqual(17)
  expect(total(one)).toBe(10_000)
})

it('cuts names that are longer than any that a person reads', () => {
  const one = new Aggregate(0, [])
  one.record('x'.repeat(10_000), 'gold', 'ok', 1)
  expect(one.series()[0]?.operation).toHaveLength(128)
})

it('loses nothing when two become one, however many names they have', () => {
  const operations = fc.array(fc.tuple(fc.integer({ max: 400, min: 0 }), fc.integer({ max: 30, min: 0 })), {
    maxLength: 600,
  })
  fc.assert(
    fc.property(operations, operations, (a, b) => {
      const [before, later] = [new Aggregate(0, [5]), new Aggregate(1, [5])]
      for (const [name, its] of a) before.record(`${name}`, `${its}`, 'ok', 1)
      for (const [name, its] of b) later.record(`${name}`, `${its}`, 'ok', 10)
      before.absorbLater(later)
      expect(total(before)).toBe(a.length + b.length)
      expect(before.series().reduce((sum, { over }) => sum + (over[0] ?? 0), 0)).toBe(b.length)
      expect(before.series().length).toBeLessThanOrEqual(217)
      expect(total(before.withoutNames())).toBe(a.length + b.length)
      expect(before.withoutNames().series().length).toBeLessThanOrEqual(17)
    }),
    { numRuns: 30 },
  )
})

it('keeps the counts of those limits that both counted against', () => {
  const [before, later] = [new Aggregate(0, [5, 50]), new Aggregate(1, [50, 500])]
  before.record('a', 'gold', 'ok', 60)
  later.record('a', 'gold', 'ok', 600)
  before.absorbLater(later)
  expect(before.limits).toEqual([50])
  expect(before.series()[0]?.over).toEqual([2])
})

it('takes the limits of the one that has anything', () => {
  const [before, later] = [new Aggregate(0, []), new Aggregate(1, [50])]
  later.record('a', 'gold', 'ok', 60)
  before.absorbLater(later)
  expect(before.series()[0]?.over).toEqual([1])
})
