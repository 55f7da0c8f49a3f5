// Goal: who tells of a service can be seen, each with what is wrong, and a rule is tried on what they told before it
// is applied. Method: a whole server in process; a source is told of by hand, as a decoder does, tick by tick.
import { branded, epochMs, seconds, type SourceName } from '@holdfast/core/units'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resolvedShop } from '../sources/testing/resolved-shop.ts'
import { createTestServer, type TestServer } from './testing/test-server.ts'

const red = branded<never>('red-shop')
const pushed = branded<SourceName>('otlp')

let test: TestServer

beforeEach(async () => {
  test = await createTestServer()
  const resolved = resolvedShop()
  test.sources.follow([
    { resolved: { ...resolved, service: { ...resolved.service, name: red } }, levels: [], satisfaction: [] },
  ])
})

afterEach(() => test[Symbol.asyncDispose]())

/** A counter that grows by two a second, for some minutes. */
function tell(minutes: number): void {
  const intake = test.sources.of('red-shop', pushed)
  if (intake === null) throw new Error('There is no such service.')
  const about = { part: null, instance: null }
  const handle = intake.sink.open({
    about,
    name: 'cache_hits',
    labels: { tier: 'a' },
    kind: 'counter',
    unit: null,
  })
  for (let tick = 0; tick <= minutes * 30; tick++) {
    intake.sink.counter(handle, tick * 4, test.now())
    intake.arrived(test.now())
    test.sources.take(red, test.now())
    test.pass(seconds(2))
  }
}

const rule = (spec = ''): string => `apiVersion: holdfast/v1
kind: Rule
metadata: { name: hits }
spec:
  service: red-shop
  metric: cache-hits
  unit: hits/s
  inputs:
    - { series: cache_hits, labels: { tier: a }, statistic: rate }
${spec}`

const tryIt = (text: string, more: object = {}, as: 'red' | 'blue' = 'red') =>
  test.call({
    method: 'POST',
    url: '/v1/services/red-shop/rules/test',
    as,
    body: { files: [{ name: 'rule.yaml', directory: '/', text }], ...more },
  })

describe('the sources of a service', () => {
  it('are those that tell of it, with how that goes', async () => {
    tell(1)
    const { items } = (await test.call({ url: '/v1/services/red-shop/sources', as: 'red' })).json()
    expect(items).toMatchObject([
      { name: 'otlp', reads: 'pushed', state: 'well', says: null, series: 1, faults: [], believedAbout: [] },
    ])
  })

  it('are silent where nothing comes any more', async () => {
    tell(1)
    test.pass(seconds(151))
    const { items } = (await test.call({ url: '/v1/services/red-shop/sources' })).json()
    expect(items).toMatchObject([{ state: 'silent' }])
  })

  it('say what is wrong with what they tell', async () => {
    const sink = test.sources.of('red-shop', pushed)?.sink
    sink?.fault('malformed', 3)
    sink?.fault('late')
    const { items } = (await test.call({ url: '/v1/services/red-shop/sources' })).json()
    expect(items[0].faults).toEqual([
      { kind: 'malformed', times: 3 },
      { kind: 'late', times: 1 },
    ])
  })

  it('tell of series, as a rule would name them', async () => {
    tell(1)
    const url = '/v1/services/red-shop/sources/otlp/series'
    const { items } = (await test.call({ url: `${url}?contains=hits` })).json()
    expect(items).toMatchObject([
      { name: 'cache_hits', labels: { tier: 'a' }, kind: 'counter', last: 120, part: null },
    ])
    expect((await test.call({ url: `${url}?contains=other` })).json().items).toEqual([])
    expect((await test.call({ url: url.replace('otlp', 'none') })).status).toBe(404)
  })

  it('are shown to nobody else', async () => {
    expect((await test.call({ url: '/v1/services/red-shop/sources', as: 'blue' })).status).toBe(404)
  })
})

describe('a rule that is tried', () => {
  it('gives what it would have given, interval by interval, and changes nothing', async () => {
    tell(5)
    const answer = (await tryIt(rule(), { for: '3m' })).json()
    expect(answer.rules).toHaveLength(1)
    const { figures, metric } = answer.rules[0]
    expect(metric).toBe('cache-hits')
    expect(figures).toHaveLength(3)
    for (const { tried, now } of figures) {
      expect(tried).toMatchObject({ value: 2, unit: 'hits/s', rule: 'rule:hits', sources: ['otlp'] })
      expect(now).toBeNull()
    }
    expect((await test.call({ url: '/v1/rules' })).json().items).toEqual([])
  })

  it('says why it gives nothing', async () => {
    tell(5)
    const { rules } = (await tryIt(rule().replace('cache_hits,', 'cache_misses,'), { for: '2m' })).json()
    expect(rules[0].figures[0].tried).toMatchObject({
      value: null,
      reason: 'Nothing was told in this time of cache_misses, from which rule hits makes it.',
    })
  })

  it('is refused as an apply would refuse it, with the place', async () => {
    const refused = await tryIt(rule('  combine: ratio\n'))
    expect(refused.status).toBe(422)
    expect(refused.json()).toMatchObject({
      code: 'manifest-invalid',
      faults: [{ message: 'A ratio is of two inputs, and there is one.', line: 9 }],
    })
  })

  it('must be about the service', async () => {
    const refused = await tryIt(rule().replace('service: red-shop', 'service: blue-shop'))
    expect(refused.status).toBe(422)
    expect((await tryIt(rule(), {}, 'blue')).status).toBe(404)
  })

  it('is tried on an hour at most', async () => {
    const refused = await tryIt(rule(), { for: '2h' })
    expect(refused.json()).toMatchObject({
      faults: [{ message: '2h is too long.', pointer: '/for' }],
    })
  })
})

describe('who may write', () => {
  it('lets an owner apply rules of an own service, and not those of another', async () => {
    expect((await test.apply(rule(), 'red')).status).toBe(200)
    expect((await test.apply(rule().replace('name: hits', 'name: other'), 'blue')).status).toBe(403)
  })

  it('lets only an operator declare sources: they are asked with the operator’s rights', async () => {
    const source = `apiVersion: holdfast/v1
kind: Source
metadata: { name: node }
spec: { service: red-shop, host: {} }
`
    expect((await test.apply(source, 'red')).status).toBe(403)
    expect((await test.apply(source)).status).toBe(200)
    const { items } = (await test.call({ url: '/v1/sources', as: 'red' })).json()
    expect(items).toMatchObject([{ name: 'node', owner: 'red' }])
  })
})

it('forgets what was told of longer ago than an hour', () => {
  tell(70)
  const since = test.sources.history('red-shop')?.since() ?? epochMs(0)
  expect(test.now() - since).toBeLessThanOrEqual(3_604_000)
})
