/** Goal: what is wrong with a part's program, or with what it works with, shows in that part as it would in a real one. */
import type { ServiceObservation } from '@holdfast/core/health'
import { branded, durationMs, hours, minutes, perSecond, type ServiceName } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import { serviceAt, standingsAt } from '../outside.ts'
import { SIMULATION_BEGINS } from '../simulation-input.ts'
import type { Fault } from './faults.ts'
import {
  BEGINS,
  ENDS,
  busyShop,
  data,
  held,
  instancesOf,
  look,
  moreOfData,
  nameOf,
  partOf,
  serviceMs,
  watch,
  withOneFresh,
  worldWith,
} from './testing/watched-world.ts'

test('slow-code: every instance of the part takes as many times as long, until it is over.', () => {
  const { during, after } = watch({ kind: 'slow-code', part: data, factor: 2, ...held })
  expect(serviceMs(during)).toBeCloseTo(100, 9)
  expect(
    partOf(during).instances.every(({ serviceMeanMs }) => Math.abs((serviceMeanMs ?? 0) - 100) < 1e-9),
  ).toBe(true)
  expect(serviceMs(during, nameOf('processing'))).toBe(20)
  expect(serviceMs(after)).toBe(50)
})

test('slow-dependency: the own service time grows by what the calls take, and the other service is breached.', () => {
  const service = branded<ServiceName>('payments')
  const fault: Fault = { kind: 'slow-dependency', part: data, service, addedMs: 70, ...held }
  const { during, after } = watch(fault)
  expect(serviceMs(during)).toBeCloseTo(120, 9)
  expect(serviceMs(after)).toBe(50)
  const standings = [BEGINS - 1, BEGINS, ENDS].map((at) => standingsAt([fault], at, SIMULATION_BEGINS))
  expect(standings.flat().map(({ state, since }) => [state, since - SIMULATION_BEGINS])).toEqual([
    ['kept', 0],
    ['breached', BEGINS],
    ['kept', ENDS],
  ])
})

test('lock: service times grow with the operations that are served at once.', () => {
  const fault: Fault = { kind: 'lock', part: data, contention: 0.25, ...held }
  const { during, after } = watch(fault)
  // 40/s of s ms each are n = 40·s/1000 at once, and who comes meets them: s = 50·(1 + n/4) ms, so 4 of 100 ms.
  expect(serviceMs(during) / 100).toBeCloseTo(1, 1)
  expect(partOf(during).service.squaredVariation).toBeGreaterThan(0.05)
  expect(serviceMs(after)).toBe(50)
  const busier = worldWith([fault], { load: { kind: 'constant', rate: perSecond(50) } })
  expect(serviceMs(look(busier, BEGINS + 30_000, ENDS))).toBeGreaterThan(serviceMs(during) * 1.3)
})

test('lock: where it keeps all instances busy, more of them only make each operation take longer.', () => {
  const fault: Fault = { kind: 'lock', part: data, contention: 0.5, ...held }
  const world = worldWith([fault])
  const few = look(world, BEGINS + minutes(2), BEGINS + minutes(4))
  world.carryOut([...instancesOf(busyShop), ...moreOfData(4)])
  const many = look(world, BEGINS + minutes(6), BEGINS + minutes(8))
  expect(serviceMs(many) / serviceMs(few)).toBeGreaterThan(1.7)
  expect(partOf(many).completed / partOf(few).completed).toBeLessThan(1.1)
})

test('leak: an instance gets slower with each operation that it serves, and is quick again once it was restarted.', () => {
  const world = worldWith([
    {
      kind: 'leak',
      part: data,
      perOperation: 0.001,
      perHour: 0,
      crashesAt: 3,
      ...held,
      to: durationMs(hours(1)),
    },
  ])
  const early = look(world, BEGINS, BEGINS + 30_000)
  const late = look(world, BEGINS + 90_000, BEGINS + 120_000)
  expect(serviceMs(early)).toBeGreaterThan(51)
  expect(serviceMs(late)).toBeGreaterThan(serviceMs(early) + 25)
  const end = look(world, BEGINS + 120_000, BEGINS + minutes(6))
  const crashed = partOf(end).instances
  expect(crashed.every(({ restarts }) => restarts >= 1)).toBe(true)
  expect(partOf(end).failed).toBeGreaterThan(0)
  const again = look(world, BEGINS + minutes(20), BEGINS + minutes(40))
  expect(partOf(again).service.maxMs).toBeLessThan(50 * 3.1)
})

test('leak: time alone makes instances slow as well, those that start later begin anew.', () => {
  const world = worldWith([
    {
      kind: 'leak',
      part: data,
      perOperation: 0,
      perHour: 6,
      crashesAt: null,
      ...held,
      to: durationMs(hours(1)),
    },
  ])
  world.runUntil(BEGINS + minutes(9))
  world.carryOut(withOneFresh('1'))
  const { instances } = partOf(look(world, BEGINS + minutes(10), BEGINS + minutes(10.1)))
  const means = instances.map(({ serviceMeanMs }) => (serviceMeanMs ?? 0) / 50)
  for (const old of means.slice(0, -1)) expect(old).toBeCloseTo(2, 1)
  expect(means.at(-1)).toBeCloseTo(1.1, 1)
})

test('cold-start: instances that get ready are slow at first, and as quick as others once they are warm.', () => {
  const world = worldWith([
    { kind: 'cold-start', part: data, factor: 4, warmUp: durationMs(minutes(2)), ...held },
  ])
  world.runUntil(BEGINS)
  world.carryOut([...instancesOf(busyShop), ...moreOfData(4)])
  const means = (observation: ServiceObservation): readonly number[] =>
    partOf(observation).instances.map(({ serviceMeanMs }) => serviceMeanMs ?? NaN)
  const cold = means(look(world, BEGINS + 10_000, BEGINS + 20_000))
  expect(cold.slice(0, 4)).toEqual([50, 50, 50, 50])
  expect(cold.slice(4).every((ms) => ms > 150)).toBe(true)
  const warm = means(look(world, BEGINS + minutes(3), BEGINS + minutes(4)))
  expect(warm).toEqual(Array(8).fill(50))
})

test('bad-deploy: the part has another revision from then on, whose instances are slower and fail a share.', () => {
  const fault: Fault = {
    kind: 'bad-deploy',
    part: data,
    revision: '2',
    factor: 2,
    failedShare: 0.2,
    at: BEGINS,
  }
  expect(serviceAt(busyShop, [fault], BEGINS - 1)).toBe(busyShop)
  const deployed = serviceAt(busyShop, [fault], BEGINS)
  expect(deployed.parts.map(({ revision }) => revision)).toEqual(['1', '1', '2'])

  const world = worldWith([fault])
  world.runUntil(BEGINS)
  world.carryOut(withOneFresh('2'))
  const { instances, failed } = partOf(look(world, BEGINS + 30_000, ENDS))
  const last = instances.at(-1)
  expect(last?.revision).toBe('2')
  expect(last?.serviceMeanMs).toBeCloseTo(100, 6)
  expect((last?.failed ?? 0) / ((last?.failed ?? 0) + (last?.completed ?? 0))).toBeCloseTo(0.2, 1)
  expect(failed).toBe(last?.failed)
  expect(instances.slice(0, -1).map(({ serviceMeanMs }) => serviceMeanMs)).toEqual([50, 50, 50])
})
