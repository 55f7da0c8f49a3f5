/** Goal: a person reads what was found, how sure it is, and what of it the manifest says otherwise. Method: by example. */
import type { Estimate, PartProfile } from '@holdfast/core/profile'
import {
  branded,
  durationMs,
  perSecond,
  ratio,
  seconds,
  type PartName,
  type ServiceName,
} from '@holdfast/core/units'
import { expect, it } from 'vitest'
import type { Subject } from '../../profile/index.ts'
import type { Paint } from '../paint.ts'
import { profileJson, profileLines } from './report.ts'

const plain: Paint = (_style, text) => text
const web = branded<PartName>('web')
const data = branded<PartName>('data')

const between = (low: number, value: number, high: number): Estimate => ({ low, value, high, samples: 90 })

const profile: PartProfile = {
  part: web,
  expectedPerSecond: perSecond(8),
  serviceMeanMs: between(9.8, 10.1, 10.4),
  servicePercentile: { ratio: ratio(0.95), ms: between(12, 14, Infinity) },
  capacityPerSecond: { ...between(4.8, 4.95, 5.1), bound: { kind: 'found' }, sustainedPerSecond: 4.4 },
  startMs: between(380, 410, 440),
  calls: [{ part: data, times: between(2, 2, 2) }],
}

const expected: Subject = {
  service: branded<ServiceName>('shop'),
  entry: web,
  limits: { queued: 1, responseTimeout: seconds(1), bodyBytes: 1 },
  parts: [
    {
      name: web,
      run: {
        command: [],
        directory: '/',
        environment: {},
        readiness: { kind: 'running' },
        drain: seconds(1),
      },
      concurrency: 1,
      calls: [{ part: data, times: 1 }],
      expected: {
        serviceTime: { mean: durationMs(10) },
        capacity: perSecond(8),
        startTime: seconds(1),
      },
    },
  ],
}

const unexpected: Subject = {
  ...expected,
  parts: expected.parts.map((part) => ({ ...part, expected: null })),
}

it('prints a table with intervals, what differs in words, what is not known better, and the manifest', () => {
  const lines = profileLines(expected, [profile], { paint: plain, snippet: true })
  expect(lines.join('\n')).toBe(`PART  CHARACTERISTIC        FOUND  95 % INTERVAL  EXPECTED  COMPARED
web   service time, mean  10.1 ms    9.8–10.4 ms     10 ms  as expected
web   service time, p95     14 ms     from 12 ms         -  nothing was expected
web   capacity             4.95/s      4.8–5.1/s       8/s  lower
web   start time           0.41 s    0.38–0.44 s       1 s  lower
web   calls of data             2              2         1  higher

What differs from the manifest
  - web: capacity expected 8/s, found 4.8–5.1/s: lower
  - web: start time expected 1 s, found 0.38–0.44 s: lower
  - web: calls of data expected 1, found 2: higher

What is not known better
  - web: only 90 operations were timed, too few for an upper end of service time, p95; give it longer with --time

For the manifest
  - name: web
    characteristics: { serviceTime: { mean: 10ms, p95: 14ms }, capacity: 4.95/s, startTime: 410ms }
    calls: [{ part: data, times: 2 }]`)
})

it('leaves the manifest out where it is written to a file, and compares with nothing where nothing is expected', () => {
  const text = profileLines(unexpected, [profile], { paint: plain, snippet: false }).join('\n')
  expect(text).not.toContain('For the manifest')
  expect(text).not.toContain('capacity expected')
  expect(text.match(/nothing was expected/g)).toHaveLength(4)
})

it('says what was the limit where the capacity is only known to be at least so much', () => {
  const by = 'part "data" behind it was at its end'
  const capacityPerSecond = {
    ...profile.capacityPerSecond,
    high: Infinity,
    bound: { kind: 'at-least', by } as const,
  }
  const text = profileLines(expected, [{ ...profile, capacityPerSecond }], {
    paint: plain,
    snippet: false,
  }).join('\n')
  expect(text).toContain('at least 4.95/s')
  expect(text).toContain('capacity may be more than 4.95/s, as part "data" behind it was at its end')
})

it('gives programs every figure with its unit, null for an end that is not known, and the manifest’s words', () => {
  const printed: unknown = JSON.parse(JSON.stringify(profileJson(expected, [profile])))
  expect(printed).toMatchObject({
    service: 'shop',
    confidence: 0.95,
    parts: [
      {
        part: 'web',
        servicePercentile: { ratio: 0.95, ms: { value: 14, low: 12, high: null, samples: 90 } },
        capacityPerSecond: {
          value: 4.95,
          low: 4.8,
          high: 5.1,
          bound: { kind: 'found' },
          sustainedPerSecond: 4.4,
        },
        manifest: {
          characteristics: {
            serviceTime: { mean: '10ms', p95: '14ms' },
            capacity: '4.95/s',
            startTime: '410ms',
          },
          calls: [{ part: 'data', times: 2 }],
        },
        compared: [
          { characteristic: 'service time, mean', unit: 'ms', comparison: 'as-expected' },
          { characteristic: 'service time, p95', comparison: null },
          { characteristic: 'capacity', unit: '/s', expected: 8, comparison: 'lower' },
          { characteristic: 'start time', unit: 's', expected: 1, comparison: 'lower' },
          { characteristic: 'calls of data', expected: 1, comparison: 'higher' },
        ],
      },
    ],
  })
})
