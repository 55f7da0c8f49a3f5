// Goal: nothing of an agreement is lost in OpenSLO, and nothing of an SLO that an agreement understands.
// Method: any agreement to OpenSLO and back; any SLO to an agreement and back and to the same agreement again.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { stringify } from 'yaml'
import { readStored, type JsonObject, type ParsedManifest } from '../manifests/index.ts'
import { file, manifestsIn, shopFile } from '../manifests/testing/shop.ts'
import { exportOpenSlo } from './export-agreements.ts'
import { importOpenSlo } from './import-slos.ts'

const someName = fc.stringMatching(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/)
const per = (most: number) => fc.integer({ min: 1, max: most })
const perCent = fc.integer({ min: 0, max: 100_000 }).map((share) => `${share / 1_000} %`)
const time = fc.oneof(
  per(10_000_000).map((ms) => `${ms}ms`),
  per(1_000).map((minutes) => `${minutes}min`),
)
const load = fc.record({ load: fc.record({ atMost: per(1_000).map((rate) => `${rate}/min`) }) })
const condition = fc.oneof(
  load,
  fc.constantFrom(
    { instances: { atMost: 7, part: 'data' } },
    { cost: { atMostPerMonth: '500 EUR' } },
    { characteristics: 'as-expected' },
    { characteristics: { serviceTimeFactor: 1.3, lasting: '1min' } },
    { dependency: 'payments' },
  ),
)
const conditions = fc.array(condition, { maxLength: 3 })
const span = fc.oneof(
  fc.constantFrom('minute', 'hour', 'day', 'week', 'month'),
  fc.record({
    calendar: fc.constantFrom('minute', 'hour', 'day', 'week', 'month'),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
  }),
  fc.record({ rolling: time }),
)
const measured = fc.oneof(
  fc.record({
    metric: fc.constantFrom('response-time', 'service-time', 'job-completion'),
    limit: time,
  }),
  fc.record({ metric: fc.constant('queue-length'), limit: fc.nat({ max: 10_000 }) }),
  fc.record({ metric: fc.constant('throughput'), limit: per(100_000).map((rate) => `${rate}/h`) }),
  fc.record({ metric: fc.constant('satisfaction'), limit: perCent }),
  fc.record({ metric: fc.constantFrom('availability', 'error-ratio') }),
)
const scope = fc.constantFrom(
  {},
  { scope: { part: 'data' } },
  { scope: { operation: 'GET /"orders"', class: 'gold: 1' } },
)
const level = fc
  .tuple(
    fc.record({ name: someName, ratio: perCent, window: span }),
    measured,
    scope,
    fc.option(conditions, { nil: null }),
  )
  .map(([level, what, about, under]) => ({
    ...level,
    ...what,
    ...about,
    ...(under === null ? {} : { conditions: under }),
  }))
const levels = fc.uniqueArray(level, { minLength: 1, maxLength: 4, selector: ({ name }) => name })

const terms = fc.record(
  {
    from: fc.constantFrom('2026-12-01 00:00 Europe/Berlin', '2026-12-01T00:00:00Z'),
    conditions,
    schedule: levels.map((atNight) => [
      { name: 'night', period: { timeZone: 'UTC', from: '22:00', to: '06:00' }, levels: atNight },
    ]),
    price: fc.constantFrom(
      { flat: '5 EUR', per: 'hour' },
      { operations: '0.40 EUR', per: 1_000 },
      { load: { per: 'month', tiers: [{ upTo: '10/s', amount: '5 EUR' }, { amount: '9 EUR' }] } },
    ),
    places: fc.constantFrom({ mustRunIn: ['north'], exclusive: true }, { instanceTypes: ['small'] }),
    coldStart: fc.constantFrom('allowed', 'refused'),
    signedBy: fc.constantFrom({ owner: 'A. Owner' }, { owner: 'A', platform: 'P' }),
  },
  { requiredKeys: [] },
)

const agreement = fc
  .record({ name: someName, levels, terms, remedied: fc.boolean() })
  .map(({ name, levels: promised, terms: said, remedied }): JsonObject => ({
    apiVersion: 'holdfast/v1',
    kind: 'Agreement',
    metadata: { name },
    spec: {
      service: 'shop',
      levels: promised,
      ...said,
      ...(remedied
        ? { remedies: [{ level: promised[0]?.name ?? '', steps: [{ below: '90 %', discount: '10 %' }] }] }
        : {}),
    },
  }))

function read(document: JsonObject): ParsedManifest {
  const parsed = readStored(document, 0)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}

const plain = { service: null, responseTimesIn: null, partial: false } as const

function importedFrom(
  text: string,
  options: Parameters<typeof importOpenSlo>[1] = plain,
): readonly ParsedManifest[] {
  const result = importOpenSlo([file('slo.yaml', text)], options)
  if (!result.ok) throw new Error(JSON.stringify(result.error, null, 2))
  return result.value.manifests.map(read)
}

const asText = (manifests: readonly ParsedManifest[]): string =>
  exportOpenSlo(manifests)
    .documents.map((one) => stringify(one))
    .join('---\n')

const meaning = (manifests: readonly ParsedManifest[]): unknown => manifests.map(({ manifest }) => manifest)

it('gives the example agreement back', () => {
  const [shop] = manifestsIn(shopFile('agreement.yaml'))
  expect(meaning(importedFrom(asText(shop === undefined ? [] : [shop])))).toEqual([shop?.manifest])
})

it('gives any agreements back as they were', () => {
  const several = fc.uniqueArray(agreement, {
    minLength: 1,
    maxLength: 3,
    selector: ({ metadata }) => JSON.stringify(metadata),
  })
  fc.assert(
    fc.property(several, (documents) => {
      const manifests = documents.map(read)
      expect(meaning(importedFrom(asText(manifests)))).toEqual(meaning(manifests))
    }),
    { numRuns: 80 },
  )
})

it('notes nothing when it reads what it has written', () => {
  fc.assert(
    fc.property(agreement, (document) => {
      const result = importOpenSlo([file('slo.yaml', asText([read(document)]))], plain)
      expect(result.ok && result.value.notes).toEqual([])
    }),
    { numRuns: 40 },
  )
})

const query = { metricSource: { type: 'Prometheus', spec: { query: 'requests' } } }
const slo = fc
  .record({
    name: someName,
    window: fc.oneof(
      fc
        .tuple(per(60), fc.constantFrom('m', 'h', 'd', 'w'))
        .map(([count, unit]) => ({ duration: `${count}${unit}`, isRolling: true })),
      fc.constantFrom('m', 'h', 'd', 'M').map((unit) => ({
        duration: `1${unit}`,
        calendar: { startTime: '2020-05-01 00:00:00', timeZone: 'Asia/Tokyo' },
      })),
    ),
    objective: fc.oneof(
      fc.integer({ min: 0, max: 99_999 }).map((share) => ({ target: share / 100_000 })),
      fc.integer({ min: 0, max: 99_999 }).map((share) => ({ targetPercent: share / 1_000 })),
    ),
    threshold: fc.option(per(100_000), { nil: null }),
    bad: fc.boolean(),
  })
  .map(({ name, window, objective, threshold, bad }) => ({
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: { name },
    spec: {
      service: 'shop',
      indicator: {
        metadata: { name },
        spec:
          threshold === null
            ? { ratioMetric: { counter: true, [bad ? 'bad' : 'good']: query, total: query } }
            : { thresholdMetric: query },
      },
      timeWindow: [window],
      budgetingMethod: 'Occurrences',
      objectives: [threshold === null ? objective : { ...objective, op: 'lte', value: threshold }],
    },
  }))

it('keeps of any SLO in OpenSLO what it understood of it', () => {
  fc.assert(
    fc.property(slo, (document) => {
      const first = importedFrom(stringify(document), { ...plain, responseTimesIn: 'ms' })
      const [, again] = exportOpenSlo(first).documents
      const { service, budgetingMethod } = document.spec
      expect(again).toMatchObject({ kind: 'SLO', spec: { service, budgetingMethod } })
      expect(meaning(importedFrom(stringify(again)))).toEqual(meaning(first))
    }),
    { numRuns: 80 },
  )
})
