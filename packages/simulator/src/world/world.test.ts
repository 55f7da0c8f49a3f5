/**
 * Goal: the world does what queueing says and loses nothing. Method: small services on fixed instances,
 * against closed formulas and by counting.
 */
import type { Part, Service } from '@holdfast/core/agreement'
import type { DesiredInstance } from '@holdfast/core/control'
import { waitDistribution } from '@holdfast/core/stats'
import { durationMs, hours, instanceIdOf, minutes, perSecond, type DurationMs } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import { shop, shopAgreement } from '../shop.ts'
import type { Fault } from './faults.ts'
import { World } from './world.ts'

const instancesOf = (service: Service, counts: readonly number[]): readonly DesiredInstance[] =>
  service.parts.flatMap(({ name, instanceType, revision }, i) =>
    Array.from({ length: counts[i] ?? 0 }, (_, number) => ({
      id: instanceIdOf(service.name, name, 1, number + 1),
      part: name,
      instanceType,
      revision,
    })),
  )

function worldOf(service: Service, rate: number, duration: DurationMs, faults: readonly Fault[] = []): World {
  const world = new World({
    service,
    load: { kind: 'constant', rate: perSecond(rate) },
    faults,
    seed: 9,
    duration,
  })
  world.countLevels(shopAgreement.levels)
  return world
}

const meanWaitMs = (world: World, part: number): number =>
  world.parts[part]?.meter.waitingMs.take().meanMs ?? NaN

const onePart = (part: Partial<Part>): Service => ({
  ...shop,
  parts: shop.parts.slice(0, 1).map((first) => Object.assign({}, first, { calls: [] }, part)),
})

test('Operations wait at one station of fixed occupancy as long as M/D/1 says.', () => {
  const world = worldOf(onePart({}), 6, hours(6))
  world.carryOut(instancesOf(shop, [1]))
  world.runUntil(hours(6))
  const queue = { servers: 1, arrivalRate: 6, occupancy: 0.1, arrivalVariation: 1, occupancyVariation: 0 }
  expect(meanWaitMs(world, 0) / (waitDistribution(queue).meanSeconds * 1_000)).toBeCloseTo(1, 1)
})

test('Every operation that arrived was completed, has failed or is still inside.', () => {
  const world = worldOf(shop, 9, hours(1), [{ kind: 'failures', perInstanceHour: 20 }])
  const desired = instancesOf(shop, [4, 6, 10])
  for (let at = 0; at <= hours(1); at += 60_000) {
    world.runUntil(at)
    // What failed is replaced under its old name: first it has to go.
    world.carryOut(desired.filter(({ id }) => !isFailed(world, id)))
    world.carryOut(desired)
  }
  world.runUntil(hours(1) + minutes(5))
  const { arrivals, completed, failed } = world.meter
  expect(failed).toBeGreaterThan(0)
  expect(completed + failed).toBe(arrivals)
  for (const { meter } of world.parts) expect(meter.inside).toBe(0)
})

const isFailed = (world: World, id: string): boolean =>
  world.instances().some((instance) => instance.desired.id === id && instance.phase === 'failed')

test('A stopped instance ends what it has begun, and takes nothing new.', () => {
  const world = worldOf(onePart({}), 5, minutes(10))
  world.carryOut(instancesOf(shop, [2]))
  world.runUntil(minutes(5))
  world.carryOut(instancesOf(shop, [1]))
  world.runUntil(minutes(11))
  expect(world.meter.failed).toBe(0)
  expect(world.instances().length).toBe(1)
})

test('An instance counts as there from the order to start until it is gone.', () => {
  const world = worldOf(onePart({}), 1, minutes(10))
  world.carryOut(instancesOf(shop, [2]))
  world.runUntil(minutes(4))
  world.carryOut([])
  world.runUntil(minutes(9))
  const [part] = shop.parts
  if (part === undefined) throw new Error('The shop has parts.')
  expect(world.aliveMs(part.name)).toBeGreaterThanOrEqual(2 * minutes(4))
  expect(world.aliveMs(part.name)).toBeLessThan(2 * minutes(4) + 1_000)
})

test('A fraction of a call is made by that share of the operations.', () => {
  const service: Service = {
    ...shop,
    parts: shop.parts.map((part) =>
      Object.assign({}, part, { calls: part.calls.map((call) => Object.assign({}, call, { times: 1.5 })) }),
    ),
  }
  const world = worldOf(service, 1, hours(2))
  world.carryOut(instancesOf(shop, [2, 3, 8]))
  world.runUntil(hours(3))
  const [entry, second, third] = world.parts.map(({ meter }) => meter.arrivals)
  expect((second ?? 0) / (entry ?? 1)).toBeCloseTo(1.5, 1)
  expect((third ?? 0) / (second ?? 1)).toBeCloseTo(1.5, 1)
})

test('Operations that find no instance wait for the first one.', () => {
  const world = worldOf(onePart({}), 2, durationMs(10_000))
  world.runUntil(5_000)
  expect(world.meter.completed).toBe(0)
  world.carryOut(instancesOf(shop, [1]))
  world.runUntil(60_000)
  expect(world.meter.completed).toBe(world.meter.arrivals)
  expect(world.meter.failed).toBe(0)
})
