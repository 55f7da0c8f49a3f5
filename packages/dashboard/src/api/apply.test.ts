// Goal: the page's state is right whatever order events and answers come in. Method: plain states in, plain states out.
import { describe, expect, it } from 'vitest'
import { applyDetail, applyEvent, applyEvents, applyHistory, applyServices } from './apply.ts'
import { emptyOpened, initialState } from './dashboard-state.ts'
import type { DashboardState } from './dashboard-state.ts'
import { change, detail, instance, point, summary } from './example-views.ts'

const atSecond = (second: number): string => new Date(Date.UTC(2026, 4, 4, 14, 0, second)).toISOString()

const opened: DashboardState = { ...initialState, opened: emptyOpened('shop') }

const serviceEvent = (second: number, requestsPerSecond: number) =>
  ({
    kind: 'service',
    service: 'shop',
    summary: summary({ updatedAt: atSecond(second), requestsPerSecond }),
    point: point({ at: atSecond(second), requestsPerSecond }),
  }) as const

describe('live events', () => {
  it('put a service into the list and its p90 into its trend', () => {
    const state = applyEvent(initialState, serviceEvent(5, 3))
    expect(state.services.get('shop')?.requestsPerSecond).toBe(3)
    expect(state.trends.get('shop')?.map(({ p90Ms }) => p90Ms)).toEqual([63])
  })

  it('leave the state they came to untouched', () => {
    applyEvents(initialState, [serviceEvent(5, 3), { kind: 'removed', service: 'shop' }])
    expect(initialState.services.size).toBe(0)
  })

  it('that are older than what is known change nothing', () => {
    const state = applyEvents(initialState, [serviceEvent(10, 4), serviceEvent(5, 3)])
    expect(state.services.get('shop')?.requestsPerSecond).toBe(4)
  })

  it('give the same state as one by one when they come as a batch', () => {
    const events = [serviceEvent(5, 3), serviceEvent(10, 4), serviceEvent(15, 5)]
    expect(applyEvents(opened, events)).toEqual(events.reduce(applyEvent, opened))
  })

  it('take a removed service out of the list and say on its page that it is gone', () => {
    const state = applyEvents(opened, [serviceEvent(5, 3), { kind: 'removed', service: 'shop' }])
    expect(state.services.has('shop')).toBe(false)
    expect(state.trends.has('shop')).toBe(false)
    expect(state.opened?.status).toBe('missing')
  })

  it('lengthen the history of the open service only', () => {
    const other = { ...serviceEvent(5, 3), service: 'mail' }
    const state = applyEvents(opened, [serviceEvent(5, 3), other])
    expect(state.opened?.points).toHaveLength(1)
  })

  it('forget points that are older than the longest range', () => {
    const early = { ...serviceEvent(0, 1), point: point({ at: '2026-05-04T12:00:00.000Z' }) }
    const state = applyEvents(opened, [early, serviceEvent(5, 3)])
    expect(state.opened?.points.map(({ at }) => at)).toEqual([atSecond(5)])
  })

  it('put a change once into the list, in the order of time', () => {
    const late = { kind: 'change', service: 'shop', change: change({ at: atSecond(9) }) } as const
    const early = { kind: 'change', service: 'shop', change: change({ at: atSecond(4) }) } as const
    const state = applyEvents(opened, [late, early, late])
    expect(state.opened?.changes.map(({ at }) => at)).toEqual([atSecond(4), atSecond(9)])
  })

  it('put a new phase in the place of the instance’s old one', () => {
    const starting = { kind: 'instance', service: 'shop', instance: instance({ phase: 'starting' }) } as const
    const ready = { kind: 'instance', service: 'shop', instance: instance({ phase: 'ready' }) } as const
    const state = applyEvents(opened, [starting, ready])
    expect(state.opened?.instances.map(({ phase }) => phase)).toEqual(['ready'])
  })
})

describe('answers', () => {
  it('replace the list but keep what came in newer meanwhile', () => {
    const live = applyEvent(initialState, serviceEvent(10, 9))
    const old = summary({ updatedAt: atSecond(5), requestsPerSecond: 1 })
    const state = applyServices(live, [old, summary({ name: 'mail' })], new Set())
    expect([...state.services.keys()]).toEqual(['shop', 'mail'])
    expect(state.services.get('shop')?.requestsPerSecond).toBe(9)
    expect(state.listing.kind).toBe('loaded')
  })

  it('do not bring back a service that was removed while they were on their way', () => {
    const state = applyServices(initialState, [summary({})], new Set(['shop']))
    expect(state.services.size).toBe(0)
  })

  it('about a service that is no longer open are left out', () => {
    expect(applyDetail(initialState, detail({}), [])).toBe(initialState)
  })

  it('with details keep the newer figures of a live event', () => {
    const live = applyEvent(opened, serviceEvent(10, 9))
    const state = applyDetail(live, detail({ updatedAt: atSecond(5), requestsPerSecond: 1 }), [])
    expect(state.opened?.status).toBe('loaded')
    expect(state.opened?.detail?.requestsPerSecond).toBe(9)
  })

  it('with history join what came in live, each point once', () => {
    const live = applyEvents(opened, [serviceEvent(10, 2), serviceEvent(15, 3)])
    const points = [point({ at: atSecond(5) }), point({ at: atSecond(10) })]
    const state = applyHistory(live, { service: 'shop', limitMs: 100, points, changes: [] }, 7)
    expect(state.opened?.points.map(({ at }) => at)).toEqual([5, 10, 15].map(atSecond))
    expect(state.opened?.historyFromMs).toBe(7)
  })
})
