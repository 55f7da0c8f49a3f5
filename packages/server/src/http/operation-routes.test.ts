// Goal: what a wrapper tells is taken in once, and refused with what to change where it cannot be. Method: the whole HTTP
// server in process, over tables of series.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addDuration, branded, type DurationMs } from '@holdfast/core/units'
import { createMeter } from '../../../client/src/index.ts'
import { createTestServer, type TestResponse, type TestServer } from './testing/test-server.ts'
import { testDetail } from './testing/test-live.ts'

let test: TestServer
beforeEach(async () => {
  test = await createTestServer()
})
afterEach(() => test[Symbol.asyncDispose]())

const series = {
  operation: 'GET /orders/:id',
  class: 'gold',
  outcome: 'failed',
  count: 2,
  sum: 3,
  min: 1,
  max: 2,
  zeroCount: 0,
  offset: -1,
  buckets: [1, ...Array.from({ length: 63 }, () => 0), 1],
  over: [1],
}

const batch = {
  process: 'process-1',
  sequence: 1,
  part: 'web',
  fromAgoMs: 5_000,
  toAgoMs: 0,
  limitsMs: [1.5],
  activeMs: 2_500,
  series: [series],
}

const post = (body: unknown, service = 'red-shop'): Promise<TestResponse> =>
  test.call({ method: 'POST', url: `/v1/services/${service}/operations`, as: 'ingest', body })

describe('POST /v1/services/NAME/operations', () => {
  it('takes a batch in, and says which limits to count over', async () => {
    test.intakes.table('red-shop', 'wrapper').limits([1.5])
    const { status, json } = await post(batch)
    expect([status, json()]).toEqual([200, { counted: true, limitsMs: [1.5] }])
    expect(test.intakes.table('red-shop', 'wrapper').drain(test.now())).toMatchObject([
      { distribution: { count: 2 }, over: [1], series: { labels: { 'holdfast.outcome': 'failed' } } },
      { last: 0.5 },
    ])
  })

  it('understands @holdfast/client, which counts over the limits that it is told', async () => {
    const table = test.intakes.table('red-shop', 'wrapper')
    table.limits([1_000])
    const url = await test.server.listen({ host: '127.0.0.1', port: 0 })
    const meter = createMeter({
      url,
      key: test.secrets.ingest,
      service: 'red-shop',
      part: 'web',
      everyMs: 3_600_000,
    })
    await meter.flush()
    for (const durationMs of [20, 2_000]) meter.record('GET /orders', { durationMs, class: 'gold' })
    await meter.close()
    expect(meter.state()).toMatchObject({ says: null, sent: 2, lost: 0 })
    const told = table.drain(addDuration(test.now(), branded<DurationMs>(1_000)))
    expect(told.find(({ distribution }) => distribution !== null)).toMatchObject({
      distribution: { count: 2, sum: 2_020 },
      over: [1],
      series: {
        about: { part: 'web' },
        labels: { 'holdfast.operation': 'GET /orders', 'holdfast.class': 'gold' },
      },
    })
  })

  it('says to the program why it is refused', async () => {
    const url = await test.server.listen({ host: '127.0.0.1', port: 0 })
    const meter = createMeter({ url, key: test.secrets.client, service: 'red-shop', part: 'web' })
    await meter.flush()
    expect(meter.state()).toMatchObject({
      is: 'away',
      says: expect.stringContaining('403: The key "client key"'),
    })
    await meter.close()
  })

  it('counts a batch that comes again once', async () => {
    await post(batch)
    expect((await post(batch)).json().counted).toBe(false)
    const [reading] = test.intakes.table('red-shop', 'wrapper').drain(test.now())
    expect(reading?.distribution?.count).toBe(2)
  })

  it('refuses an unknown part and names those that there are', async () => {
    test.live.put(testDetail('red-shop', 'red'))
    const { status, json } = await post({ ...batch, part: 'wob' })
    expect(status).toBe(422)
    expect(json()).toMatchObject({
      code: 'reference-missing',
      detail: 'red-shop has no part "wob". It has: web.',
    })
  })

  it('does not know a service that is not there', async () => {
    expect((await post(batch, 'green-shop')).status).toBe(404)
  })

  it.each([
    ['a key that there is not', { ...batch, color: 'red' }],
    ['another outcome', { ...batch, series: [{ ...series, outcome: 'great' }] }],
    ['counts that do not add up', { ...batch, series: [{ ...series, count: 7 }] }],
    ['a negative count', { ...batch, series: [{ ...series, buckets: [-1, 3] }] }],
    ['a process without a name', { ...batch, process: '' }],
    ['more series than there may be', { ...batch, series: Array.from({ length: 1_001 }, () => series) }],
    ['an endless name', { ...batch, series: [{ ...series, operation: 'x'.repeat(129) }] }],
  ])('refuses %s, and nothing is counted', async (_what, body) => {
    const { status, json } = await post(body)
    expect([status, json().code]).toEqual([400, 'request-invalid'])
    expect(test.intakes.table('red-shop', 'wrapper').drain(test.now())).toEqual([])
  })

  it('refuses a body that is too large', async () => {
    expect((await post({ ...batch, series: 'x'.repeat(1_100_000) })).status).toBe(413)
  })
})

describe('POST /v1/services/NAME/survey', () => {
  const tell = (events: readonly unknown[], as: 'client' | 'operator' = 'client'): Promise<TestResponse> =>
    test.call({ method: 'POST', url: '/v1/services/red-shop/survey', as, body: { events } })
  const sums = (): Record<string, number> =>
    Object.fromEntries(
      test.intakes
        .table('red-shop', 'survey')
        .drain(test.now())
        .map(({ series: { name, labels }, sum }) => [`${name} ${labels['holdfast.class']}`, sum]),
    )

  it('sums scores and answers by class, whatever scale they came on', async () => {
    const client = (n: number) => ({ question: 'q', client: `c-${n}` })
    const { json } = await tell([
      { ...client(1), class: 'gold', answer: 'great' },
      { ...client(2), class: 'gold', answer: 'too-slow' },
      { ...client(3), class: 'gold' },
      { ...client(4), rating: 10 },
      { ...client(5), rating: 1 },
      { ...client(6), score: 0.25 },
      { ...client(7), answer: 'ok' },
    ])
    expect(json()).toEqual({ counted: 7, repeated: 0 })
    expect(sums()).toEqual({
      'survey.dissatisfaction default': 2.25,
      'survey.dissatisfaction gold': 1,
      'survey.asked gold': 3,
      'survey.answers gold': 2,
      'survey.score gold': 1,
      'survey.asked default': 4,
      'survey.answers default': 4,
      'survey.score default': 1.75,
    })
  })

  it('counts a client once for each question: asked, then answered, and nothing after that', async () => {
    const event = { question: 'q', client: 'c' }
    for (const one of [event, event, { ...event, answer: 'ok' }, { ...event, answer: 'great' }])
      await tell([one])
    expect(sums()).toEqual({
      'survey.dissatisfaction default': 0.5,
      'survey.asked default': 1,
      'survey.answers default': 1,
      'survey.score default': 0.5,
    })
  })

  it('counts all answers that come in one moment', async () => {
    for (let i = 0; i < 20; i++) await tell([{ question: 'q', client: `c-${i}`, answer: 'great' }])
    test.pass(branded<DurationMs>(1_000))
    expect(sums()['survey.score default']).toBe(20)
  })

  it('keeps the number of classes small, as browsers name them', async () => {
    await tell(Array.from({ length: 100 }, (_, i) => ({ question: 'q', client: `c-${i}`, class: `k${i}` })))
    const counted = sums()
    expect(Object.keys(counted).filter((key) => key.startsWith('survey.asked'))).toHaveLength(16)
    expect(
      Object.entries(counted).reduce(
        (all, [key, sum]) => (key.startsWith('survey.asked') ? all + sum : all),
        0,
      ),
    ).toBe(100)
  })

  it.each([
    { client: 'c', answer: 'great' },
    { question: 'q', client: 'c', answer: 'great', rating: 3 },
    { question: 'q', client: 'c', rating: 11 },
    { question: 'q', client: 'c', score: -0.1 },
    { question: 'q', client: 'two words' },
  ])('refuses %o', async (event) => {
    expect((await tell([event])).status).toBe(400)
  })
})
