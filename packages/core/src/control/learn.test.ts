// What is learned of parts from what is measured: own service times, waiting, failures, and the time outside of all parts.
import { describe, expect, it } from 'vitest'
import type { InstanceObservation, PartObservation, ServiceObservation } from '../health/index.ts'
import { epochMs, seconds } from '../units/index.ts'
import { learn, nothingLearned, trustedServiceMs, type Learned, type LearnedState } from './learn.ts'
import {
  calls,
  expected,
  instance,
  observation,
  part,
  partName,
  partSeen,
  seen as instanceSeen,
  serviceOf,
  TEN,
  times,
} from './testing/shop.ts'

const service = serviceOf(part('web', { calls: calls('data') }), part('data'))
const start: LearnedState = { learned: {}, overheadMs: 0 }

const seen = (
  web: Partial<PartObservation>,
  data: Partial<PartObservation> = {},
  over: Partial<ServiceObservation> = {},
): ServiceObservation =>
  observation([], { parts: [partSeen('web', [], web), partSeen('data', [], data)], ...over })

const web = (state: LearnedState): Learned => state.learned[partName('web')] ?? nothingLearned

const served = (count: number, meanMs: number, waitingMs = 0): Partial<PartObservation> => ({
  completed: count,
  service: times(count, meanMs),
  waiting: times(count, waitingMs),
})

describe('learn', () => {
  it('takes the first measurement as it is, and trusts it after twenty operations', () => {
    const few = learn(service, start, seen(served(19, 30, 4)))
    expect(web(few)).toMatchObject({ serviceMs: 30, waitingMs: 4, seen: 19 })
    expect(trustedServiceMs(web(few))).toBeNull()
    expect(trustedServiceMs(web(learn(service, few, seen(served(1, 30, 4)))))).toBe(30)
    expect(trustedServiceMs(undefined)).toBeNull()
  })

  it('weighs each operation the same until two hundred, then lets the old ones fade', () => {
    const once = learn(service, start, seen(served(100, 10)))
    expect(web(learn(service, once, seen(served(100, 30)))).serviceMs).toBeCloseTo(20)
    const long = learn(service, once, seen(served(1_000, 10)))
    expect(web(long).seen).toBe(200)
    expect(web(learn(service, long, seen(served(20, 30)))).serviceMs).toBeCloseTo(12)
    expect(web(learn(service, long, seen(served(500, 30)))).serviceMs).toBe(30)
  })

  it('keeps what it knows while nothing is measured, and of parts that are not observed', () => {
    const known = learn(service, start, seen(served(50, 10, 2)))
    expect(learn(service, known, seen({}))).toEqual(known)
    expect(learn(service, known, observation([], { parts: [] }))).toEqual(known)
  })

  it('forgets parts that the service has no more', () => {
    const known = learn(service, start, seen(served(50, 10), served(50, 10)))
    expect(Object.keys(learn(serviceOf(part('web')), known, seen({})).learned)).toEqual(['web'])
  })

  it('learns the share of failures over many ticks, also where nothing succeeds any more', () => {
    let state = learn(service, start, seen(served(200, 10)))
    expect(web(state)).toMatchObject({ failedShare: 0, ended: 200 })
    for (let tick = 0; tick < 40; tick++) state = learn(service, state, seen({ failed: 5 }))
    expect(web(state).failedShare).toBeGreaterThan(0.6)
    expect(web(state).serviceMs).toBe(10)
  })
})

describe('the time outside of all parts', () => {
  const response = { response: times(200, 100) }

  it('is what the response takes beside service and waiting in all visits', () => {
    expect(learn(service, start, seen(served(200, 20, 10), served(200, 50, 5), response)).overheadMs).toBe(15)
  })

  it('is learned slowly from few operations', () => {
    const few = seen(served(20, 20, 10), served(20, 50, 5), { response: times(20, 100) })
    expect(learn(service, start, few).overheadMs).toBeCloseTo(1.5)
  })

  it('is below nothing by chance, so that chance cancels out over time', () => {
    expect(learn(service, start, seen(served(200, 90), served(200, 50), response)).overheadMs).toBe(-40)
  })

  it('is not what a part took that ended its operations a tick before', () => {
    const known = learn(service, start, seen(served(200, 20), served(200, 50), { response: times(0, 0) }))
    expect(learn(service, known, seen(served(200, 20), {}, { response: times(200, 80) })).overheadMs).toBe(10)
  })

  it('is not what operations waited that end when the line is gone', () => {
    const waited = seen(served(200, 20, 30_000), served(200, 50, 5), { response: times(200, 30_100) })
    const jammed = learn(service, start, waited)
    const drained = seen({}, served(20, 50, 0), { response: times(20, 25_000) })
    expect(learn(service, jammed, drained).overheadMs).toBe(0)
    const both = seen(served(20, 20, 0), served(20, 50, 0), { response: times(20, 25_000) })
    expect(learn(service, jammed, both).overheadMs).toBe(0)
  })

  it('stays unknown as long as a part is', () => {
    expect(learn(service, start, seen(served(200, 20), {}, response)).overheadMs).toBe(0)
  })
})

describe('instances', () => {
  const did = (number: number, over: Partial<InstanceObservation>): InstanceObservation =>
    instanceSeen(instance('web', number), 'ready', over)
  const instancesOf = (...present: readonly InstanceObservation[]): ServiceObservation =>
    observation([], { parts: [partSeen('web', present)] })
  const learnedOf = (state: LearnedState, number: number) => web(state).instances[instance('web', number).id]

  it('are remembered each by itself, over about thirty operations, and only while they are there', () => {
    const once = learn(service, start, instancesOf(did(1, { completed: 30, serviceMeanMs: 20 }), did(2, {})))
    expect(learnedOf(once, 1)).toMatchObject({ serviceMs: 20, seen: 30, firstMs: 20 })
    expect(learnedOf(once, 2)).toBeUndefined()
    const twice = learn(service, once, instancesOf(did(1, { completed: 15, serviceMeanMs: 40 })))
    expect(learnedOf(twice, 1)).toMatchObject({ serviceMs: 30, seen: 30, firstMs: 20 })
    expect(learn(service, twice, instancesOf(did(3, {}))).learned[partName('web')]?.instances).toEqual({})
  })

  it('are held up by their hosts for a share of the time that they were busy, not of all time', () => {
    // Busy for 2 of the 5 seconds, and throttled for 1.
    const host = { host: 'host-1', throttledShare: 0.2, stealShare: null }
    const state = learn(service, start, instancesOf(did(1, { completed: 20, serviceMeanMs: 100, host })))
    expect(learnedOf(state, 1)?.heldUpShare).toBeCloseTo(0.5)
  })

  it('are left out of what the part takes while they warm: as long as their start takes, and ten seconds at least', () => {
    const slowStart = serviceOf(
      part('web', { characteristics: { ...expected(10, 10), startTime: seconds(20) } }),
    )
    const ready = (secondsAgo: number) => epochMs(TEN - secondsAgo * 1_000)
    const both = [
      did(1, { completed: 10, serviceMeanMs: 10 }),
      did(2, { completed: 10, serviceMeanMs: 90, phaseSince: ready(15) }),
    ]
    const observed = observation([], {
      parts: [partSeen('web', both, { completed: 20, service: times(20, 50) })],
    })
    expect(web(learn(service, start, observed)).serviceMs).toBe(50)
    const state = learn(slowStart, start, observed)
    expect(web(state)).toMatchObject({ serviceMs: 10, seen: 10 })
    expect(web(state).revisions).toMatchObject([{ revision: 'r1', serviceMs: 10, warmUpMs: 90 }])
  })

  it('of the revision before are remembered beside those of the present one, and no further back', () => {
    const of = (revision: string, number: number): InstanceObservation =>
      instanceSeen(instance('web', number, revision), 'ready', { completed: 10, serviceMeanMs: number })
    let state = start
    for (const [i, revision] of ['r1', 'r2', 'r3'].entries()) {
      const changed = serviceOf(part('web', { revision }))
      state = learn(changed, state, instancesOf(of(revision, i + 1)))
    }
    expect(web(state).revisions.map(({ revision, serviceMs }) => [revision, serviceMs])).toEqual([
      ['r2', 2],
      ['r3', 3],
    ])
  })
})
