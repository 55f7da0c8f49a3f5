/** Goal: what is profiled is what the manifest runs, wherever the manifest comes from. Method: one document, by both ways. */
import { expect, it } from 'vitest'
import { subjectInDocument, subjectInFiles } from './subject.ts'

const document = {
  apiVersion: 'holdfast/v1',
  kind: 'Service',
  metadata: { name: 'shop', owner: 'team' },
  spec: {
    gateway: { entry: 'web' },
    parts: [
      {
        name: 'web',
        instanceType: 'small',
        concurrency: 8,
        run: { command: ['node', 'web.ts'], directory: '/srv/shop' },
        characteristics: { serviceTime: { mean: '10ms', p90: '12ms' }, capacity: '50/s', startTime: '1s' },
        calls: [{ part: 'data' }, { part: 'gone' }],
      },
      {
        name: 'data',
        instanceType: 'small',
        run: { command: ['node', 'data.ts'], directory: '/srv/shop' },
      },
    ],
  },
}

it('is the same from a file as from the server, without the manifests that it refers to', () => {
  const fromServer = subjectInDocument(document, 'shop')
  const file = { name: 'shop.json', directory: '/elsewhere', text: JSON.stringify(document) }
  expect(subjectInFiles([file], 'shop')).toEqual(fromServer)
  expect(fromServer).toMatchObject({
    ok: true,
    value: {
      service: 'shop',
      entry: 'web',
      parts: [
        {
          name: 'web',
          concurrency: 8,
          expected: { capacity: 50, serviceTime: { percentile: { ratio: 0.9 } } },
        },
        { name: 'data', concurrency: 256, expected: null, run: { directory: '/srv/shop' } },
      ],
    },
  })
})

it('leaves out calls of what is not there, which nothing could be started for', () => {
  const subject = subjectInDocument(document, 'shop')
  expect(subject.ok && subject.value.parts[0]?.calls).toEqual([{ part: 'data', times: 1 }])
})
