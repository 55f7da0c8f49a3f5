import { describe, expect, it } from 'vitest'
import { fragmentOf, overviewRoute, parseRoute, rangeMs, watchFragment } from './router.ts'
import type { OverviewRoute, ServiceRoute } from './router.ts'

describe('a route', () => {
  it.each<OverviewRoute | ServiceRoute>([
    overviewRoute,
    { ...overviewRoute, text: 'pay & go?', state: 'at-risk', sorting: { key: 'budget', descending: true } },
    { page: 'service', name: 'shop', range: '5m' },
    { page: 'service', name: 'a/b c#d', range: '1h' },
  ])('comes back from its own fragment: %j', (route) => {
    expect(parseRoute(fragmentOf(route))).toEqual(route)
  })

  it('is the overview where there is no fragment, and as short as can be', () => {
    expect(parseRoute('')).toEqual(overviewRoute)
    expect(fragmentOf(overviewRoute)).toBe('#/')
    expect(fragmentOf({ page: 'service', name: 'shop', range: '5m' })).toBe('#/services/shop')
  })

  it('passes over what it does not know', () => {
    expect(parseRoute('#/?state=fine&sort=colour')).toEqual(overviewRoute)
    expect(parseRoute('#/services/shop?range=3y')).toEqual({ page: 'service', name: 'shop', range: '5m' })
    expect(parseRoute('#/services/100%')).toMatchObject({ name: '100%' })
    expect(parseRoute('#/elsewhere')).toEqual({ page: 'nowhere' })
  })

  it('leads to all watches, and to one whatever it is called', () => {
    expect(parseRoute('#/watches')).toEqual({ page: 'watches' })
    expect(parseRoute(watchFragment('a/b'))).toEqual({ page: 'watch', name: 'a/b' })
  })

  it('knows how long its range is', () => {
    expect([rangeMs('5m'), rangeMs('15m'), rangeMs('1h')]).toEqual([300_000, 900_000, 3_600_000])
  })
})
