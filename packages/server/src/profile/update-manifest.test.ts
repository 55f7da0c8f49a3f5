/** Goal: only figures change, whatever the manifest looks like. Method: texts with comments in every layout, compared whole. */
import { expect, it } from 'vitest'
import { callsOf, characteristicsOf, type Estimate, type PartProfile } from '@holdfast/core/profile'
import { branded, ratio, type PartName } from '@holdfast/core/units'
import { subjectInFiles } from './subject.ts'
import { updateManifest } from './update-manifest.ts'

const sure = (value: number): Estimate => ({ value, low: value, high: value, samples: 100 })

const profile = (part: string, times: number | null = null): PartProfile => ({
  part: branded<PartName>(part),
  expectedPerSecond: null,
  serviceMeanMs: sure(20),
  servicePercentile: { ratio: ratio(0.95), ms: sure(31) },
  capacityPerSecond: { ...sure(47.3), bound: { kind: 'found' }, sustainedPerSecond: 44 },
  startMs: sure(640),
  calls: times === null ? [] : [{ part: branded<PartName>('data'), times: sure(times) }],
})

const file = (text: string) => ({ name: 'shop.yaml', directory: '/srv', text })

function updated(text: string, ...profiles: readonly PartProfile[]): string {
  const result = updateManifest(file(text), 'shop', profiles)
  if (!result.ok) throw new Error(result.error.detail)
  return result.value
}

const flow = `# The shop.
apiVersion: holdfast/v1
kind: Service
metadata: { name: shop, owner: team }   # ours
spec:
  gateway: { entry: web }
  parts:
    # Takes what clients send.
    - name: web
      instanceType: small
      run: { command: [node, web.ts], directory: . }
      characteristics: { serviceTime: { mean: 10ms }, capacity: 10/s,   startTime: 1s } # guessed
      calls: [{ part: data }]   # one each

    - { name: data, instanceType: small, run: { command: [node, data.ts], directory: . } }
---
# Another document.
apiVersion: holdfast/v1
kind: Owner
metadata: { name: team }
spec: { displayName: Team }
`

it('changes the figures of a mapping in braces where they stand and adds what is missing', () => {
  expect(updated(flow, profile('web', 2.5), profile('data'))).toBe(
    flow
      .replace('mean: 10ms', 'mean: 20ms, p95: 31ms')
      .replace('capacity: 10/s,   startTime: 1s', 'capacity: 47.3/s,   startTime: 640ms')
      .replace('{ part: data }', '{ part: data, times: 2.5 }')
      .replace(
        'directory: . } }',
        'directory: . }, characteristics: { serviceTime: { mean: 20ms, p95: 31ms }, capacity: 47.3/s, startTime: 640ms } }',
      ),
  )
})

const block = `apiVersion: holdfast/v1
kind: Service
metadata: { name: shop, owner: team }
spec:
  gateway:
    entry: web
  parts:
    - name: web
      characteristics:
        serviceTime:
          mean: "10ms" # from the log
          p90: 12ms
        capacity: 10/s
        startTime: 1s
      instanceType: small
      run:
        command: [node, web.ts]
        directory: .
      calls:
        - part: data # stock
          times: 3
    - name: data
      instanceType: small
      run:
        command: [node, data.ts]
        directory: . # here

# The end.
`

it('changes them in indented mappings, keeps the percentile that is named, and adds lines where they belong', () => {
  const web = { ...profile('web', 1.5), servicePercentile: { ratio: ratio(0.9), ms: sure(31) } }
  expect(updated(block, web, profile('data'))).toBe(
    block
      .replace('"10ms"', '"20ms"')
      .replace('p90: 12ms', 'p90: 31ms')
      .replace('capacity: 10/s', 'capacity: 47.3/s')
      .replace('startTime: 1s', 'startTime: 640ms')
      .replace('times: 3', 'times: 1.5')
      .replace(
        'directory: . # here\n',
        'directory: . # here\n      characteristics: { serviceTime: { mean: 20ms, p95: 31ms }, capacity: 47.3/s, startTime: 640ms }\n',
      ),
  )
})

it('writes JSON as JSON', () => {
  const part = { name: 'web', instanceType: 'small', run: { command: ['node'], directory: '.' } }
  const document = {
    apiVersion: 'holdfast/v1',
    kind: 'Service',
    metadata: { name: 'shop', owner: 'team' },
    spec: { gateway: { entry: 'web' }, parts: [part] },
  }
  const text = updated(JSON.stringify(document, null, 2), profile('web'))
  expect(JSON.parse(text)).toEqual({
    ...document,
    spec: {
      ...document.spec,
      parts: [
        {
          ...part,
          characteristics: {
            serviceTime: { mean: '20ms', p95: '31ms' },
            capacity: '47.3/s',
            startTime: '640ms',
          },
        },
      ],
    },
  })
})

it.each([
  ['in braces', flow],
  ['indented', block],
  ['with lines that end in CR LF', block.replaceAll('\n', '\r\n')],
])('reads back what it wrote: %s', (_layout, text) => {
  const found = [profile('web', 1.5), profile('data')]
  const subject = subjectInFiles([file(updated(text, ...found))], 'shop')
  if (!subject.ok) throw new Error(subject.error.detail)
  for (const one of found) {
    const part = subject.value.parts.find(({ name }) => name === one.part)
    expect(part?.expected?.capacity).toEqual(characteristicsOf(one).capacity)
    expect(part?.expected?.serviceTime.mean).toEqual(20)
    expect(part?.calls).toEqual(callsOf(one))
  }
})

it('changes nothing and says why where the figures stand elsewhere', () => {
  const aliased = flow
    .replace('characteristics: {', 'characteristics: &usual {')
    .replace('directory: . } }', 'directory: . }, characteristics: *usual }')
  const result = updateManifest(file(aliased), 'shop', [profile('data')])
  expect(result).toMatchObject({
    ok: false,
    error: { detail: expect.stringContaining('part "data" has its characteristics from an alias') },
  })
})
