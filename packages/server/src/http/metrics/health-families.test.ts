// Goal: what rules give besides the eight is there for Prometheus under one name, and changes nothing of the eight.
import { expect, it } from 'vitest'
import { health } from '../../../test/cli/shop-health.ts'
import type { MoreMetricView } from '../api.ts'
import { exposition } from './exposition.ts'
import { healthFamilies } from './health-families.ts'

const moreOf = (name: string, value: number | null, unit: string): MoreMetricView => ({
  name,
  metric: { value, unit, rule: null, observations: 0, sources: [], reason: null },
})

const linesOf = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.startsWith('holdfast_health_metric'))

it('has what rules give besides, by its name and unit, and nothing where it is not known', () => {
  const [first, ...others] = health.parts
  if (first === undefined) return expect.fail('the shop has parts')
  const parts = [{ ...first, more: [moreOf('lag', -3, 's')] }, ...others]
  const more = [moreOf('cache-hits', 41.2, 'hits'), moreOf('pages', null, '1')]
  const text = exposition(healthFamilies([{ ...health, more, parts }]))
  expect(linesOf(text)).toEqual([
    'holdfast_health_metric{service="shop",metric="cache-hits",unit="hits"} 41.2',
    'holdfast_health_metric{service="shop",part="interface",metric="lag",unit="s"} -3',
  ])
})

it('has the same of the eight with and without', () => {
  const eight = (more: readonly MoreMetricView[]): string =>
    exposition(healthFamilies([{ ...health, more }]).filter(({ name }) => name !== 'holdfast_health_metric'))
  expect(eight([moreOf('availability-of-pages', 0.5, '1')])).toBe(eight([]))
})
