// Goal: every route, with every scope, admits exactly those it is meant for. The table below is the intent;
// a route that is added without a row here fails, and so does a row without its route.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type Caller, type TestServer } from './testing/test-server.ts'

const everyone: readonly (Caller | null)[] = ['operator', 'red', 'ingest', 'client', null]
const withKey: readonly (Caller | null)[] = ['operator', 'red', 'ingest', 'client']
const operatorAndOwner: readonly (Caller | null)[] = ['operator', 'red']
const operatorAndIngest: readonly (Caller | null)[] = ['operator', 'ingest']
const operatorIngestAndClient: readonly (Caller | null)[] = ['operator', 'ingest', 'client']
const operator: readonly (Caller | null)[] = ['operator']

const table: Readonly<Record<string, readonly (Caller | null)[]>> = {
  'GET /v1/services': operatorAndOwner,
  'GET /v1/services/:name': operatorAndOwner,
  'DELETE /v1/services/:name': operatorAndOwner,
  'GET /v1/services/:name/health': operatorAndOwner,
  'GET /v1/services/:name/health/stream': operatorAndOwner,
  'GET /v1/services/:name/health/consumers': operatorAndOwner,
  'POST /v1/services/:name/health/consumers/:consumer/read': operatorAndOwner,
  'DELETE /v1/services/:name/health/consumers/:consumer': operatorAndOwner,
  'GET /v1/services/:name/sources': operatorAndOwner,
  'GET /v1/services/:name/sources/:source/series': operatorAndOwner,
  'POST /v1/services/:name/rules/test': operatorAndOwner,
  'GET /v1/services/:name/verdicts': operatorAndOwner,
  'GET /v1/services/:name/instances': operatorAndOwner,
  'GET /v1/services/:name/history': operatorAndOwner,
  'POST /v1/services/:name/operations': operatorAndIngest,
  'POST /v1/services/:name/survey': operatorIngestAndClient,
  'GET /v1/services/:name/offers': operatorAndOwner,
  'GET /v1/services/:name/why': operatorAndOwner,
  'GET /v1/services/:name/journal': operatorAndOwner,
  'GET /v1/services/:name/journal/check': operatorAndOwner,
  'GET /v1/services/:name/recording': operatorAndOwner,
  'GET /v1/journal': operatorAndOwner,
  'GET /v1/journal/check': operatorAndOwner,
  'GET /v1/manifests': operatorAndOwner,
  'POST /v1/apply': operatorAndOwner,
  'GET /v1/agreements': operatorAndOwner,
  'GET /v1/agreements/:name': operatorAndOwner,
  'DELETE /v1/agreements/:name': operatorAndOwner,
  'GET /v1/offers': operatorAndOwner,
  'GET /v1/offers/:name': operatorAndOwner,
  'DELETE /v1/offers/:name': operatorAndOwner,
  'GET /v1/instance-types': operatorAndOwner,
  'GET /v1/instance-types/:name': operatorAndOwner,
  'DELETE /v1/instance-types/:name': operatorAndOwner,
  'GET /v1/owners': operatorAndOwner,
  'GET /v1/owners/:name': operatorAndOwner,
  'DELETE /v1/owners/:name': operatorAndOwner,
  'GET /v1/sources': operatorAndOwner,
  'GET /v1/sources/:name': operatorAndOwner,
  'DELETE /v1/sources/:name': operatorAndOwner,
  'GET /v1/rules': operatorAndOwner,
  'GET /v1/rules/:name': operatorAndOwner,
  'DELETE /v1/rules/:name': operatorAndOwner,
  'GET /v1/watches': operatorAndOwner,
  'GET /v1/watches/:name': operatorAndOwner,
  'DELETE /v1/watches/:name': operatorAndOwner,
  'POST /v1/watches/:name/updates': operatorIngestAndClient,
  'POST /v1/watches/:name/expectations': operatorAndOwner,
  'GET /v1/watches/:name/stats': operatorAndOwner,
  'GET /v1/watches/:name/model': operatorAndOwner,
  'GET /v1/watches/:name/clients/:client': operatorAndOwner,
  'GET /v1/watches/:name/forecast': operatorAndOwner,
  'POST /v1/sources/prometheus/write': operatorAndIngest,
  'GET /v1/events': operatorAndOwner,
  'POST /v1/keys': operator,
  'GET /v1/keys': operator,
  'DELETE /v1/keys/:id': operator,
  'GET /v1/whoami': withKey,
  'GET /sign-in': everyone,
  'POST /sign-out': withKey,
  'GET /livez': everyone,
  'GET /readyz': everyone,
  'GET /healthz': everyone,
  'GET /metrics': operatorAndIngest,
  'GET /openapi.json': withKey,
  'GET /docs': withKey,
  'GET /docs/errors': withKey,
  'GET /': everyone,
  'GET /*': everyone,
}

/** Routes that owners may call for their own things; the path is the same with another owner's thing. */
const readsOfOne: readonly string[] = [
  '/v1/services/NAME',
  '/v1/services/NAME/health',
  '/v1/services/NAME/health/consumers',
  '/v1/services/NAME/verdicts',
  '/v1/services/NAME/instances',
  '/v1/services/NAME/history',
  '/v1/services/NAME/offers',
  '/v1/services/NAME/why',
  '/v1/services/NAME/journal',
  '/v1/services/NAME/journal/check',
  '/v1/services/NAME/recording?from=2026-11-27T09:00:00Z&to=2026-11-27T10:00:00Z',
  '/v1/journal?service=NAME',
  '/v1/journal/check?service=NAME',
]

let test: TestServer
beforeAll(async () => {
  test = await createTestServer()
})
afterAll(() => test[Symbol.asyncDispose]())

it('has a row for every route, and a route for every row', () => {
  const routes = test.server.routeTable.filter(({ method }) => method !== 'HEAD')
  expect(routes.map(({ method, url }) => `${method} ${url}`).toSorted()).toEqual(
    Object.keys(table).toSorted(),
  )
})

it('asks of HEAD what it asks of GET', () => {
  const { routeTable } = test.server
  for (const { url, access } of routeTable.filter(({ method }) => method === 'HEAD')) {
    expect(routeTable.find((route) => route.method === 'GET' && route.url === url)?.access).toEqual(access)
  }
})

describe.each(Object.entries(table))('%s', (route, admitted) => {
  const [method = '', pattern = ''] = route.split(' ')
  // Nothing of that name exists, and POST bodies are empty: whoever gets in changes nothing.
  const url = pattern.replace(':name', 'nothing').replace(':id', 'nothing').replace('*', 'nothing.js')

  it.each(everyone)('answers %s as the table says', async (as) => {
    if (pattern === '/v1/events' && admitted.includes(as)) return // Open streams have tests of their own.
    const { status, headers } = await test.call({ method: method as 'GET', url, as })
    if (admitted.includes(as)) return expect([401, 421]).not.toContain(status)
    expect(status).toBe(as === null ? 401 : 403)
    expect(headers['content-type']).toContain('application/problem+json')
  })
})

describe("an owner's key", () => {
  it.each(readsOfOne)(
    'reads %s of an own service, and 404 of another or of none, in the same words',
    async (path) => {
      const own = await test.call({ url: path.replace('NAME', 'red-shop'), as: 'red' })
      expect(own.status).toBe(200)
      const [foreign, nobody] = await Promise.all(
        ['blue-shop', 'none-shop'].map((name) => test.call({ url: path.replace('NAME', name), as: 'red' })),
      )
      expect(foreign?.status).toBe(404)
      expect(foreign?.text.replaceAll('blue-shop', 'X')).toBe(nobody?.text.replaceAll('none-shop', 'X'))
    },
  )

  it.each([
    ['/v1/agreements/', 'red-gold', 'blue-gold'],
    ['/v1/owners/', 'red', 'blue'],
  ])('reads below %s only what is theirs', async (path, own, foreign) => {
    expect((await test.call({ url: path + own, as: 'red' })).status).toBe(200)
    expect((await test.call({ url: path + foreign, as: 'red' })).status).toBe(404)
  })

  it.each(['/v1/services', '/v1/agreements', '/v1/owners', '/v1/manifests'])(
    'lists at %s only what is theirs',
    async (url) => {
      const { text } = await test.call({ url, as: 'red' })
      expect(text).toContain('red')
      expect(text).not.toContain('blue')
    },
  )

  it('reads the catalogue of instance types', async () => {
    expect((await test.call({ url: '/v1/instance-types', as: 'red' })).json().items).toHaveLength(1)
  })

  it('does not read the journal of all services', async () => {
    for (const url of ['/v1/journal', '/v1/journal/check', '/v1/journal?chain=installation']) {
      expect((await test.call({ url, as: 'red' })).status).toBe(403)
    }
  })

  it.each([
    ['/v1/services/blue-shop', '/v1/services/none-shop'],
    ['/v1/agreements/blue-gold', '/v1/agreements/none-gold'],
    ['/v1/owners/blue', '/v1/owners/none'],
    ['/v1/owners/red', '/v1/owners/red'],
    ['/v1/instance-types/small', '/v1/instance-types/none'],
  ])('may not delete %s, whether it exists or not, and nothing changes', async (foreign, nobody) => {
    const before = await test.store.manifests()
    for (const url of [foreign, nobody]) {
      expect((await test.call({ method: 'DELETE', url, as: 'red' })).json().code).toBe('not-allowed')
    }
    expect(await test.store.manifests()).toEqual(before)
  })
})
