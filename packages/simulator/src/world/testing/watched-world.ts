/**
 * A world to see faults in: one constant load on instances that stay, observed before a fault, while it holds
 * and after it. The shop's parts work on several operations at once here, as its own are taken mostly by pauses.
 */
import type { Part, Service } from '@holdfast/core/agreement'
import type { DesiredInstance } from '@holdfast/core/control'
import type { PartObservation, ServiceObservation } from '@holdfast/core/health'
import {
  branded,
  durationMs,
  epochMs,
  hours,
  instanceIdOf,
  minutes,
  perSecond,
  type PartName,
} from '@holdfast/core/units'
import { shop, shopAgreement } from '../../shop.ts'
import { SIMULATION_BEGINS } from '../../simulation-input.ts'
import type { Fault } from '../faults.ts'
import { observe } from '../observe.ts'
import { World, type WorldSettings } from '../world.ts'

export const nameOf = (text: string): PartName => branded<PartName>(text)
export const data = nameOf('data')

export const busyShop: Service = {
  ...shop,
  parts: shop.parts.map((part): Part => {
    if (part.characteristics === null) return part
    const capacity = perSecond(4_000 / part.characteristics.serviceTime.mean)
    return { ...part, characteristics: { ...part.characteristics, capacity } }
  }),
}

export const COUNTS = 4
export const BEGINS = minutes(10)
export const ENDS = minutes(20)

export const instancesOf = (service: Service): readonly DesiredInstance[] =>
  service.parts.flatMap(({ name, instanceType, revision }) =>
    Array.from({ length: COUNTS }, (_, i) => ({
      id: instanceIdOf(service.name, name, 0, i + 1),
      part: name,
      instanceType,
      revision,
    })),
  )

interface Watched {
  readonly before: ServiceObservation
  /** From half a minute after the fault began until it ended. */
  readonly during: ServiceObservation
  /** From half a minute after it ended. */
  readonly after: ServiceObservation
  readonly world: World
}

export function worldWith(faults: readonly Fault[], settings: Partial<WorldSettings> = {}): World {
  const world = new World({
    service: busyShop,
    load: { kind: 'constant', rate: perSecond(40) },
    faults,
    seed: 12,
    duration: hours(1),
    ...settings,
  })
  world.countLevels(shopAgreement.levels)
  world.begin(instancesOf(busyShop))
  return world
}

export function look(world: World, from: number, to: number): ServiceObservation {
  world.runUntil(from)
  observe(world, busyShop, spanOf(0, from), SIMULATION_BEGINS)
  world.runUntil(to)
  return observe(world, busyShop, spanOf(from, to), SIMULATION_BEGINS)
}

const spanOf = (from: number, to: number): ServiceObservation['span'] => ({
  from: epochMs(SIMULATION_BEGINS + from),
  to: epochMs(SIMULATION_BEGINS + to),
})

export function watch(...faults: readonly Fault[]): Watched {
  const world = worldWith(faults)
  const before = look(world, 0, BEGINS)
  const during = look(world, BEGINS + 30_000, ENDS)
  const after = look(world, ENDS + 30_000, ENDS + minutes(10))
  return { before, during, after, world }
}

export const partOf = ({ parts }: ServiceObservation, name: PartName = data): PartObservation => {
  const found = parts.find(({ part }) => part === name)
  if (found === undefined) throw new Error(`Nothing was observed of ${name}.`)
  return found
}

export const serviceMs = (observation: ServiceObservation, name: PartName = data): number =>
  partOf(observation, name).service.meanMs

export const held = { from: durationMs(BEGINS), to: durationMs(ENDS) } as const

/** More instances of data, with new names. */
export function moreOfData(count: number): readonly DesiredInstance[] {
  const like = instancesOf(busyShop).find(({ part }) => part === data)
  if (like === undefined) throw new Error('There are instances of data.')
  return Array.from({ length: count }, (_, i) => ({
    ...like,
    id: instanceIdOf(busyShop.name, data, 1, i + 1),
  }))
}

/** One instance of data less, and a new one of that revision in its place. */
export function withOneFresh(revision: string): readonly DesiredInstance[] {
  const old = instancesOf(busyShop)
  const gone = old.find(({ part }) => part === data)
  return [...old.filter((one) => one !== gone), ...moreOfData(1).map((one) => ({ ...one, revision }))]
}
