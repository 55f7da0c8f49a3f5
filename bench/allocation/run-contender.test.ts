/** Goal: runs are the same whenever they are made, and nobody who does not know the load beats who does. */
import { minutes } from '@holdfast/core/units'
import { generatedTraces, firstSeconds, withMean, type Trace } from '@holdfast/simulator'
import { expect, test } from 'vitest'
import type { Contender } from './contenders.ts'
import { runContender } from './run-contender.ts'
import { MEAN_RATE } from './shop-at-scale.ts'

const load = { figuresFrom: minutes(5), quick: true }

const trace = (): Trace => {
  const bursty = generatedTraces(7).find(({ name }) => name === 'generated-bursty')
  if (bursty === undefined) throw new Error('There is a bursty load.')
  return withMean(firstSeconds(bursty, 900), MEAN_RATE)
}

const PEERS: readonly Contender[] = [
  { kind: 'hpa', target: 0.7 },
  { kind: 'kpa', target: 0.7 },
  { kind: 'static-peak', target: 0.8 },
]

test('The same contender on the same load comes to the same.', () => {
  const [contender = { kind: 'holdfast' }] = PEERS
  expect(runContender({ ...load, trace: trace(), contender })).toEqual(
    runContender({ ...load, trace: trace(), contender }),
  )
})

test(
  'Who knows the load pays no more than peers, and money is instances and remedies.',
  { timeout: 20_000 },
  () => {
    const bound = runContender({ ...load, trace: trace(), contender: { kind: 'clairvoyant' } })
    for (const contender of PEERS) {
      const { money, instances, remedies, operations, hours } = runContender({
        ...load,
        trace: trace(),
        contender,
      })
      expect(money).toBeCloseTo(instances + remedies, 9)
      expect(money).toBeGreaterThanOrEqual(bound.money)
      // What is counted begins after five minutes.
      expect(hours).toBeCloseTo(600 / 3_600, 9)
      expect(operations).toBe(bound.operations)
    }
  },
)
