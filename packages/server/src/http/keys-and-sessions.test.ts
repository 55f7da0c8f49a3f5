// Goal: a key opens what it should from its creation to its end, and a session is a key that a page of
// another origin cannot use. No secret is ever stored or logged.
import { days, seconds } from '@holdfast/core/units'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestServer, type TestResponse, type TestServer } from './testing/test-server.ts'

let test: TestServer
beforeEach(async () => {
  test = await createTestServer()
})
afterEach(() => test[Symbol.asyncDispose]())

const create = (body: unknown): Promise<TestResponse> => test.call({ method: 'POST', url: '/v1/keys', body })
const whoami = (secret: string): Promise<TestResponse> =>
  test.call({ url: '/v1/whoami', as: null, headers: { authorization: `Bearer ${secret}` } })

describe('a key', () => {
  it('is created with its secret, which no other answer and no row holds', async () => {
    const response = await create({ name: 'red ci', scope: 'owner', owner: 'red' })
    const { secret, id } = response.json()
    expect(response.status).toBe(201)
    expect((await whoami(secret)).json()).toEqual({ name: 'red ci', scope: 'owner', owner: 'red' })
    const list = await test.call({ url: '/v1/keys' })
    expect(list.json().items).toContainEqual(expect.objectContaining({ id, name: 'red ci', revokedAt: null }))
    expect(list.text).not.toMatch(/secret|hash/)
    expect(JSON.stringify(await test.store.keys())).not.toContain(secret)
    expect(test.logged()).not.toContain(secret)
  })

  it('opens nothing from its revocation on, and revoking again changes nothing', async () => {
    const { secret, id } = (await create({ name: 'ci', scope: 'ingest' })).json()
    for (let time = 0; time < 2; time++) {
      expect((await test.call({ method: 'DELETE', url: `/v1/keys/${id}` })).status).toBe(204)
      expect((await whoami(secret)).json().code).toBe('key-wrong')
    }
    const { items } = (
      await test.call({ url: '/v1/journal?chain=installation&kind=change&order=oldest-first' })
    ).json()
    expect(items.map(({ body }: { readonly body: unknown }) => body).slice(-2)).toMatchObject([
      { action: 'created', kind: 'Key', name: 'ci', scope: 'ingest' },
      { action: 'revoked', kind: 'Key', id },
    ])
  })

  it('opens nothing from its expiry on', async () => {
    const expiresAt = '2026-11-27T09:00:10Z'
    const { secret } = (await create({ name: 'short', scope: 'client', expiresAt })).json()
    test.pass(seconds(9))
    expect((await whoami(secret)).status).toBe(200)
    test.pass(seconds(1))
    expect((await whoami(secret)).status).toBe(401)
  })

  it.each([
    [{ name: 'x', scope: 'owner' }, 'request-invalid', '/body/owner'],
    [{ name: 'x', scope: 'client', owner: 'red' }, 'request-invalid', '/body/owner'],
    [{ name: 'x', scope: 'owner', owner: 'nobody' }, 'reference-missing', '/body/owner'],
    [{ name: 'x', scope: 'client', expiresAt: '2026-11-27T08:00:00Z' }, 'request-invalid', '/body/expiresAt'],
    [{ name: '', scope: 'client' }, 'request-invalid', '/body/name'],
    [{ name: 'x', scope: 'king' }, 'request-invalid', '/body/scope'],
  ])('asked for as %j is refused', async (body, code, pointer) => {
    const before = await test.store.keys()
    expect((await create(body)).json()).toMatchObject({ code, faults: [{ pointer }] })
    expect(await test.store.keys()).toEqual(before)
  })

  it('that does not exist cannot be revoked', async () => {
    expect((await test.call({ method: 'DELETE', url: '/v1/keys/none' })).status).toBe(404)
  })
})

describe('a session', () => {
  const origin = 'http://127.0.0.1:7070'
  async function signIn(): Promise<{
    readonly code: string
    readonly cookie: string
    readonly response: TestResponse
  }> {
    const { code } = test.signIns.createSignIn({ scope: 'operator', owner: null })
    const response = await test.call({ url: `/sign-in?code=${code}`, as: null })
    const cookie = String(response.headers['set-cookie']).split(';')[0] ?? ''
    return { code, cookie, response }
  }

  it('begins with a code, as a cookie that no script and no other site sees', async () => {
    const { response, cookie } = await signIn()
    expect(response.status).toBe(303)
    expect(response.headers['location']).toBe('/')
    expect(String(response.headers['set-cookie'])).toMatch(
      /; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/,
    )
    expect((await test.call({ url: '/v1/whoami', as: null, headers: { cookie } })).json()).toEqual({
      name: 'dashboard session',
      scope: 'operator',
      owner: null,
    })
  })

  it('does not begin with a wrong code, or with HEAD', async () => {
    const { code } = test.signIns.createSignIn({ scope: 'operator', owner: null })
    const wrong = await test.call({ url: '/sign-in?code=hf_wrong', as: null })
    expect([wrong.status, wrong.headers['set-cookie']]).toEqual([401, undefined])
    const head = await test.call({ method: 'HEAD', url: `/sign-in?code=${code}`, as: null })
    expect([head.status, head.headers['set-cookie']]).toEqual([404, undefined])
  })

  it('writes only from the page of this very server', async () => {
    const { cookie } = await signIn()
    const write = (headers: Readonly<Record<string, string>>): Promise<TestResponse> =>
      test.call({ method: 'DELETE', url: '/v1/keys/none', as: null, headers: { cookie, ...headers } })
    for (const headers of [{}, { origin: 'http://127.0.0.1:8080' }, { origin: 'https://evil.example' }]) {
      expect((await write(headers as Record<string, string>)).json().code).toBe('origin-not-allowed')
    }
    expect((await write({ origin })).json().code).toBe('not-found')
  })

  it('ends with signing out, and after seven days', async () => {
    const [first, second] = [await signIn(), await signIn()]
    const status = async (cookie: string): Promise<number> =>
      (await test.call({ url: '/v1/whoami', as: null, headers: { cookie } })).status
    const out = await test.call({
      method: 'POST',
      url: '/sign-out',
      as: null,
      headers: { cookie: first.cookie, origin },
    })
    expect([out.status, await status(first.cookie), await status(second.cookie)]).toEqual([204, 401, 200])
    test.pass(days(7))
    expect(await status(second.cookie)).toBe(401)
  })

  it('is the only thing that signs out: a key is revoked instead', async () => {
    expect((await test.call({ method: 'POST', url: '/sign-out', as: 'client' })).status).toBe(400)
    expect((await test.call({ url: '/v1/whoami', as: 'client' })).status).toBe(200)
  })

  it('leaves neither code nor cookie in the log', async () => {
    const { code, cookie } = await signIn()
    await test.call({ url: '/v1/nothing', as: null, headers: { cookie } })
    expect(test.logged()).toContain('/sign-in')
    expect(test.logged()).not.toContain(code)
    expect(test.logged()).not.toContain(cookie.split('=')[1])
  })
})
