// What is learned of parts from what is measured: own service times, waiting, failures, and the time outside of all parts.
import { describe, expect, it } from 'vitest'
import type { PartObservation, ServiceObservation } from '../health/index.ts'
import { learn, nothingLearned, trustedServiceMs, type Learned, type LearnedState } from './learn.ts'
import { calls, observation, part, partName, partSeen, serviceOf, times } from './testing/shop.ts'

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

  it('stays unknown as long as a part is', () => {
    expect(learn(service, start, seen(served(200, 20), {}, response)).overheadMs).toBe(0)
  })
})
