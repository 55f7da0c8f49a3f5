// Goal: whatever is wrong with a request, the answer is one clear problem document with its place, and
// nothing was changed.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { problemCodes } from '../errors/index.ts'
import type { StoredManifest } from '../store/store.ts'
import { ATTEMPTS_PER_WINDOW } from '../auth/index.ts'
import { REQUESTS_PER_MINUTE } from './server.ts'
import { agreementText, serviceText } from './testing/test-manifests.ts'
import { createTestServer, type TestResponse, type TestServer } from './testing/test-server.ts'

let test: TestServer
let before: readonly StoredManifest[]
beforeAll(async () => {
  test = await createTestServer()
})
afterAll(() => test[Symbol.asyncDispose]())
beforeEach(async () => {
  before = await test.store.manifests()
})
afterEach(async () => {
  expect(await test.store.manifests()).toEqual(before)
})

function expectProblem(response: TestResponse, code: keyof typeof problemCodes): void {
  expect(response.json()).toMatchObject({ code, status: response.status, type: `/docs/errors#${code}` })
  expect(response.status).toBe(problemCodes[code].status)
  expect(response.headers['content-type']).toBe('application/problem+json')
}

describe('a body', () => {
  const post = (body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<TestResponse> =>
    test.call({ method: 'POST', url: '/v1/apply', body, headers })

  it('that is not JSON is refused with line and column', async () => {
    const response = await post('{\n  "files": [,]\n}')
    expectProblem(response, 'body-not-json')
    expect(response.json().faults[0]).toMatchObject({ source: 'body', line: 2, column: 13 })
  })

  it('that is empty is refused as such', async () => {
    expectProblem(await post(''), 'body-not-json')
  })

  it('of 50 MB is refused for its size', async () => {
    expectProblem(await post(JSON.stringify({ files: 'x'.repeat(50_000_000) })), 'manifest-too-large')
  })

  it('that is no JSON by its media type is refused for that', async () => {
    expectProblem(await post('a: b', { 'content-type': 'application/yaml' }), 'media-type-unsupported')
  })

  it('of the wrong shape is refused with a pointer to each place', async () => {
    const response = await post({ files: [{ name: 'a.yaml', text: 1, directory: '/' }], dryrun: true })
    expectProblem(response, 'request-invalid')
    const pointers = response.json().faults.map(({ pointer }: { readonly pointer: string }) => pointer)
    expect(pointers).toEqual(['/body/files/0/text', '/body'])
    expect(response.json().detail).toContain('dryrun')
  })
})

describe('a manifest', () => {
  it('with an unknown key is refused with file, line and what was meant', async () => {
    const response = await test.apply(serviceText('red').replace('gateway:', 'gatewya:'))
    expectProblem(response, 'manifest-invalid')
    expect(response.json().faults[0]).toMatchObject({
      source: 'test.yaml',
      line: 6,
      column: 3,
      hint: 'Did you mean "gateway"?',
    })
  })

  it('of a service that does not exist is refused with its place, and so is all that came with it', async () => {
    const response = await test.apply(
      `${serviceText('red', 9)}---\n${agreementText('red', '95 %', 'red-shopp')}`,
    )
    expectProblem(response, 'manifest-invalid')
    expect(response.json().faults[0]).toMatchObject({ source: 'test.yaml', pointer: '/spec/service' })
  })
})

describe('a key', () => {
  it('that is missing is asked for', async () => {
    const response = await test.call({ url: '/v1/services', as: null })
    expectProblem(response, 'key-missing')
    expect(response.headers['www-authenticate']).toBe('Bearer')
  })

  it('that is wrong is refused; after too many the address has to wait, and a right key still opens', async () => {
    const wrong = (): Promise<TestResponse> =>
      test.call({ url: '/v1/services', as: null, headers: { authorization: 'Bearer hf_wrong' } })
    for (let i = 0; i < ATTEMPTS_PER_WINDOW; i++) expectProblem(await wrong(), 'key-wrong')
    const limited = await wrong()
    expectProblem(limited, 'too-many-requests')
    expect(limited.headers['retry-after']).toBe('60')
    expect((await test.call({ url: '/v1/services' })).status).toBe(200)
  })

  it('of another scheme is refused', async () => {
    const headers = { authorization: 'Basic b3BlcmF0b3I6eA==' }
    expect([401, 429]).toContain((await test.call({ url: '/v1/services', as: null, headers })).status)
  })

  it("of an owner does not reach another's service", async () => {
    expectProblem(await test.call({ url: '/v1/services/blue-shop', as: 'red' }), 'not-found')
    expectProblem(
      await test.call({ method: 'DELETE', url: '/v1/services/blue-shop', as: 'red' }),
      'not-allowed',
    )
    expectProblem(await test.apply(agreementText('blue', '10 %'), 'red'), 'not-allowed')
    expectProblem(await test.apply(agreementText('red', '10 %', 'blue-shop'), 'red'), 'not-allowed')
    expectProblem(await test.apply(serviceText('red', 1), 'red'), 'not-allowed')
  })
})

describe('a request', () => {
  it.each(['evil.example', '127.0.0.1.evil.example:7070', '169.254.169.254'])(
    'for the host "%s" is not answered',
    async (host) => {
      expectProblem(await test.call({ url: '/v1/services', headers: { host } }), 'host-not-allowed')
    },
  )

  it('for nothing that is there gets a problem document', async () => {
    for (const url of ['/v1/nothing', '/nothing', '/v1/services/red-shop/nothing']) {
      expectProblem(await test.call({ url }), 'not-found')
    }
    expectProblem(await test.call({ method: 'POST', url: '/v1/services', body: {} }), 'not-found')
  })

  it('with a malformed path is refused', async () => {
    expectProblem(await test.call({ url: '/v1/services/%zz' }), 'request-invalid')
  })

  it.each([
    ['/v1/services?limit=0', '/query/limit'],
    ['/v1/services?stat=kept', '/query'],
    ['/v1/services?state=fine', '/query/state'],
    ['/v1/services?cursor=***', '/query/cursor'],
    ['/v1/services/red-shop/history?since=yesterday', '/query/since'],
    ['/v1/services/red-shop/why?at=2026-11-27T09:00:00', '/query/at'],
    ['/v1/journal?kind=decision,choice', '/query/kind/1'],
    ['/v1/journal?format=ndjson&order=newest-first', '/query/order'],
    ['/v1/journal?cursor=c3g', '/query/cursor'],
  ])('%s is refused with the pointer %s', async (url, pointer) => {
    const response = await test.call({ url })
    expectProblem(response, 'request-invalid')
    expect(response.json().faults[0].pointer).toBe(pointer)
  })

  it('that meets a fault of the server learns nothing of the inside', async () => {
    using _broken = vi.spyOn(test.store, 'keys').mockRejectedValue(new Error('secret inside'))
    const response = await test.call({ url: '/v1/keys' })
    expectProblem(response, 'internal')
    expect(response.text).not.toContain('secret inside')
    expect(test.logged()).toContain('secret inside')
  })
})

it('lets no key send requests without end', async () => {
  const statuses = new Set<number>()
  let last: TestResponse | null = null
  for (let i = 0; i <= REQUESTS_PER_MINUTE; i++) {
    last = await test.call({ url: '/v1/whoami', as: 'client' })
    statuses.add(last.status)
  }
  expect([...statuses]).toEqual([200, 429])
  if (last !== null) expectProblem(last, 'too-many-requests')
  expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0)
  expect((await test.call({ url: '/v1/whoami', as: 'ingest' })).status).toBe(200)
})
