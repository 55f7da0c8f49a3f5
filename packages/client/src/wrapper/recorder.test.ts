// Goal: what is recorded here is what the server would have recorded. Method: its own distributions of the same values.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { bucketIndex as theirIndex, distributionOf } from '../../../core/src/stats/index.ts'
import { bucketIndex } from './bucket-index.ts'
import { Recorder } from './recorder.ts'

const anyValue = fc.oneof(
  fc.integer({ min: 0, max: 1_000_000 }),
  fc.double({ min: 0, max: 1e20, noNaN: true }),
  fc.integer({ min: -40, max: 60 }).map((power) => 2 ** power),
  fc.integer({ min: -200, max: 600 }).map((step) => 2 ** (step / 64)),
)

function recorderOf(values: readonly number[], limits: readonly number[] = []): Recorder {
  const recorder = new Recorder(limits)
  for (const value of values) recorder.record(value)
  return recorder
}

it('puts each value into the bucket that the server puts it into', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(bucketIndex(value)).toBe(theirIndex(value))
    }),
    { numRuns: 5_000 },
  )
})

it('holds what a distribution of the same values holds', () => {
  fc.assert(
    fc.property(fc.array(anyValue, { maxLength: 50 }), (values) => {
      const { over: _, ...recorded } = recorderOf(values).recorded()
      expect(recorded).toEqual(distributionOf(values))
    }),
  )
})

it('takes over what another holds as if all of it had come here', () => {
  const whole = fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 40 })
  fc.assert(
    fc.property(whole, whole, (a, b) => {
      const one = recorderOf(a, [10, 500])
      one.absorb(recorderOf(b, [500, 10]))
      expect(one.recorded()).toEqual(recorderOf([...a, ...b], [10, 500]).recorded())
    }),
  )
})

it('counts what is over each limit, and a value at a limit is not', () => {
  expect(recorderOf([99, 100, 100.1, 300.5], [100, 300]).recorded().over).toEqual([2, 1])
})

it('leaves out what is no duration', () => {
  expect(recorderOf([Number.NaN, -1, Infinity]).recorded()).toMatchObject({ count: 0, buckets: [] })
})
