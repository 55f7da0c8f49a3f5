// Goal: each value stands beside the metric and the instance that it is of, in the units that the metric says, and a
// service of any size stays below what Performance Co-Pilot reads of one file.
import { expect, it } from 'vitest'
import {
  documentOf,
  figuresOf,
  MAX_LEVELS,
  MAX_LEVELS_OF_PARTS,
  MAX_PARTS,
  type HealthFigures,
} from './health-figures.ts'
import { MAX_MORE, MAX_MORE_OF_PARTS } from './more-figures.ts'
import { metricsOf, moreOf, shopHealth, withParts } from './testing/shown-shop.ts'

/** As NAME, or NAME[INSTANCE], with its value. */
function named({ instances, values }: HealthFigures): ReadonlyMap<string, number | undefined> {
  const { domains, metrics } = documentOf(instances)
  const names = metrics.flatMap(({ name, domain }) =>
    domain === null
      ? [name]
      : (domains.find(({ serial }) => serial === domain)?.instances ?? []).map((one) => `${name}[${one}]`),
  )
  expect(names).toHaveLength(values.length)
  return new Map(names.map((name, i) => [name, values[i]]))
}

const shop = named(figuresOf(shopHealth))

it('says of the service what the API says, times in seconds', () => {
  expect(shop.get('availability')).toBe(1.01)
  expect(shop.get('capacity')).toBe(1.02)
  expect(shop.get('throughput')).toBe(1.03)
  expect(shop.get('service_time.mean')).toBe(1.04)
  expect(shop.get('service_time.p50')).toBe(1.05)
  expect(shop.get('service_time.p90')).toBe(1.06)
  expect(shop.get('service_time.p95')).toBe(1.07)
  expect(shop.get('service_time.p99')).toBe(1.08)
  expect(shop.get('service_time.max')).toBe(1.09)
  expect(shop.get('queue_length')).toBe(1.1)
  expect(shop.get('utilisation')).toBe(1.11)
})

it('says it of each part as well', () => {
  expect(shop.get('part.throughput[web]')).toBe(2.03)
  expect(shop.get('part.service_time.p99[web]')).toBe(2.08)
  expect(shop.get('part.utilisation[web]')).toBe(2.11)
})

it('counts violations by level', () => {
  expect(shop.get('violations.operations[fast]')).toBe(62)
  expect(shop.get('violations.over[fast]')).toBe(7)
  expect(shop.get('violations.over[sure]')).toBe(1)
})

it('counts those of a part by its name and the level’s', () => {
  const violations = { value: [{ level: 'fast', operations: 9, over: 2 }] }
  const parts = [{ part: 'web', metrics: { ...metricsOf(1), violations }, more: [] }]
  const figures = named(figuresOf({ ...shopHealth, parts }))
  expect(figures.get('part.violations.operations[web/fast]')).toBe(9)
  expect(figures.get('part.violations.over[web/fast]')).toBe(2)
})

it('says of which interval, until when and how completely it was measured', () => {
  expect(shop.get('interval.from')).toBe(Date.UTC(2026, 10, 27, 9) / 1_000)
  expect(shop.get('interval.to')).toBe(Date.UTC(2026, 10, 27, 9, 1) / 1_000)
  expect(shop.get('measured_until')).toBe(Date.UTC(2026, 10, 27, 9, 0, 58, 500) / 1_000)
  expect(shop.get('seen_ratio')).toBe(0.75)
})

it('has no number for what is not known, never 0', () => {
  expect(shop.get('satisfaction')).toBeNaN()
  expect(shop.get('part.availability[data]')).toBeNaN()
  expect(named(figuresOf({ ...shopHealth, measuredUntil: null })).get('measured_until')).toBeNaN()
})

it('names metrics as Performance Co-Pilot takes them, none of them twice and none below another', () => {
  const names = documentOf(figuresOf(shopHealth).instances).metrics.map(({ name }) => name)
  for (const name of names) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*$/)
  for (const name of names) expect(Buffer.byteLength(name)).toBeLessThan(64)
  expect(new Set(names).size).toBe(names.length)
  expect(names.filter((name) => names.some((other) => other.startsWith(`${name}.`)))).toEqual([])
})

it('has as many metrics for a service of many parts as for one of two', () => {
  const many = figuresOf(withParts(...Array.from({ length: 150 }, (_, i) => `part-${i}`)))
  const metricCount = documentOf(many.instances).metrics.length
  expect(metricCount).toBe(documentOf(figuresOf(shopHealth).instances).metrics.length)
  expect(metricCount).toBeLessThan(1_023)
})

it('leaves out and counts what goes beyond the limits, which keep below 10,000 values', () => {
  const levels = Array.from({ length: MAX_LEVELS + 5 }, (_, i) => ({
    level: `level-${i}`,
    operations: 1,
    over: 0,
  }))
  const violations = { value: levels }
  const parts = Array.from({ length: MAX_PARTS + 7 }, (_, i) => ({
    part: `part-${i}`,
    metrics: { ...metricsOf(1), violations },
    more: [],
  }))
  const figures = figuresOf({ ...shopHealth, metrics: { ...metricsOf(1), violations }, parts })
  expect(figures.values.length).toBeLessThan(10_000)
  expect(figures.leftOut).toBe(7 + 5 + (parts.length * levels.length - MAX_LEVELS_OF_PARTS))
  expect(named(figures).get(`part.throughput[part-${MAX_PARTS - 1}]`)).toBe(1.03)
  expect(figures.instances.parts).not.toContain(`part-${MAX_PARTS}`)
})

it('has what rules give besides, of the service and of parts, behind all others and with its unit in words', () => {
  const [web, data] = shopHealth.parts
  if (web === undefined || data === undefined) return expect.fail('the shop has two parts')
  const parts = [{ ...web, more: [moreOf('5xx-share', 0.5), moreOf('pages', 4)] }, data]
  const more = [moreOf('cache-hits', -41.5, 'hits'), moreOf('pages', null)]
  const figures = figuresOf({ ...shopHealth, more, parts })
  const values = named(figures)
  expect(values.get('more.cache_hits')).toBe(-41.5)
  expect(values.get('more.pages')).toBeNaN()
  expect(values.get('part.more.m5xx_share[web]')).toBe(0.5)
  expect(values.get('part.more.pages[web]')).toBe(4)
  expect(values.get('part.more.pages[data]')).toBeNaN()
  const { metrics } = documentOf(figures.instances)
  expect(metrics.find(({ name }) => name === 'more.cache_hits')?.help).toBe(
    'What rules give as cache-hits, in hits.',
  )
  const without = documentOf(figuresOf(shopHealth).instances).metrics
  expect(metrics.slice(0, without.length)).toEqual(without)
  expect(figures.values.slice(0, without.length)).toEqual(
    figuresOf(shopHealth).values.slice(0, without.length),
  )
})

it('has one of a name for each unit that parts count it in', () => {
  const parts = ['s', 'ms'].map((unit, i) => ({
    part: `part-${i}`,
    metrics: metricsOf(1),
    more: [moreOf('lag', i, unit)],
  }))
  const values = named(figuresOf({ ...shopHealth, parts }))
  expect([values.get('part.more.lag[part-1]'), values.get('part.more.lag_2[part-0]')]).toEqual([1, 0])
})

it('leaves out and counts metrics of rules that there is no room for', () => {
  const many = Array.from({ length: MAX_MORE + 3 }, (_, i) => moreOf(`m-${'x'.repeat(60)}-${i}`, i))
  const parts = Array.from({ length: MAX_PARTS }, (_, i) => ({
    part: `part-${i}`,
    metrics: metricsOf(1),
    more: many.slice(0, MAX_MORE_OF_PARTS + 2),
  }))
  const figures = figuresOf({ ...shopHealth, more: many, parts })
  const { metrics } = documentOf(figures.instances)
  expect(figures.leftOut).toBe(5)
  expect(metrics.length).toBeLessThan(1_023)
  expect(figures.values.length).toBeLessThan(10_000)
  expect(new Set(metrics.map(({ name }) => name)).size).toBe(metrics.length)
  for (const { name } of metrics) expect(Buffer.byteLength(name)).toBeLessThan(64)
})
