// Goal: what an SLO says becomes a level, and what it says in vain is told at its place. Method: documents in the
// manner of those that people write for other tools, and one thing changed in each.
import { describe, expect, it } from 'vitest'
import { file } from '../manifests/testing/shop.ts'
import { importOpenSlo, type ImportOptions } from './import-slos.ts'

const plain: ImportOptions = { service: null, responseTimesIn: null, partial: false }

const availability = `apiVersion: openslo/v1
kind: SLO
metadata:
  name: checkout-availability
  displayName: Checkout works
spec:
  service: checkout
  indicator:
    metadata: { name: checkout-answers }
    spec:
      ratioMetric:
        counter: true
        good: { metricSource: { type: Prometheus, spec: { query: 'sum(requests{code!~"5.."})' } } }
        total: { metricSource: { type: Prometheus, spec: { query: sum(requests) } } }
  timeWindow:
    - { duration: 4w, isRolling: true }
  budgetingMethod: Occurrences
  objectives:
    - { target: 0.995 }
`

const latency = `apiVersion: openslo/v1
kind: SLI
metadata: { name: page-latency }
spec:
  thresholdMetric: { metricSource: { metricSourceRef: timings, spec: { query: page_seconds } } }
---
apiVersion: openslo/v1
kind: SLO
metadata: { name: page }
spec:
  service: checkout
  indicatorRef: page-latency
  timeWindow:
    - duration: 1M
      isRolling: false
      calendar: { startTime: 2026-02-01 00:00:00, timeZone: Europe/Berlin }
  budgetingMethod: Occurrences
  objectives:
    - { displayName: Quick enough, op: lte, value: 0.25, targetPercent: 99 }
    - { displayName: Bearable, op: lt, value: 1.5, targetPercent: 99.9 }
`

function lines(text: string, options: Partial<ImportOptions> = {}): readonly string[] {
  const read = importOpenSlo([file('slo.yaml', text)], { ...plain, ...options })
  const told = read.ok ? read.value.notes : read.error.faults
  return told.map(
    ({ message, hint, place }) =>
      `${place.line}:${place.column} ${message}${hint === '' ? '' : ` (${hint})`}`,
  )
}

function imported(text: string, options: Partial<ImportOptions> = {}): unknown {
  const read = importOpenSlo([file('slo.yaml', text)], { ...plain, ...options })
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  return read.value.manifests
}

const instead = (text: string, from: string, to: string): string => {
  expect(text).toContain(from)
  return text.replace(from, to)
}

describe('an SLO', () => {
  it('by a ratio of good operations becomes a level of operations that do not fail', () => {
    expect(imported(availability)).toEqual([
      {
        apiVersion: 'holdfast/v1',
        kind: 'Agreement',
        metadata: { name: 'checkout' },
        spec: {
          service: 'checkout',
          levels: [
            {
              name: 'checkout-availability',
              metric: 'error-ratio',
              ratio: '99.5 %',
              window: { rolling: '28d' },
            },
          ],
        },
      },
    ])
    expect(lines(availability)).toEqual([
      '4:9 SLO "checkout-availability": an agreement has no place for displayName.',
      '19:7 What counts as good was said by a query to Prometheus; an agreement counts the operations that do not fail.',
      '7:12 The agreement is called "checkout" like its service, as the SLOs name none. (Change metadata.name before you apply it, if you like.)',
    ])
  })

  it('by thresholds becomes a level for each of them, once it is said that they are response times', () => {
    expect(imported(latency, { responseTimesIn: 's' })).toMatchObject([
      {
        spec: {
          levels: [
            {
              name: 'page-quick-enough',
              metric: 'response-time',
              limit: '250ms',
              ratio: '99 %',
              window: { calendar: 'month', timeZone: 'Europe/Berlin' },
            },
            { name: 'page-bearable', limit: '1.5s', ratio: '99.9 %' },
          ],
        },
      },
    ])
    expect(lines(latency, { responseTimesIn: 's' })).toContain(
      '20:7 Of op "lt" the limit itself is allowed too, as with "lte".',
    )
    expect(lines(latency)).toEqual([
      '19:7 A threshold says neither what it measures nor in which unit. (If it is a response time, say its unit with --response-times-in ms or s.)',
      '20:7 A threshold says neither what it measures nor in which unit. (If it is a response time, say its unit with --response-times-in ms or s.)',
    ])
  })

  it('may be about a service that is called otherwise here', () => {
    const named = instead(availability, 'service: checkout', 'service: Checkout (EU)')
    expect(lines(named)).toEqual([
      '7:12 "Checkout (EU)" cannot be the name of a service here. (Say how the service is called in Holdfast with --service.)',
    ])
    expect(imported(named, { service: 'shop' })).toMatchObject([
      { metadata: { name: 'shop' }, spec: { service: 'shop' } },
    ])
  })

  it.each([
    [
      'budgetingMethod: Occurrences\n  objectives:\n    - { target: 0.995',
      'budgetingMethod: Timeslices\n  objectives:\n    - { timeSliceTarget: 0.9, timeSliceWindow: 1m, target: 0.995',
      '17:20 Timeslices counts slices of time; a level counts operations, each of which meets the limit or misses it. (Write budgetingMethod: Occurrences if that is what you mean.)',
    ],
    [
      'budgetingMethod: Occurrences',
      'budgetingMethod: RatioTimeslices',
      '17:20 RatioTimeslices counts slices of time; a level counts operations, each of which meets the limit or misses it. (Write budgetingMethod: Occurrences if that is what you mean.)',
    ],
    [
      '4w',
      '1Q',
      '16:7 A rolling window of 1Q is not always as long. (Write it in days, such as 30d, or as a window of the calendar.)',
    ],
    [
      '{ duration: 4w, isRolling: true }',
      '{ duration: 1w, calendar: { startTime: 2026-01-01 00:00:00, timeZone: UTC } }',
      '16:7 A week that begins at 2026-01-01 00:00:00 is none of the calendar. (Let it begin where a week does, such as 2026-01-05 00:00:00.)',
    ],
    [
      '{ duration: 4w, isRolling: true }',
      '{ duration: 1Q, calendar: { startTime: 2026-01-01 00:00:00, timeZone: UTC } }',
      '16:7 A level has no window of 1Q by the calendar. (Write 1m, 1h, 1d, 1w or 1M, or a rolling window.)',
    ],
    [
      '  timeWindow:\n    - { duration: 4w, isRolling: true }\n',
      '',
      '7:3 The SLO has no time window; a level needs one. (Write one, such as timeWindow: [{ duration: 30d, isRolling: true }].)',
    ],
    [
      'target: 0.995',
      'target: 0.995, compositeWeight: 2',
      '19:7 This SLO is composed of several indicators; a level has one. (Write an SLO for each of them.)',
    ],
  ])('that says what no level can is refused at its place: %s → %s', (from, to, says) => {
    expect(lines(instead(availability, from, to))).toEqual([says])
  })

  it.each([
    ['target: 0.995', 'target: 1', '19:17 "target" is 1, which is too large. (Write less than 1.)'],
    [
      'target: 0.995',
      'target: 0.9, targetPercent: 90',
      '19:7 Target and targetPercent are said at once. (Write exactly one of target, targetPercent.)',
    ],
    ['4w', '4 weeks', '16:19 "4 weeks" is not a duration of OpenSLO. (Write one such as 30d or 1M.)'],
    [
      'isRolling: true',
      'isRolling: false',
      '16:7 A window that does not roll needs a calendar. (Write isRolling: true, or a calendar with startTime and timeZone.)',
    ],
    [
      'budgetingMethod:',
      'budgetMethod:',
      '17:3 There is no key "budgetMethod" in "spec". (Did you mean "budgetingMethod"?)',
    ],
    ['kind: SLO', 'kind: SLOs', '2:7 "kind" cannot be "SLOs". (Did you mean "SLO"?)'],
    [
      '        total: { metricSource: { type: Prometheus, spec: { query: sum(requests) } } }\n',
      '',
      expect.stringContaining('Write exactly one of total, raw.'),
    ],
  ])('that breaks a rule of OpenSLO v1 is refused: %s → %s', (from, to, says) => {
    expect(lines(instead(availability, from, to))).toContainEqual(says)
  })

  it('that refers to an SLI which is not there is refused with the one that was likely meant', () => {
    const mistaken = instead(latency, 'indicatorRef: page-latency', 'indicatorRef: page-latenc')
    expect(lines(mistaken, { responseTimesIn: 's' })).toEqual([
      '12:17 There is no SLI "page-latenc". (Did you mean "page-latency"?)',
    ])
  })

  it('that cannot be expressed is left out where that is asked for, and told', () => {
    const both = `${availability}---\n${latency}`
    expect(imported(both, { partial: true })).toMatchObject([
      { spec: { levels: [{ name: 'checkout-availability' }] } },
    ])
    const told = lines(both, { partial: true })
    expect(told[0]).toMatch(/^39:7 Left out: A threshold says neither/)
    expect(lines(latency, { partial: true })[0]).toMatch(/^19:7 A threshold says neither/)
  })
})

it('tells of every document that nothing comes of, and why', () => {
  const alerts = `apiVersion: openslo/v1
kind: AlertPolicy
metadata: { name: page-me }
spec: { conditions: [{ conditionRef: fast-burn }], notificationTargets: [{ targetRef: mail }] }
---
apiVersion: openslo/v1
kind: DataSource
metadata: { name: timings }
spec: { type: Prometheus, connectionDetails: { url: http://127.0.0.1:9090 } }
---
`
  const withPolicy = instead(
    availability,
    '  objectives:',
    '  alertPolicies: [{ alertPolicyRef: page-me }]\n  objectives:',
  )
  const told = lines(`${alerts}${latency.slice(0, latency.indexOf('---'))}---\n${withPolicy}`)
  expect(told).toEqual([
    expect.stringContaining('an agreement has no place for displayName, alertPolicies.'),
    expect.stringContaining('What counts as good'),
    expect.stringContaining('The agreement is called "checkout"'),
    '2:7 AlertPolicy "page-me" is not used: verdicts and their causes are found for every level.',
    '7:7 DataSource "timings" is not used: Holdfast measures operations itself.',
    '12:7 SLI "page-latency" is not used: no SLO refers to it.',
  ])
})

it('refuses documents without an SLO, one that is none of OpenSLO, and one that is written twice', () => {
  expect(lines('apiVersion: openslo/v1\nkind: Service\nmetadata: { name: a }\nspec: {}\n')).toEqual([
    'undefined:undefined There is no SLO in what was given. (An SLO begins with "apiVersion: openslo/v1" and "kind: SLO".)',
  ])
  expect(lines('- 1\n')).toEqual([
    '1:1 The document is not one of OpenSLO. (A document is a mapping with apiVersion, kind, metadata and spec.)',
  ])
  expect(lines(`${availability}---\n${availability}`)).toEqual([
    '24:9 SLO "checkout-availability" is written twice. (Keep one of them.)',
  ])
})

describe('an annotation of ours', () => {
  const annotatedWith = (annotations: string): string =>
    instead(availability, '  displayName: Checkout works', `  annotations: ${annotations}`)

  it('names the agreement and the level, and adds terms', () => {
    const terms = `{ holdfast/agreement: gold, holdfast/level: '{"name":"works"}', holdfast/terms: '{"conditions":[{"load":{"atMost":"10/s"}}]}' }`
    expect(imported(annotatedWith(terms))).toMatchObject([
      {
        metadata: { name: 'gold' },
        spec: { levels: [{ name: 'works' }], conditions: [{ load: { atMost: '10/s' } }] },
      },
    ])
  })

  it.each([
    ['{ holdfast/terms: nonsense }', 'The annotation holdfast/terms is not JSON.'],
    [`{ holdfast/terms: '{"levels":[]}' }`, 'The annotation holdfast/terms has the key "levels"'],
    [`{ holdfast/level: '[]' }`, 'The annotation holdfast/level is not a JSON object.'],
    [`{ holdfast/level: '{"name":"Not a name"}' }`, '"Not a name"'],
    [`{ holdfast/terms: '{"coldStart":"maybe"}' }`, '"coldStart" cannot be "maybe".'],
  ])('that cannot be read is refused at its place: %s', (annotations, says) => {
    const [line, ...more] = lines(annotatedWith(annotations))
    expect(more).toEqual([])
    expect(line).toContain(says)
    expect(line).toMatch(/^5:/)
  })

  it('yields to the fields of OpenSLO where they were changed since, and that is told', () => {
    const stale = annotatedWith(
      `{ holdfast/level: '{"name":"works","ratio":"100 %","window":{"rolling":"90s"}}' }`,
    )
    expect(imported(stale)).toMatchObject([
      { spec: { levels: [{ ratio: '99.5 %', window: { rolling: '28d' } }] } },
    ])
    expect(lines(stale)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('The target is another one than in the annotation; the target counts.'),
        expect.stringContaining('The time window is another one than in the annotation; timeWindow counts.'),
      ]),
    )
  })

  it('with other terms than at another SLO of the agreement is refused', () => {
    const one = annotatedWith(`{ holdfast/agreement: gold, holdfast/terms: '{"coldStart":"allowed"}' }`)
    const other = instead(
      instead(one, 'name: checkout-availability', 'name: other'),
      '{"coldStart":"allowed"}',
      '{"coldStart":"refused"}',
    )
    expect(lines(`${one}---\n${other}`)[0]).toContain(
      'The terms of the agreement are others here than at SLO "checkout-availability".',
    )
  })
})
