/** Goal: what befalls instances and hosts shows in just these, as it would of real ones. */
import type { InstanceObservation, ServiceObservation } from '@holdfast/core/health'
import { durationMs, minutes } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import {
  BEGINS,
  COUNTS,
  ENDS,
  data,
  held,
  look,
  partOf,
  serviceMs,
  watch,
  worldWith,
} from './testing/watched-world.ts'

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

test('slow-instance: what strikes again makes another instance slow, until all are.', () => {
  const slow = { kind: 'slow-instance', part: data, factor: 3, at: BEGINS } as const
  const slowAfter = (strikes: number): number => {
    const world = worldWith(Array.from({ length: strikes }, () => slow))
    const { instances } = partOf(look(world, BEGINS, ENDS))
    return instances.filter(({ serviceMeanMs }) => (serviceMeanMs ?? 0) > 100).length
  }
  expect([1, 2, COUNTS].map(slowAfter)).toEqual([1, 2, COUNTS])
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
