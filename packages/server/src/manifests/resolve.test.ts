// Goal: manifests become exactly what the loop, the platform and the gateway are to do.
// Method: the example shop, and an agreement that says everything that can be said.
import { USUAL_THRESHOLDS } from '@holdfast/core/agreement'
import { describe, expect, it } from 'vitest'
import { ownerOf } from './owner-of.ts'
import { resolveServices } from './resolve.ts'
import { changed, file, manifestsIn, shopDirectory, shopFile, shopFiles } from './testing/shop.ts'

const service = shopFile('service.yaml')

const revisionsOf = (text: typeof service): readonly string[] =>
  resolveServices(manifestsIn(text)).flatMap((one) => one.service.parts.map(({ revision }) => revision))

it('resolves the example: parts, gateway, what to run, and the agreement', () => {
  const [shop, ...others] = resolveServices(manifestsIn(...shopFiles()))
  expect(others).toEqual([])
  expect(shop).toMatchObject({
    owner: 'shop-team',
    version: 0,
    gateway: { port: 8080, limits: { queued: 1_000, responseTimeout: 30_000, bodyBytes: 10_485_760 } },
    concurrency: {},
    service: {
      name: 'shop',
      entry: 'interface',
      parts: [
        { name: 'interface', characteristics: { serviceTime: { mean: 10 }, capacity: 10, startTime: 1_000 } },
        {
          name: 'processing',
          price: { currency: 'EUR', microsPerHour: 20_000n },
          calls: [{ part: 'data', times: 1 }],
        },
        { name: 'data', minInstances: 1, maxInstances: 15, calls: [] },
      ],
    },
    agreements: [{ name: 'shop-standard', service: 'shop' }],
  })
  expect(shop?.runs).toMatchObject({
    data: {
      command: ['node', 'part.ts'],
      directory: shopDirectory.replace(/\/$/, ''),
      readiness: { kind: 'http', path: '/readyz', within: 10_000 },
      drain: 10_000,
    },
  })
})

it('fills in what a plain program leaves out: no gateway, one instance, nothing expected of it', () => {
  const plain = `apiVersion: holdfast/v1
kind: Service
metadata: { name: shoppers, owner: shop-team }
spec:
  parts:
    - name: shoppers
      instanceType: small
      concurrency: 5
      run: { command: [node, shoppers.ts], directory: ., readiness: { running: true } }
`
  const shoppers = resolveServices(manifestsIn(service, file('shoppers.yaml', plain))).find(
    (one) => one.service.name === 'shoppers',
  )
  expect(shoppers).toMatchObject({
    gateway: null,
    concurrency: { shoppers: 5 },
    service: { entry: null, parts: [{ characteristics: null, minInstances: 1, maxInstances: 1, calls: [] }] },
    runs: { shoppers: { environment: {}, readiness: { kind: 'running' } } },
  })
})

describe('the revision of a part', () => {
  it('is twelve hex digits, and the same for the same thing in other words', () => {
    const before = revisionsOf(service)
    expect(before).toEqual(Array.from({ length: 3 }, () => expect.stringMatching(/^[0-9a-f]{12}$/)))
    expect(revisionsOf(changed(service, 'within: 10s', 'within: 10000 ms'))).toEqual(before)
    expect(revisionsOf(changed(service, 'price: 0.02 EUR/h', 'price: 0.01 EUR/h'))).toEqual(before)
    expect(revisionsOf(changed(service, 'port: 8080', 'port: 8081'))).toEqual(before)
    expect(revisionsOf(changed(service, 'min: 1, max: 10', 'min: 2, max: 9'))).toEqual(before)
  })

  it.each([
    ['what it runs', 'command: [node, part.ts]', 'command: [node, other.ts]', [0]],
    ['its environment', "'10', CAPACITY", "'11', CAPACITY", [0]],
    ['which parts it calls', '      calls: [{ part: data }]\n', '', [1]],
    ['what its instance type gives', '256 MiB', '512 MiB', [0, 1, 2]],
  ])('changes with %s', (_, from, to, expected) => {
    const before = revisionsOf(service)
    const after = revisionsOf(changed(service, from, to))
    expect(after.flatMap((revision, index) => (revision === before[index] ? [] : [index]))).toEqual(expected)
  })
})

describe('an agreement', () => {
  const everything = `apiVersion: holdfast/v1
kind: Agreement
metadata: { name: everything }
spec:
  service: shop
  levels:
    - { name: a, metric: response-time, limit: 1s, ratio: 0.9, window: { calendar: day, timeZone: Europe/Berlin } }
    - { name: b, metric: service-time, limit: 1s, ratio: 90 %, window: { rolling: 30m }, scope: { part: data, operation: GET /, class: gold } }
    - { name: c, metric: queue-length, limit: 5, ratio: 100 %, window: minute }
    - { name: d, metric: throughput, limit: 600/min, ratio: 90 %, window: week }
    - { name: e, metric: satisfaction, limit: 80 %, ratio: 90 %, window: month, conditions: [{ load: { atMost: 5/s } }] }
    - { name: f, metric: job-completion, limit: 1h, ratio: 90 %, window: hour }
    - { name: g, metric: availability, ratio: 99.9 %, window: hour }
    - { name: h, metric: error-ratio, ratio: 99.9 %, window: hour }
  conditions:
    - load: { atMost: 10/s, statistic: p95, per: 5min }
    - instances: { atMost: 20, part: data }
    - cost: { atMostPerMonth: 500 EUR }
    - characteristics: as-expected
    - dependency: payments
  schedule:
    - name: night
      period:
        { timeZone: Europe/Berlin, weekdays: [monday, friday], from: 22:00, to: "06:00", firstDate: 2026-11-01, lastDate: 2026-12-31 }
      levels: [{ name: a, metric: availability, ratio: 99 %, window: hour }]
      conditions: []
  remedies: [{ level: a, steps: [{ below: 90 %, discount: 10 % }, { below: 75 %, discount: 25 % }] }]
`
  const [agreement] = resolveServices(manifestsIn(service, file('a.yaml', everything)))[0]?.agreements ?? []

  it('has each metric with its limit, and each window', () => {
    expect(agreement?.levels.map(({ metric }) => metric)).toEqual([
      { kind: 'response-time', limit: 1_000 },
      { kind: 'service-time', limit: 1_000 },
      { kind: 'queue-length', limit: 5 },
      { kind: 'throughput', limit: 10 },
      { kind: 'satisfaction', limit: 0.8 },
      { kind: 'job-completion', limit: 3_600_000 },
      { kind: 'availability' },
      { kind: 'error-ratio' },
    ])
    expect(agreement?.levels.slice(0, 3)).toMatchObject([
      {
        ratio: 0.9,
        window: { kind: 'calendar', unit: 'day', timeZone: 'Europe/Berlin' },
        scope: {},
        conditions: [],
      },
      {
        window: { kind: 'rolling', length: 1_800_000 },
        scope: { part: 'data', operation: 'GET /', class: 'gold' },
      },
      { window: { kind: 'calendar', unit: 'minute', timeZone: 'UTC' } },
    ])
    expect(agreement?.levels[4]?.conditions).toEqual([
      { kind: 'load', atMost: 5, statistic: 'average', per: 60_000 },
    ])
  })

  it('has its conditions, its schedule and its remedies', () => {
    expect(agreement?.conditions).toEqual([
      { kind: 'load', atMost: 10, statistic: 'p95', per: 300_000 },
      { kind: 'instances', atMost: 20, part: 'data' },
      { kind: 'cost', atMostPerMonth: { currency: 'EUR', micros: 500_000_000n } },
      { kind: 'characteristics', beyond: USUAL_THRESHOLDS },
      { kind: 'dependency', service: 'payments' },
    ])
    expect(agreement?.schedule).toMatchObject([
      {
        name: 'night',
        period: {
          timeZone: 'Europe/Berlin',
          weekdays: ['monday', 'friday'],
          from: 1_320,
          to: 360,
          firstDate: '2026-11-01',
          lastDate: '2026-12-31',
        },
        levels: [{ metric: { kind: 'availability' } }],
        conditions: [],
      },
    ])
    expect(agreement?.remedies).toEqual([
      {
        level: 'a',
        steps: [
          { below: 0.9, discount: 0.1 },
          { below: 0.75, discount: 0.25 },
        ],
      },
    ])
  })
})

describe('what an agreement is worth, and since when', () => {
  const agreement = shopFile('agreement.yaml')
  const withTerms = (terms: string) =>
    resolveServices(manifestsIn(service, changed(agreement, 'price: { flat: 10 EUR, per: hour }', terms)))[0]
      ?.agreements[0]
  const eur = (units: number) => ({ currency: 'EUR', micros: BigInt(units * 1_000_000) })
  const perHour = (units: number) => ({ currency: 'EUR', microsPerHour: BigInt(units * 1_000_000) })

  it.each([
    ['{ flat: 5 EUR, per: month }', { kind: 'flat', amount: eur(5), per: 'month' }],
    ['{ operations: 0.4 EUR, per: 1000 }', { kind: 'operations', amount: eur(0.4), per: 1_000 }],
    [
      '{ instanceHours: [{ instanceType: small, price: 0.05 EUR/h }, { instanceType: small, price: 0.1 EUR/h, exclusive: true }] }',
      {
        kind: 'instance-hours',
        rates: [
          { instanceType: 'small', price: perHour(0.05), exclusive: false },
          { instanceType: 'small', price: perHour(0.1), exclusive: true },
        ],
      },
    ],
    [
      '{ load: { statistic: p95, per: month, tiers: [{ upTo: 100/s, amount: 90 EUR }, { amount: 500 EUR }] } }',
      {
        kind: 'load',
        statistic: 'p95',
        sample: 300_000,
        per: 'month',
        tiers: [
          { upTo: 100, amount: eur(90) },
          { upTo: null, amount: eur(500) },
        ],
      },
    ],
    [
      '{ costPlus: { margin: 20 %, inputs: [{ name: power, price: 0.01 EUR/h }], busy: [{ name: evening, factor: 1.5, period: { timeZone: UTC, from: "18:00", to: "22:00" } }] } }',
      {
        kind: 'cost-plus',
        margin: 0.2,
        inputs: [{ name: 'power', price: perHour(0.01) }],
        busy: [{ name: 'evening', factor: 1.5, period: { timeZone: 'UTC', from: 1_080, to: 1_320 } }],
      },
    ],
    [
      '{ deadline: { amount: 1 EUR, per: 1000, tightness: [{ within: 1h, factor: 3 }, { within: 1d, factor: 1 }] } }',
      {
        kind: 'deadline',
        amount: eur(1),
        per: 1_000,
        tightness: [
          { within: 3_600_000, factor: 3 },
          { within: 86_400_000, factor: 1 },
        ],
      },
    ],
  ])('is priced as in %s', (price, expected) => {
    expect(withTerms(`price: ${price}`)?.price).toEqual(expected)
  })

  it('says nothing of price, places, beginning and cold start where it says nothing', () => {
    expect(withTerms('')).toMatchObject({ price: null, places: null, from: null, coldStart: 'refused' })
  })

  it('has its places, its beginning on the clock of a place, and whether a cold start is allowed', () => {
    const terms =
      'places: { mustRunIn: [north], exclusive: true }\n  coldStart: allowed\n  from: 2026-12-01 00:00 Europe/Berlin'
    expect(withTerms(terms)).toMatchObject({
      places: { mustRunIn: ['north'], mayRunIn: [], exclusive: true, instanceTypes: [] },
      coldStart: 'allowed',
      from: Date.parse('2026-11-30T23:00:00Z'),
    })
  })

  it('has thresholds of its own for characteristics, and the usual ones for what is left out', () => {
    const stricter = changed(
      agreement,
      'characteristics: as-expected',
      'characteristics: { serviceTimeFactor: 1.2, lasting: 1min }',
    )
    const resolved = resolveServices(manifestsIn(service, stricter))[0]?.agreements[0]
    expect(resolved?.conditions[2]).toEqual({
      kind: 'characteristics',
      beyond: { ...USUAL_THRESHOLDS, serviceTimeFactor: 1.2, lasting: 60_000 },
    })
  })
})

it('resolves what an owner knows of the load to come, batch work, and whether decisions are only advice', () => {
  const knowing = changed(
    service,
    'parts:',
    `mode: advise
  hints:
    - { name: sale, from: 2026-11-27 09:00 Europe/Berlin, for: 3h, factor: 4 }
    - { name: holidays, from: 2026-12-24T00:00+01:00, to: 2026-12-27T00:00+01:00, factor: 0.2 }
  batch: { operations: 5000, deadline: 2026-11-28T06:00:00Z }
  parts:`,
  )
  expect(resolveServices(manifestsIn(knowing))[0]?.service).toMatchObject({
    mode: 'advise',
    hints: [
      {
        name: 'sale',
        from: Date.parse('2026-11-27T08:00:00Z'),
        to: Date.parse('2026-11-27T11:00:00Z'),
        factor: 4,
      },
      { name: 'holidays', to: Date.parse('2026-12-26T23:00:00Z'), factor: 0.2 },
    ],
    batch: { operations: 5_000, deadline: Date.parse('2026-11-28T06:00:00Z') },
  })
  expect(resolveServices(manifestsIn(service))[0]?.service).toMatchObject({
    mode: 'act',
    hints: [],
    batch: null,
  })
})

it('gives an agreement to the owner of its service, and owners and instance types to the operator', () => {
  const all = manifestsIn(...shopFiles())
  expect(all.map((one) => [one.manifest.kind, ownerOf(one, all)])).toEqual([
    ['Owner', null],
    ['InstanceType', null],
    ['Service', 'shop-team'],
    ['Agreement', 'shop-team'],
  ])
})
