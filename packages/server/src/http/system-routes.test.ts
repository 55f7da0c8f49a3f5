// Goal: health checks tell the truth, metrics and documents are what their formats demand, and the files of
// the dashboard leave the directory under no path.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openApiText } from './open-api-text.ts'
import { testDetail } from './testing/test-live.ts'
import { createTestServer, type TestServer } from './testing/test-server.ts'

let test: TestServer
let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-http-'))
  const dashboard = join(directory, 'dist')
  await mkdir(join(dashboard, 'assets'), { recursive: true })
  await writeFile(join(dashboard, 'index.html'), '<!doctype html><title>Holdfast</title>')
  await writeFile(join(dashboard, 'assets', 'index-Bx93_kQ2.js'), 'export {}')
  await writeFile(join(directory, 'secret.txt'), 'not for you')
  test = await createTestServer({ dashboardDirectory: dashboard, allowedHosts: ['holdfast.internal'] })
})
afterAll(async () => {
  await test[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

describe('health checks', () => {
  it('answer without a key, under any host name, to GET and HEAD', async () => {
    for (const url of ['/livez', '/healthz', '/readyz']) {
      for (const method of ['GET', 'HEAD'] as const) {
        const { status, text } = await test.call({
          method,
          url,
          as: null,
          headers: { host: '10.0.0.7:7070' },
        })
        expect([status, text === '']).toEqual([200, method === 'HEAD'])
      }
    }
  })

  it('say what is waited for: the first tick, the store, the end', async () => {
    const failing = async (): Promise<readonly string[]> => {
      const { status, json } = await test.call({ url: '/readyz', as: null })
      const { ready, checks } = json()
      expect(status).toBe(ready ? 200 : 503)
      return checks.flatMap(({ name, ok }: { readonly name: string; readonly ok: boolean }) =>
        ok ? [] : [name],
      )
    }
    expect(await failing()).toEqual([])
    test.live.setReady(false)
    expect(await failing()).toEqual(['first-tick'])
    test.live.setReady(true)
    using _gone = vi.spyOn(test.store, 'keyByHash').mockRejectedValue(new Error('gone'))
    expect(await failing()).toEqual(['store'])
  })

  it('are not ready once the server drains, while requests are still answered', async () => {
    await using draining = await createTestServer()
    draining.server.drain()
    expect((await draining.call({ url: '/readyz', as: null })).status).toBe(503)
    expect((await draining.call({ url: '/livez', as: null })).status).toBe(200)
    expect((await draining.call({ url: '/v1/services' })).status).toBe(200)
    expect((await draining.call({ url: '/v1/events' })).json().code).toBe('not-ready')
  })
})

it('writes metrics of itself and of each service', async () => {
  test.live.put(testDetail('red-shop', 'red'))
  await test.call({ url: '/v1/services' })
  const { headers, text } = await test.call({ url: '/metrics', as: 'ingest' })
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  for (const line of [
    'holdfast_http_requests_total{method="GET",route="/v1/services",status="200"} 1',
    'holdfast_service_state{service="red-shop",owner="red",state="kept"} 1',
    'holdfast_service_state{service="red-shop",owner="red",state="breached"} 0',
    'holdfast_instances{service="red-shop",part="web",kind="desired"} 2',
    'holdfast_instances{service="red-shop",part="web",kind="ready"} 1',
    'holdfast_level_window_operations{service="red-shop",agreement="red-gold",level="quick",outcome="met"} 990',
    'holdfast_tick_duration_seconds_count 0',
  ]) {
    expect(text.split('\n')).toContain(line)
  }
  // Every line is a comment or a sample.
  expect(text.split('\n').filter((line) => !/^(# .+|\w+(\{.*\})? [\d.e+-]+|)$/.test(line))).toEqual([])
})

describe('the description of the API', () => {
  it('is the committed openapi.json; if not: npm run generate', async () => {
    const packageText = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
    const committed = await readFile(new URL('../../openapi.json', import.meta.url), 'utf8')
    expect(await openApiText(JSON.parse(packageText).version)).toBe(committed)
  })

  it('has every route of the API, and no reference into nothing', async () => {
    const { json, text } = await test.call({ url: '/openapi.json', as: 'client' })
    const document = json()
    const described = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const undescribed = new Set(['/', '/*', '/docs', '/docs/errors', '/openapi.json'])
    const routes = test.server.routeTable
      .filter(({ method, url }) => method !== 'HEAD' && !undescribed.has(url))
      .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`)
    expect(described.toSorted()).toEqual(routes.toSorted())
    for (const [, name = ''] of text.matchAll(/#\/components\/schemas\/(\w+)/g)) {
      expect(document.components.schemas).toHaveProperty(name)
    }
  })

  it('is a page as well, without a script', async () => {
    const { headers, text } = await test.call({ url: '/docs', as: 'client' })
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(text).toContain('GET /v1/services/{name}/why')
    expect(text).not.toContain('<script')
    expect((await test.call({ url: '/docs/errors', as: 'client' })).text).toContain('<tr id="still-in-use">')
  })
})

describe('the dashboard', () => {
  it('is served without a key: index.html anew each time, hashed files for good', async () => {
    const index = await test.call({ url: '/', as: null, headers: { host: 'holdfast.internal' } })
    expect(index.headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': 'text/html; charset=utf-8',
    })
    expect(index.headers['content-security-policy']).toContain("script-src 'self'")
    expect(index.text).toContain('<title>Holdfast</title>')
    const script = await test.call({ url: '/assets/index-Bx93_kQ2.js?v=1', as: null })
    expect(script.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
    })
  })

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/%00',
    '/assets',
  ])('gives nothing at %s', async (url) => {
    const { status, text } = await test.call({ url, as: null })
    expect(status).toBe(404)
    expect(text).not.toContain('not for you')
  })

  it('that is not built says how to build it', async () => {
    await using bare = await createTestServer()
    expect((await bare.call({ url: '/', as: null })).text).toContain('npm run build -w @holdfast/dashboard')
  })
})
