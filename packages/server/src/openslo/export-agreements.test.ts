// Goal: an SLO says all of a level that OpenSLO has words for. Method: the example, and what OpenSLO says only nearly.
import { expect, it } from 'vitest'
import { changed, manifestsIn, shopFile } from '../manifests/testing/shop.ts'
import { exportOpenSlo } from './export-agreements.ts'

const agreement = shopFile('agreement.yaml')

it('writes the service, an SLO for each level, and the terms of the agreement once', () => {
  const [service, fast, ...more] = exportOpenSlo(manifestsIn(agreement)).documents
  expect(more).toEqual([])
  expect(service).toEqual({
    apiVersion: 'openslo/v1',
    kind: 'Service',
    metadata: { name: 'shop' },
    spec: {},
  })
  expect(fast).toEqual({
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: {
      name: 'shop-standard-fast',
      annotations: {
        'holdfast/agreement': 'shop-standard',
        'holdfast/level': '{"name":"fast"}',
        'holdfast/terms': expect.stringMatching(
          /^\{"conditions":\[\{"load":.*"remedies":.*"price":\{"flat":"10 EUR","per":"hour"\}\}$/,
        ),
      },
    },
    spec: {
      service: 'shop',
      indicator: {
        metadata: { name: 'shop-standard-fast' },
        spec: {
          thresholdMetric: {
            metricSource: { type: 'holdfast', spec: { metric: 'response-time', unit: 'ms' } },
          },
        },
      },
      timeWindow: [
        {
          duration: '1h',
          isRolling: false,
          calendar: { startTime: '2026-01-01 00:00:00', timeZone: 'UTC' },
        },
      ],
      budgetingMethod: 'Occurrences',
      objectives: [{ op: 'lte', value: 100, target: 0.9 }],
    },
  })
})

it('says what another reader does not see: a whole promise, seconds of a window, a schedule', () => {
  const strict = changed(
    changed(changed(agreement, 'ratio: 90 %', 'ratio: 100 %'), 'window: hour', 'window: { rolling: 90s }'),
    '  price:',
    '  schedule: [{ name: night, period: { timeZone: UTC, from: "22:00", to: "06:00" }, conditions: [] }]\n  price:',
  )
  const { documents, notes } = exportOpenSlo(manifestsIn(strict))
  expect(documents[1]).toMatchObject({
    metadata: {
      annotations: { 'holdfast/level': '{"name":"fast","ratio":"100 %","window":{"rolling":"90s"}}' },
    },
    spec: { timeWindow: [{ duration: '2m', isRolling: true }], objectives: [{ target: 0.999_999 }] },
  })
  expect(notes.map(({ message, place }) => [place.pointer, message])).toEqual([
    ['/spec/levels/0/ratio', 'OpenSLO promises less than 100 %, so the target is 0.999999.'],
    ['/spec/levels/0/window', 'OpenSLO counts windows in whole minutes, so it is rounded up.'],
    ['/spec/schedule/0', 'OpenSLO has no schedule, so no other reader knows of "night".'],
  ])
})

it('gives each SLO a name of its own within what OpenSLO allows', () => {
  const long = 'a'.repeat(40)
  const named = (name: string, level: string) =>
    changed(
      changed(changed(agreement, 'name: shop-standard', `name: ${name}`), 'name: fast', `name: ${level}`),
      'level: fast',
      `level: ${level}`,
    )
  const manifests = [
    named('a-b', 'c'),
    named('a', 'b-c'),
    named(long, long),
    named(long, `${long}b`),
  ].flatMap((one) => manifestsIn(one))
  const names = exportOpenSlo(manifests).documents.map((one) =>
    Reflect.get(Reflect.get(one, 'metadata'), 'name'),
  )
  expect(names.slice(1, 3)).toEqual(['a-b-c', 'a-b-c-2'])
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
})
