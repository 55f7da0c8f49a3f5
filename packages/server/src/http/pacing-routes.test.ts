// Goal: a client reports and is told when to report next, and people are told why. Method: the whole HTTP server in
// process; where the short way matters it listens.
import { durationMs } from '@holdfast/core/units'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { declaredWatch } from '../pacing/testing/test-watch.ts'
import { createTestServer, type Caller, type TestResponse, type TestServer } from './testing/test-server.ts'

let test: TestServer
beforeEach(async () => {
  test = await createTestServer()
  test.watches.push(declaredWatch())
})
afterEach(() => test[Symbol.asyncDispose]())

const update = (client: string, rtt = 40): object => ({ client, parameters: { rtt, connection: 'wifi' } })
const post = (body: unknown, as: Caller = 'client', watch = 'players'): Promise<TestResponse> =>
  test.call({ method: 'POST', url: `/v1/watches/${watch}/updates`, as, body })
const get = (path: string, as: Caller = 'operator'): Promise<TestResponse> =>
  test.call({ url: `/v1/watches/players/${path}`, as })

describe('POST /v1/watches/NAME/updates', () => {
  it('answers an update with when the next one is due, also as Retry-After', async () => {
    const { status, json, headers } = await post(update('p-1'))
    const { nextMs, at } = json() as { nextMs: number; at: string }
    expect(status).toBe(200)
    expect(Date.parse(at)).toBe(test.now() + nextMs)
    expect(headers['retry-after']).toBe(String(Math.ceil(nextMs / 1_000)))
  })

  it('answers a batch in its order, without Retry-After', async () => {
    const { status, json, headers } = await post({ updates: [update('p-1'), update('p-2')] })
    const { answers } = json() as { answers: { nextMs: number }[] }
    expect([status, answers.length, headers['retry-after']]).toEqual([200, 2, undefined])
  })

  it('takes a batch whole or not at all, and says where what is wrong', async () => {
    const { status, json } = await post({ updates: [update('p-1'), { ...update('p-2'), klass: 'gold' }] })
    expect(status).toBe(400)
    expect(json().faults).toMatchObject([{ pointer: '/body/updates/1/klass', hint: 'Did you mean "class"?' }])
    expect((await get('stats')).json().updates).toBe(0)
  })

  it.each([
    ['no client', { parameters: {} }, '/body/client'],
    ['a client with a space', { client: 'a b', parameters: {} }, '/body/client'],
    ['no parameters', { client: 'a' }, '/body/parameters'],
    ['a parameter that is not declared', { client: 'a', parameters: { rt: 4 } }, '/body/parameters/rt'],
    ['a text for a number', { client: 'a', parameters: { rtt: '4' } }, '/body/parameters/rtt'],
    ['a feature that is not declared', { ...update('a'), features: { os: 'x' } }, '/body/features/os'],
    ['a negative count', { ...update('a'), changes: -1 }, '/body/changes'],
    ['a list', [], '/body'],
  ])('refuses %s with its place', async (_what, body, pointer) => {
    const { status, json } = await post(body)
    expect([status, json().code, json().faults[0].pointer]).toEqual([400, 'request-invalid', pointer])
  })

  it('tells a client that comes too soon its time again, and refuses it after some times', async () => {
    await post(update('p-1'))
    test.pass(durationMs(1_500))
    const answers: TestResponse[] = []
    for (let i = 0; i < 8; i += 1) answers.push(await post(update('p-1')))
    expect(answers[0]?.json()).toMatchObject({ tooSoon: true })
    expect(answers[7]?.status).toBe(429)
    expect(answers[7]?.json().code).toBe('too-many-requests')
    expect(Number(answers[7]?.headers['retry-after'])).toBeGreaterThan(1)
  })

  it('gives a token to a client that carries what is known of it, and starts it afresh with a forged one', async () => {
    test.watches[0] = declaredWatch({ keptBy: 'client' })
    const first = (await post(update('p-1'))).json() as { token: string; nextMs: number }
    test.pass(durationMs(first.nextMs))
    const good = (await post({ ...update('p-1', 90), token: first.token })).json() as { token: string }
    test.pass(durationMs(600_000))
    await post({ ...update('p-1'), token: `${good.token.slice(0, -2)}AA` })
    await post({ ...update('p-2'), token: good.token })
    expect((await get('stats')).json()).toMatchObject({
      newcomers: 3,
      changed: 1,
      badTokens: 2,
      clients: null,
    })
    expect((await get(`clients/p-1?token=${good.token}`)).status).toBe(200)
  })

  it('starts a client afresh whose token is older than clients are remembered', async () => {
    test.watches[0] = declaredWatch({ keptBy: 'client', forgetAfterMs: 3_600_000 })
    const { token } = (await post(update('p-1'))).json() as { token: string }
    test.pass(durationMs(3_600_001))
    await post({ ...update('p-1'), token })
    expect((await get('stats?for=1d')).json()).toMatchObject({ newcomers: 2, badTokens: 1 })
  })

  it('tells the rules for which a client does not wait', async () => {
    test.watches[0] = declaredWatch({ early: [{ kind: 'absolute', parameter: 'rtt', least: 100 }] })
    expect((await post(update('p-1'))).json().early).toEqual([
      { kind: 'absolute', parameter: 'rtt', least: 100 },
    ])
  })

  it('knows no watch that is not declared', async () => {
    expect((await post(update('p-1'), 'client', 'screens')).json()).toMatchObject({
      code: 'not-found',
      detail: 'There is no watch "screens".',
    })
  })

  it('answers the short way as it does the long one, whatever comes', async () => {
    const url = await test.server.listen({ host: '127.0.0.1', port: 0 })
    const send = async (body: string): Promise<readonly [number, string | null, string]> => {
      const response = await fetch(`${url}/v1/watches/players/updates`, {
        method: 'POST',
        headers: { authorization: `Bearer ${test.secrets.client}`, 'content-type': 'application/json' },
        body,
      })
      return [response.status, response.headers.get('content-type'), await response.text()]
    }
    const bodies = [
      update('p-1'),
      { updates: [update('p-2'), update('p-3', 80)] },
      { client: 'a' },
      { ...update('a'), token: 7 },
    ].map((body) => JSON.stringify(body))
    // The first request of a key goes the long way; from then on it is known.
    await send('{}')
    for (const body of [...bodies, '{"client":', '']) {
      const { status, headers, text } = await post(body)
      test.watches[0] = declaredWatch({}, Math.random())
      const [shortStatus, shortType, shortText] = await send(body)
      expect([shortStatus, shortType?.split(';')[0]]).toEqual([
        status,
        String(headers['content-type']).split(';')[0],
      ])
      if (status !== 200) expect(JSON.parse(shortText).faults).toEqual(JSON.parse(text).faults)
    }
  })

  it('does not go the short way with a key that was revoked', async () => {
    const url = await test.server.listen({ host: '127.0.0.1', port: 0 })
    const send = (): Promise<number> =>
      fetch(`${url}/v1/watches/players/updates`, {
        method: 'POST',
        headers: { authorization: `Bearer ${test.secrets.client}`, 'content-type': 'application/json' },
        body: JSON.stringify(update(`c${String(calls++)}`)),
      }).then(({ status }) => status)
    let calls = 0
    expect([await send(), await send()]).toEqual([200, 200])
    const keys = (await test.call({ url: '/v1/keys' })).json().items as { id: string; name: string }[]
    const key = keys.find(({ name }) => name === 'client key')
    await test.call({ method: 'DELETE', url: `/v1/keys/${key?.id ?? ''}` })
    expect(await send()).toBe(401)
  })
})

describe('what people are told of a watch', () => {
  it('sums up what its updates came to', async () => {
    const { nextMs } = (await post(update('p-1'))).json() as { nextMs: number }
    test.pass(durationMs(nextMs))
    await post(update('p-1', 90))
    const stats = (await get('stats?for=1h')).json()
    expect(stats).toMatchObject({ service: 'red-shop', clients: 1, updates: 2, newcomers: 1, changed: 1 })
    expect(stats.usefulShare).toBe(1)
    expect(stats.fixed).toMatchObject({ measure: 'p95' })
    expect(stats.minutes.length).toBeGreaterThan(0)
  })

  it('shows what came of them to whoever scrapes the server', async () => {
    await post(update('p-1'))
    const { text } = await test.call({ url: '/metrics' })
    expect(text).toContain('holdfast_pacing_updates_total{watch="players",outcome="taken"} 1')
    expect(text).toContain('holdfast_pacing_clients{watch="players"} 1')
  })

  it('says why a client is to report when it is', async () => {
    await post(update('p-1'))
    const { status, json } = await get('clients/p-1')
    expect(status).toBe(200)
    expect(json().says).toMatch(/^It was told 1m.*: it changes by chance, about once in 5m; within /)
    expect((await get('clients/nobody')).json().code).toBe('not-found')
  })

  it('says how suspicious it is that a client has not come', async () => {
    for (let i = 0; i < 30; i += 1) {
      const { nextMs } = (await post(update('p-1', 40 + (i % 2) * 50))).json() as { nextMs: number }
      test.pass(durationMs(nextMs + 50))
    }
    test.pass(durationMs(3_600_000))
    expect((await get('clients/p-1')).json().suspicion).toBeGreaterThan(1)
  })

  it('says how likely clients change within a time', async () => {
    await post(update('p-1'))
    const { json } = await test.call({
      method: 'POST',
      url: '/v1/watches/players/expectations',
      body: { clients: [{ client: 'p-1' }, { client: 'p-2' }], within: '10min' },
    })
    const [one, other] = json().clients
    expect(one.chance).toBeCloseTo(1 - Math.exp(-2), 1)
    expect([one.willChange, other.known]).toEqual([true, false])
  })

  it('shows what was learned, and what is expected of the next minute', async () => {
    await post(update('p-1'))
    expect((await get('model')).json()).toMatchObject({ watch: 'players', changes: 0, hazards: [] })
    const { nextMinute } = (await get('forecast')).json()
    expect(nextMinute.updates).toBeGreaterThanOrEqual(0)
  })

  it('shows an owner no watch of another', async () => {
    expect((await get('stats', 'red')).status).toBe(200)
    expect((await get('stats', 'blue')).json().code).toBe('not-found')
  })
})
