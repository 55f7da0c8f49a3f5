// Goal: the client reads all pages, keeps to its bounds, and turns whatever comes back into an answer or a problem.
import { expect, it } from 'vitest'
import { fakeIo } from '../../test/cli/fake-io.ts'
import { json, problemResponse } from '../../test/cli/shop.ts'
import { apiClient, type ApiClient } from './client.ts'
import { failure } from './failure.ts'

function clientOf(
  server: (request: Request) => Response | Promise<Response>,
  url = 'http://127.0.0.1:7070',
): ApiClient {
  const settings = { url: { value: url, from: 'test' }, key: { value: 'k', from: 'test' } }
  return apiClient(fakeIo({ args: [], server }).io, settings, 'people')
}

it('reads page after page until there is no next one', async () => {
  const asked: string[] = []
  const api = clientOf((request) => {
    const { searchParams } = new URL(request.url)
    const cursor = searchParams.get('cursor')
    asked.push(cursor ?? 'first')
    return json({
      items: [{ name: `service-${asked.length}` }],
      next: asked.length < 3 ? `c${asked.length}` : null,
    })
  })
  const answer = await api.services()
  expect(answer.ok && answer.value.map(({ name }) => name)).toEqual(['service-1', 'service-2', 'service-3'])
  expect(asked).toEqual(['first', 'c1', 'c2'])
})

it('gives up on a listing that never ends', async () => {
  const answer = await clientOf(() => json({ items: [], next: 'again' })).services()
  expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } })
})

it('asks for no more journal entries than wanted', async () => {
  const limits: (string | null)[] = []
  const api = clientOf((request) => {
    const limit = new URL(request.url).searchParams.get('limit')
    limits.push(limit)
    return json({ items: Array.from({ length: Number(limit) }, () => ({})), next: 'more' })
  })
  const answer = await api.journal({ order: 'newest-first' }, 1_200)
  expect(answer.ok && answer.value.length).toBe(1_200)
  expect(limits).toEqual(['1000', '200'])
})

it('keeps a base path, encodes names, and lets no name climb out of its place', async () => {
  const paths: string[] = []
  const api = clientOf((request) => {
    paths.push(new URL(request.url).pathname)
    return json({})
  }, 'https://example.com/holdfast/?x=1')
  await api.service('a/b?c')
  await api.service('..')
  expect(paths).toEqual(['/holdfast/v1/services/a%2Fb%3Fc', '/holdfast/v1/services/%252e%252e'])
})

it('passes a problem on as it came, with the time to wait', async () => {
  const problem = failure('too-many-requests', 'Too many.', { hint: 'Slow down.' })
  const response = problemResponse(problem)
  response.headers.set('retry-after', '7')
  const answer = await clientOf(() => response).whoami()
  expect(answer).toEqual({ ok: false, error: { ...problem, hint: 'Slow down. Try again in 7 s.' } })
})

it('says that something else answers when the answer is not of Holdfast', async () => {
  for (const response of [
    new Response('<html>', { status: 200 }),
    new Response('Bad Gateway', { status: 502 }),
  ]) {
    const answer = await clientOf(() => response).whoami()
    expect(answer).toMatchObject({ ok: false, error: { code: 'server-unreachable' } })
  }
})

it('turns a failed connection into a problem that says why', async () => {
  const broken = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })
  const answer = await clientOf(() =>
    Promise.reject(new TypeError('fetch failed', { cause: broken })),
  ).whoami()
  expect(answer).toMatchObject({
    ok: false,
    error: { detail: 'The server at http://127.0.0.1:7070 cannot be reached: there is no such host.' },
  })
})

it('makes text for people harmless', async () => {
  const answer = await clientOf(() => json({ name: 'a\u001b[2J' })).whoami()
  expect(answer).toEqual({ ok: true, value: { name: String.raw`a\u001b[2J` } })
})
