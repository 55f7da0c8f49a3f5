// Goal: whatever comes in, however wrong or slow, gets a clear answer, reaches no instance and ends nothing.
// Method: raw bytes over real connections.
import { expect, it } from 'vitest'
import { rawConnection, startInstance, startShop, until } from './gateway-fixture.ts'

const TIMEOUTS = { headersMs: 80, requestMs: 80, idleMs: 80 }

const malformed: readonly (readonly [why: string, status: number, request: string])[] = [
  ['no HTTP at all', 400, 'hello\r\n\r\n'],
  ['bytes of TLS', 400, '\u0016\u0003\u0001\u0002\u0000\u0001\u0000'],
  ['no Host', 400, 'GET /shop/web/ HTTP/1.1\r\n\r\n'],
  ['two Hosts', 400, 'GET /shop/web/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
  ['a target that is no path', 400, 'GET shop/web/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  [
    'both Transfer-Encoding and Content-Length',
    400,
    'POST /shop/web/ HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  [
    'two lengths',
    400,
    'POST /shop/web/ HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd',
  ],
  [
    'a length that is no number',
    400,
    'POST /shop/web/ HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd',
  ],
  [
    'an encoding after chunked',
    400,
    'POST /shop/web/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, x\r\n\r\n',
  ],
  [
    'an encoding besides chunked',
    501,
    'POST /shop/web/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
  ],
  [
    'a space before the colon',
    400,
    'GET /shop/web/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n',
  ],
  ['a bare line feed in a header', 400, 'GET /shop/web/ HTTP/1.1\r\nHost: a\r\nX: a\nInjected: b\r\n\r\n'],
  ['a carriage return in a header', 400, 'GET /shop/web/ HTTP/1.1\r\nHost: a\r\nX: a\rInjected: b\r\n\r\n'],
  ['a null byte in a header', 400, 'GET /shop/web/ HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n'],
  ['a folded header', 400, 'GET /shop/web/ HTTP/1.1\r\nHost: a\r\nX: a\r\n b: c\r\n\r\n'],
  ['a head that is too large', 431, `GET /shop/web/ HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
  ['an unknown expectation', 417, 'GET /shop/web/ HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n'],
]

it.each(malformed)('answers %s with %i, and no instance sees it', async (_, status, bytes) => {
  const seen: string[] = []
  await using instance = await startInstance('web-1', (request, response) => {
    seen.push(request.url ?? '')
    response.end()
  })
  await using shop = await startShop(
    { endpoints: [instance.endpoint] },
    { ...TIMEOUTS, headersMs: 500, requestMs: 500 },
  )
  using connection = rawConnection(shop.port, bytes)
  expect(await connection.whole).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  expect(seen).toEqual([])
  expect((await fetch(shop.url)).status).toBe(200)
})

it('breaks off when the chunks of a body are malformed, and the instance does not take it for whole', async () => {
  const ends: string[] = []
  await using instance = await startInstance('web-1', (request) => {
    request.on('end', () => ends.push('end')).on('error', () => ends.push('error'))
    request.resume()
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  using connection = rawConnection(
    shop.port,
    'POST /shop/web/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npear\r\n',
  )
  await until(() => instance.connections() === 1, 'the instance has the first chunk')
  connection.socket.write('nonsense\r\n')
  expect(await connection.whole).toMatch(/^HTTP\/1\.1 400 |^$/)
  await until(() => ends.length === 1, 'the instance has noticed')
  expect(ends).toEqual(['error'])
  expect(shop.measure()).toMatchObject({ aborted: 1 })
})

it('answers the second of two requests that come together after the first', async () => {
  await using instance = await startInstance('web-1', (request, response) => response.end(`<${request.url}>`))
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  const head = 'HTTP/1.1\r\nHost: a\r\n'
  using connection = rawConnection(
    shop.port,
    `GET /shop/web/1 ${head}\r\nGET /shop/web/2 ${head}Connection: close\r\n\r\n`,
  )
  expect(await connection.whole).toMatch(/<\/1>.*<\/2>/s)
})

it('takes an absolute target for its path, and answers HTTP/1.0 in its own way', async () => {
  await using instance = await startInstance('web-1', (request, response) => {
    response.write(`<${request.url}>`)
    response.end()
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  using connection = rawConnection(shop.port, 'GET http://shop.example/shop/web/x?y HTTP/1.0\r\n\r\n')
  const answer = await connection.whole
  expect(answer).toMatch(/<\/x\?y>$/)
  expect(answer).not.toMatch(/transfer-encoding/i)
})

it('gives up on a client that sends its head too slowly', async () => {
  await using shop = await startShop({ endpoints: [] }, TIMEOUTS)
  using connection = rawConnection(shop.port, 'GET /shop/web/ HTTP/1.1\r\nHost: a\r\nX-Slow:')
  expect(await connection.whole).toMatch(/^HTTP\/1\.1 408 /)
})

it('gives up on a client that sends its body too slowly, and lets go of the instance', async () => {
  await using instance = await startInstance('web-1', (request) => request.resume())
  await using shop = await startShop({ endpoints: [instance.endpoint] }, TIMEOUTS)
  using connection = rawConnection(
    shop.port,
    'POST /shop/web/ HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nslow',
  )
  expect(await connection.whole).toMatch(/^HTTP\/1\.1 408 /)
  expect(shop.measure()).toMatchObject({ arrivals: 1, aborted: 1, parts: [{ instances: [{ failed: 0 }] }] })
})

it('closes connections that idle', async () => {
  await using instance = await startInstance('web-1', (_, response) => response.end('ok'))
  await using shop = await startShop({ endpoints: [instance.endpoint] }, TIMEOUTS)
  using connection = rawConnection(shop.port, 'GET /shop/web/ HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(await connection.whole).toMatch(/ok$/)
})

it('outlives an instance that answers nonsense', async () => {
  await using instance = await startInstance('web-1', () => undefined)
  instance.server.removeAllListeners('connection')
  instance.server.on('connection', (socket) => {
    socket
      .on('error', () => undefined)
      .resume()
      .end('nonsense\r\n\r\n')
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  expect((await fetch(shop.url)).status).toBe(502)
  expect(shop.measure()).toMatchObject({ failed: 1 })
})

it('does not wait for connections on which nothing was asked when it closes', async () => {
  const shop = await startShop({ endpoints: [] })
  using connection = rawConnection(shop.port, '')
  await new Promise((resolve) => connection.socket.once('connect', resolve))
  const startedMs = performance.now()
  await shop[Symbol.asyncDispose]()
  expect(performance.now() - startedMs).toBeLessThan(2_000)
})
