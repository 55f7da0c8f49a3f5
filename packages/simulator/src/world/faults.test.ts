/**
 * Goal: each fault shows in the observation what it would show of a real service, and nothing else. Method: one
 * constant load on instances that stay, observed before the fault, while it holds and after it.
 */
import type { Part, Service } from '@holdfast/core/agreement'
import type { DesiredInstance } from '@holdfast/core/control'
import type { InstanceObservation, PartObservation, ServiceObservation } from '@holdfast/core/health'
import {
  branded,
  durationMs,
  epochMs,
  hours,
  instanceIdOf,
  minutes,
  perSecond,
  seconds,
  type DurationMs,
  type PartName,
  type ServiceName,
} from '@holdfast/core/units'
import { expect, test } from 'vitest'
import { serviceAt, standingsAt } from '../outside.ts'
import { shop, shopAgreement } from '../shop.ts'
import { SIMULATION_BEGINS } from '../simulation-input.ts'
import type { Fault } from './faults.ts'
import { observe } from './observe.ts'
import { World, type WorldSettings } from './world.ts'

const nameOf = (text: string): PartName => branded<PartName>(text)
const data = nameOf('data')

/** The shop with parts that work on several operations at once, as its own are taken mostly by their pauses. */
const busyShop: Service = {
  ...shop,
  parts: shop.parts.map((part): Part => {
    if (part.characteristics === null) return part
    const capacity = perSecond(4_000 / part.characteristics.serviceTime.mean)
    return { ...part, characteristics: { ...part.characteristics, capacity } }
  }),
}

const COUNTS = 4
const BEGINS = minutes(10)
const ENDS = minutes(20)

const instancesOf = (service: Service): readonly DesiredInstance[] =>
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

function worldWith(faults: readonly Fault[], settings: Partial<WorldSettings> = {}): World {
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

function look(world: World, from: number, to: number): ServiceObservation {
  world.runUntil(from)
  observe(world, busyShop, spanOf(0, from), SIMULATION_BEGINS)
  world.runUntil(to)
  return observe(world, busyShop, spanOf(from, to), SIMULATION_BEGINS)
}

const spanOf = (from: number, to: number): ServiceObservation['span'] => ({
  from: epochMs(SIMULATION_BEGINS + from),
  to: epochMs(SIMULATION_BEGINS + to),
})

function watch(...faults: readonly Fault[]): Watched {
  const world = worldWith(faults)
  const before = look(world, 0, BEGINS)
  const during = look(world, BEGINS + 30_000, ENDS)
  const after = look(world, ENDS + 30_000, ENDS + minutes(10))
  return { before, during, after, world }
}

const partOf = ({ parts }: ServiceObservation, name: PartName = data): PartObservation => {
  const found = parts.find(({ part }) => part === name)
  if (found === undefined) throw new Error(`Nothing was observed of ${name}.`)
  return found
}

const serviceMs = (observation: ServiceObservation, name: PartName = data): number =>
  partOf(observation, name).service.meanMs

const held = { from: durationMs(BEGINS), to: durationMs(ENDS) } as const

const shares = (instances: readonly InstanceObservation[], of: 'throttledShare' | 'stealShare') =>
  instances.map(({ host }) => host?.[of] ?? NaN)

const hostOfFirst = (observation: ServiceObservation): string | undefined =>
  partOf(observation).instances[0]?.host?.host

test('Without a fault parts take what is expected of them, nothing fails, and hosts take nothing.', () => {
  const { during } = watch()
  expect(during.parts.map(({ service }) => service.meanMs)).toEqual([10, 20, 50])
  expect(during.failed).toBe(0)
  for (const { instances } of during.parts) {
    expect(instances.map(({ phase, restarts }) => [phase, restarts])).toEqual(
      Array.from({ length: COUNTS }, () => ['ready', 0]),
    )
    expect(
      [...shares(instances, 'throttledShare'), ...shares(instances, 'stealShare')].every((x) => x === 0),
    ).toBe(true)
  }
})

test('Instances of one part are spread over hosts, and few share one.', () => {
  const { before } = watch()
  for (const { instances } of before.parts)
    expect(new Set(instances.map(({ host }) => host?.host)).size).toBe(COUNTS)
  const all = before.parts.flatMap(({ instances }) => instances.map(({ host }) => host?.host))
  expect(new Set(all).size).toBe(4)
})

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
  const more = instancesOf(busyShop).map((one) => ({ ...one, id: branded<typeof one.id>(`${one.id}-more`) }))
  world.carryOut([...instancesOf(busyShop), ...more])
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
  const kept = instancesOf(busyShop)
  const [first, ...others] = kept.filter(({ part }) => part === data)
  if (first === undefined) throw new Error('There are instances of data.')
  const fresh = { ...first, id: instanceIdOf(busyShop.name, data, 1, 1) }
  world.carryOut([...kept.filter(({ part }) => part !== data), ...others, fresh])
  const { instances } = partOf(look(world, BEGINS + minutes(10), BEGINS + minutes(10.1)))
  const means = instances.map(({ serviceMeanMs }) => (serviceMeanMs ?? 0) / 50)
  for (const old of means.slice(0, -1)) expect(old).toBeCloseTo(2, 1)
  expect(means.at(-1)).toBeCloseTo(1.1, 1)
})

test('noisy-neighbour: all that runs on the host is slow, and its steal shows it; other hosts are well.', () => {
  const { before, during, after } = watch({ kind: 'noisy-neighbour', part: data, share: 0.5, ...held })
  const host = hostOfFirst(before)
  for (const { part, instances } of during.parts) {
    for (const { host: on, serviceMeanMs, completed } of instances) {
      const expected = part === data ? 50 : part === 'processing' ? 20 : 10
      expect(serviceMeanMs).toBeCloseTo(on?.host === host ? expected * 2 : expected, 6)
      expect(on?.throttledShare).toBe(0)
      if (on?.host === host) expect(on?.stealShare).toBeGreaterThan(0.2)
      else expect(on?.stealShare).toBe(0)
      expect(completed).toBeGreaterThan(0)
    }
  }
  expect(serviceMs(after)).toBe(50)
  expect(shares(partOf(after).instances, 'stealShare')).toEqual(Array(COUNTS).fill(0))
})

test('throttled-host: its instances are slow by the share of their busy time that their quota took.', () => {
  const { before, during } = watch({ kind: 'throttled-host', part: data, share: 0.6, ...held })
  const host = hostOfFirst(before)
  const struck = partOf(during).instances.filter(({ host: on }) => on?.host === host)
  expect(struck.length).toBe(1)
  for (const { serviceMeanMs, completed, host: on } of struck) {
    expect(serviceMeanMs).toBeCloseTo(125, 6)
    const busyShare = Math.min(1, (completed * 125) / (ENDS - BEGINS - 30_000))
    expect((on?.throttledShare ?? 0) / busyShare).toBeCloseTo(0.6, 2)
    expect(on?.stealShare).toBe(0)
  }
})

test('slow-instance: one instance is slow, on a host that is well, and stays so.', () => {
  const { during, after } = watch({ kind: 'slow-instance', part: data, factor: 3, at: BEGINS })
  for (const observation of [during, after]) {
    const [slow, ...others] = partOf(observation).instances.map(({ serviceMeanMs }) => serviceMeanMs ?? 0)
    expect(slow).toBeCloseTo(150, 6)
    expect(others).toEqual([50, 50, 50])
    expect(shares(partOf(observation).instances, 'throttledShare')).toEqual(Array(COUNTS).fill(0))
  }
})

test('lost-instance: one instance has failed, and stays so.', () => {
  const { during } = watch({ kind: 'lost-instance', part: data, at: BEGINS })
  expect(partOf(during).instances.map(({ phase }) => phase)).toEqual(['failed', 'ready', 'ready', 'ready'])
})

test('failures: instances fail for good now and then.', () => {
  const { after } = watch({ kind: 'failures', perInstanceHour: 2 })
  const phases = after.parts.flatMap(({ instances }) => instances.map(({ phase }) => phase))
  expect(phases.filter((phase) => phase === 'failed').length).toBeGreaterThan(2)
})

test('cold-start: instances that get ready are slow at first, and as quick as others once they are warm.', () => {
  const world = worldWith([
    { kind: 'cold-start', part: data, factor: 4, warmUp: durationMs(minutes(2)), ...held },
  ])
  world.runUntil(BEGINS)
  const more = Array.from({ length: 4 }, (_, i) => instanceIdOf(busyShop.name, data, 1, i + 1))
  const like = instancesOf(busyShop).find(({ part }) => part === data)
  if (like === undefined) throw new Error('There are instances of data.')
  world.carryOut([...instancesOf(busyShop), ...more.map((id) => ({ ...like, id }))])
  const means = (observation: ServiceObservation): readonly number[] =>
    partOf(observation).instances.map(({ serviceMeanMs }) => serviceMeanMs ?? NaN)
  const cold = means(look(world, BEGINS + 10_000, BEGINS + 20_000))
  expect(cold.slice(0, 4)).toEqual([50, 50, 50, 50])
  expect(cold.slice(4).every((ms) => ms > 150)).toBe(true)
  const warm = means(look(world, BEGINS + minutes(3), BEGINS + minutes(4)))
  expect(warm).toEqual(Array(8).fill(50))
})

test('surge: more operations come while it holds, and the others come as they would without it.', () => {
  const { before, during, after } = watch({ kind: 'surge', factor: 3, ...held })
  const calm = watch()
  const rate = ({ arrivals, span }: ServiceObservation): number => (arrivals * 1_000) / (span.to - span.from)
  expect(before.arrivals).toBe(calm.before.arrivals)
  expect(rate(during) / rate(calm.during)).toBeCloseTo(3, 1)
  expect(after.arrivals).toBe(calm.after.arrivals)
})

test('crashes: instances end, wait longer each time, come again with their restarts counted, and are given up at last.', () => {
  const world = worldWith([
    { kind: 'crashes', part: data, perInstanceHour: 600, ...held, to: durationMs(minutes(50)) },
  ])
  const soon = look(world, BEGINS, BEGINS + 30_000)
  expect(partOf(soon).failed).toBeGreaterThan(0)
  const phases = new Set<string>()
  for (let at = BEGINS + 30_000; at < BEGINS + minutes(10); at += 1_000) {
    const { instances } = partOf(look(world, at, at + 1_000))
    for (const { phase } of instances) phases.add(phase)
  }
  expect([...phases].toSorted()).toEqual(['backing-off', 'failed', 'ready', 'starting'])
  const { instances } = partOf(look(world, minutes(45), minutes(45) + 1_000))
  expect(instances.every(({ restarts }) => restarts >= 6)).toBe(true)
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
  const old = instancesOf(busyShop)
  const [, second] = old.filter(({ part }) => part === data)
  if (second === undefined) throw new Error('There are instances of data.')
  const fresh = { ...second, id: instanceIdOf(busyShop.name, data, 1, 1), revision: '2' }
  world.carryOut([...old.filter((one) => one !== second), fresh])
  const { instances, failed } = partOf(look(world, BEGINS + 30_000, ENDS))
  const last = instances.at(-1)
  expect(last?.revision).toBe('2')
  expect(last?.serviceMeanMs).toBeCloseTo(100, 6)
  expect((last?.failed ?? 0) / ((last?.failed ?? 0) + (last?.completed ?? 0))).toBeCloseTo(0.2, 1)
  expect(failed).toBe(last?.failed)
  expect(instances.slice(0, -1).map(({ serviceMeanMs }) => serviceMeanMs)).toEqual([50, 50, 50])
})

test('Start times vary as much as the run says, and instances warm up as it says.', () => {
  const startsAfter = (sigma: number): readonly number[] => {
    const warmUp = { factor: 3, lastsMs: 60_000 }
    const world = worldWith([], { starts: { [data]: { sigma, warmUp } } })
    world.runUntil(minutes(1))
    const like = instancesOf(busyShop).find(({ part }) => part === data)
    if (like === undefined) throw new Error('There are instances of data.')
    const more = Array.from({ length: 40 }, (_, i) => ({
      ...like,
      id: instanceIdOf(busyShop.name, data, 1, i + 1),
    }))
    world.carryOut([...instancesOf(busyShop), ...more])
    world.runUntil(minutes(1) + seconds(30))
    const started = world.instances().filter(({ startedAt }) => startedAt > 0)
    expect(started.every(({ warm }) => warm?.factor === 3)).toBe(true)
    return started.map(({ phaseSince, startedAt }) => phaseSince - startedAt)
  }
  expect(new Set(startsAfter(0)).size).toBe(1)
  const varied = startsAfter(0.5)
  expect(Math.max(...varied) / Math.min(...varied)).toBeGreaterThan(3)
})

test('A run with all faults at once is the same to the byte when its seed is the same.', () => {
  const on = { part: data, ...held } as const
  const service = branded<ServiceName>('payments')
  const faults: readonly Fault[] = [
    { kind: 'slow-code', factor: 1.2, ...on },
    { kind: 'slow-dependency', service, addedMs: 5, ...on },
    { kind: 'lock', contention: 0.1, ...on },
    { kind: 'leak', perOperation: 0.001, perHour: 1, crashesAt: 2, ...on },
    { kind: 'cold-start', factor: 2, warmUp: durationMs(20_000), ...on },
    { kind: 'crashes', perInstanceHour: 20, ...on },
    { kind: 'noisy-neighbour', share: 0.2, ...on },
    { kind: 'throttled-host', share: 0.2, ...on },
    { kind: 'surge', factor: 1.3, ...held },
    { kind: 'slow-instance', part: data, factor: 2, at: BEGINS },
    { kind: 'lost-instance', part: data, at: BEGINS },
    { kind: 'failures', perInstanceHour: 1 },
  ]
  const once = (): string => JSON.stringify(look(worldWith(faults), BEGINS, ENDS))
  expect(once()).toBe(once())
})

test('Whatever fails, each operation that came was completed, has failed or is under way.', () => {
  const on = { part: data, ...held } as const
  const world = worldWith([
    { kind: 'crashes', ...on, perInstanceHour: 100 },
    { kind: 'crashes', ...on, part: nameOf('processing'), perInstanceHour: 100 },
    { kind: 'leak', ...on, part: nameOf('interface'), perOperation: 0.01, perHour: 0, crashesAt: 3 },
  ])
  const outstanding = (duration: DurationMs): number => {
    world.runUntil(duration)
    const { arrivals, completed, failed } = world.totals
    return arrivals - completed - failed
  }
  expect(outstanding(ENDS)).toBe([...world.visits()].filter(({ parent }) => parent === null).length)
  expect(world.totals.failed).toBeGreaterThan(100)
})

test('What no instance has room for is refused, and no program is to blame for it.', () => {
  const world = worldWith([], { load: { kind: 'constant', rate: perSecond(300) } })
  world.carryOut(instancesOf(busyShop).filter(({ id, part }) => part !== data || id.endsWith('-1')))
  const full = look(world, BEGINS, ENDS)
  expect(partOf(full).refused).toBeGreaterThan(1_000)
  expect(full.failed).toBe(partOf(full).refused)
  expect(full.parts.every(({ failed }) => failed === 0)).toBe(true)
  expect(partOf(full).queued).toBeGreaterThan(900)
})
