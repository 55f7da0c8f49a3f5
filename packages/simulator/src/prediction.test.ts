/**
 * Goal: the share that core predicts is what the world shows, at the instances that matter. Method: many
 * hours of constant load on fixed instances, of the shop and of services with other occupancies.
 */
import type { Characteristics, Part, Service } from '@holdfast/core/agreement'
import { predictWithin, stationsOf, visitedParts } from '@holdfast/core/allocation'
import { durationMs, hours, instanceIdOf, minutes, perSecond, ratio } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import { shop, shopAgreement } from './shop.ts'
import { World } from './world/world.ts'

const LIMIT_MS = 100

interface Fixed {
  readonly service: Service
  readonly rate: number
  readonly counts: readonly number[]
}

function simulatedShare({ service, rate, counts }: Fixed): number {
  const duration = hours(Math.max(1, Math.round(80 / rate)))
  const world = new World({
    service,
    load: { kind: 'constant', rate: perSecond(rate) },
    faults: [],
    seed: 5,
    duration,
  })
  world.carryOut(
    service.parts.flatMap(({ name, instanceType, revision }, i) =>
      Array.from({ length: counts[i] ?? 0 }, (_, number) => ({
        id: instanceIdOf(service.name, name, 1, number + 1),
        part: name,
        instanceType,
        revision,
      })),
    ),
  )
  world.runUntil(minutes(2))
  world.countLevels(shopAgreement.levels)
  world.runUntil(duration)
  const [{ met, missed } = { met: 0, missed: 0 }] = world.meter.levels
  return met / (met + missed)
}

function predictedShare({ service, rate, counts }: Fixed): number {
  const parts = visitedParts(service).map(({ part, visits, callers }, i) => {
    if (part.characteristics === null) throw new Error('Every part of this test has characteristics.')
    const stations = stationsOf(part.characteristics, null)
    return { part: part.name, visits, callers, stations, instances: counts[i] ?? 0 }
  })
  return predictWithin(parts, rate, LIMIT_MS, 0)
}

test.for<readonly [rate: number, counts: readonly number[]]>([
  [10, [3, 5, 10]],
  [10, [4, 5, 9]],
  [10, [4, 6, 10]],
  [8, [3, 5, 8]],
  [8, [3, 4, 9]],
  [5, [2, 4, 8]],
  [5, [2, 3, 6]],
  [3, [2, 3, 5]],
  [1, [1, 2, 3]],
])(
  'At %s/s with %j instances of the shop the predicted share is the simulated one to 1.5 points.',
  ([rate, counts]) => {
    const fixed = { service: shop, rate, counts }
    const points = (predictedShare(fixed) - simulatedShare(fixed)) * 100
    expect(Math.abs(points)).toBeLessThan(1.5)
  },
)

const withCharacteristics = (part: Part, characteristics: Characteristics): Part => ({
  ...part,
  characteristics,
})

/** The shop's chain with other characteristics. */
const chainOf = (all: readonly Characteristics[]): Service => ({
  ...shop,
  parts: shop.parts.flatMap((part, i) => {
    const characteristics = all[i]
    return characteristics === undefined ? [] : [withCharacteristics(part, characteristics)]
  }),
})

const varying = (meanMs: number, p95Ms: number, capacity: number): Characteristics => ({
  serviceTime: { mean: durationMs(meanMs), percentile: { ratio: ratio(0.95), value: durationMs(p95Ms) } },
  capacity: perSecond(capacity),
  startTime: durationMs(1),
})

const oneAtATime = chainOf([varying(10, 25, 100), varying(12, 30, 83), varying(15, 40, 66)])
const severalAtOnce = chainOf([varying(10, 20, 400), varying(20, 45, 200), varying(30, 60, 100)])

/** Of every operation the first part asks the second three times. */
const askingAgain: Service = {
  ...chainOf([varying(10, 15, 400), varying(10, 22, 100)]),
  parts: chainOf([varying(10, 15, 400), varying(10, 22, 100)]).parts.map((part, i) => ({
    ...part,
    calls: i === 0 ? part.calls.map((call) => ({ ...call, times: 3 })) : [],
  })),
}

test.for<readonly [says: string, fixed: Fixed]>([
  ['one varying operation at a time, alone', { service: oneAtATime, rate: 30, counts: [1, 1, 1] }],
  ['one varying operation at a time', { service: oneAtATime, rate: 60, counts: [1, 2, 2] }],
  ['several varying operations at once', { service: severalAtOnce, rate: 120, counts: [1, 1, 2] }],
  ['one varying operation at a time, many', { service: oneAtATime, rate: 300, counts: [4, 5, 6] }],
  ['one varying operation at a time, asked again', { service: askingAgain, rate: 100, counts: [1, 4] }],
  ['several varying operations at once, busy', { service: severalAtOnce, rate: 160, counts: [1, 1, 2] }],
])('Where instances work on %s the predicted share is the simulated one to 2 points.', ([, fixed]) => {
  expect(Math.abs(predictedShare(fixed) - simulatedShare(fixed))).toBeLessThan(0.02)
})
