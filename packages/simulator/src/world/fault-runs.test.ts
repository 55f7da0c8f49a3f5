/** Goal: whatever goes wrong in a run, it is the same each time and loses no operation. */
import type { ServiceObservation } from '@holdfast/core/health'
import {
  branded,
  durationMs,
  minutes,
  perSecond,
  seconds,
  type DurationMs,
  type ServiceName,
} from '@holdfast/core/units'
import { expect, test } from 'vitest'
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
  watch,
  worldWith,
} from './testing/watched-world.ts'

test('surge: more operations come while it holds, and the others come as they would without it.', () => {
  const { before, during, after } = watch({ kind: 'surge', factor: 3, ...held })
  const calm = watch()
  const rate = ({ arrivals, span }: ServiceObservation): number => (arrivals * 1_000) / (span.to - span.from)
  expect(before.arrivals).toBe(calm.before.arrivals)
  expect(rate(during) / rate(calm.during)).toBeCloseTo(3, 1)
  expect(after.arrivals).toBe(calm.after.arrivals)
})

test('Start times vary as much as the run says, and instances warm up as it says.', () => {
  const startsAfter = (sigma: number): readonly number[] => {
    const warmUp = { factor: 3, lastsMs: 60_000 }
    const world = worldWith([], { starts: { [data]: { sigma, warmUp } } })
    world.runUntil(minutes(1))
    world.carryOut([...instancesOf(busyShop), ...moreOfData(40)])
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
