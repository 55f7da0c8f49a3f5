// Goal: a Prometheus that pushes is answered so that it neither sends again what never will be taken, nor drops what
// would be.
// Method: requests are sent to a whole server as Prometheus sends them.
import { epochMs } from '@holdfast/core/units'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeRequest, type PushedSeries } from '../sources/prometheus/testing/write-request-bytes.ts'
import { createTestServer, type Caller, type TestResponse, type TestServer } from './testing/test-server.ts'

let test: TestServer
beforeAll(async () => {
  test = await createTestServer()
})
afterAll(() => test[Symbol.asyncDispose]())

const HEADERS = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
}

async function push(
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
  as: Caller = 'ingest',
): Promise<TestResponse> {
  const response = await test.server.inject({
    method: 'POST',
    url: '/v1/sources/prometheus/write',
    headers: { host: '127.0.0.1:7070', authorization: `Bearer ${test.secrets[as]}`, ...HEADERS, ...headers },
    payload: Buffer.from(body),
  })
  const { statusCode: status, payload: text } = response
  return { status, headers: response.headers, text, json: () => JSON.parse(text) }
}

const series = (job: string, value: number, at: number): PushedSeries => ({
  labels: { __name__: 'requests_total', instance: 'h:1', job },
  samples: [[value, at]],
})

it('takes in what belongs to a service, and says how many samples', async () => {
  const now = test.now()
  for (const [value, at] of [
    [10, now - 20_000],
    [17, now - 5_000],
  ] as const) {
    const answer = await push(writeRequest({ series: [series('red-shop-web', value, at)] }))
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(answer.headers['x-prometheus-remote-write-samples-written']).toBe('1')
  }
  const readings = test.intakes.table('red-shop', 'remote-write').drain(epochMs(now))
  expect(readings).toMatchObject([
    {
      series: { name: 'requests_total', kind: 'counter', about: { part: 'web', instance: null } },
      sum: 7,
      last: 17,
    },
  ])
})

it('takes what belongs to no service as well, and says so in a header and, once, in the log', async () => {
  const body = writeRequest({ series: [series('nobody', 1, test.now()), series('red-shop', 1, test.now())] })
  for (const _ of [1, 2]) {
    const { status, headers } = await push(body)
    expect(status).toBe(204)
    expect(headers).toMatchObject({
      'holdfast-samples-unplaced': '1',
      'x-prometheus-remote-write-samples-written': '1',
    })
  }
  expect(test.logged().match(/belong to no service/g)).toHaveLength(1)
  expect(test.logged()).toContain('"job":"nobody"')
})

describe('what can never be taken', () => {
  it.each([
    ['no message', Buffer.from('hello'), {}, 400, 'request-invalid'],
    ['nothing', Buffer.alloc(0), {}, 400, 'request-invalid'],
    ['what says that it is huge', Buffer.from('8080808008', 'hex'), {}, 413, 'push-too-large'],
    ['JSON', Buffer.from('{}'), { 'content-type': 'application/json' }, 415, 'media-type-unsupported'],
    ['another packing', Buffer.from('00'), { 'content-encoding': 'gzip' }, 415, 'media-type-unsupported'],
    [
      'version 2',
      Buffer.from('00'),
      { 'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request' },
      415,
      'media-type-unsupported',
    ],
    ['a large body', Buffer.alloc(8_388_609), {}, 413, 'push-too-large'],
  ])('as %s, is refused so that it is not sent again', async (_, body, headers, status, code) => {
    const answer = await push(body, headers)
    expect([answer.status, answer.json().code]).toEqual([status, code])
  })
})

it('is for keys of operators and of those that only bring figures in', async () => {
  const empty = writeRequest({})
  for (const as of ['operator', 'ingest'] as const) expect((await push(empty, {}, as)).status).toBe(204)
  for (const as of ['red', 'client'] as const) expect((await push(empty, {}, as)).status).toBe(403)
})
