// Goal: requests and answers pass as they were meant, at the pace of the slower side, however one side ends.
// Method: real instances, a real gateway and real clients on free ports of this machine.
import { createHash, randomBytes } from 'node:crypto'
import { Agent, get, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { milliseconds } from '@holdfast/core/units'
import { freePort } from '../../../test/free-port.ts'
import { gate, rawConnection, startInstance, startShop } from './gateway-fixture.ts'

it('passes method, path, query, headers, status and body through, and takes the prefix off', async () => {
  await using instance = await startInstance('web-1', (request, response) => {
    void text(request).then((body) => {
      response.writeHead(201, { 'x-seen': `${request.method} ${request.url}` }).end(`got ${body}`)
    })
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  const answer = await fetch(`${shop.url}/orders/7?full=yes`, { method: 'POST', body: 'one pear' })
  expect(answer.status).toBe(201)
  expect(answer.headers.get('x-seen')).toBe('POST /orders/7?full=yes')
  expect(await answer.text()).toBe('got one pear')
})

it('serves the entry part on the own port of the service, and nothing else there', async () => {
  await using instance = await startInstance('web-1', (request, response) => response.end(request.url))
  const port = await freePort()
  await using _shop = await startShop({ endpoints: [instance.endpoint], port })
  expect(await (await fetch(`http://127.0.0.1:${port}/shop/data/x`)).text()).toBe('/shop/data/x')
})

it('answers 404 for a path that names no part', async () => {
  await using shop = await startShop({ endpoints: [] })
  for (const path of ['/', '/shop', '/shop/', '/shop/nothing/x', '/other/web/']) {
    const answer = await fetch(`http://127.0.0.1:${shop.port}${path}`)
    expect([path, answer.status]).toEqual([path, 404])
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  }
})

it('uses its connections to instances again, and lets clients use theirs again', async () => {
  await using instance = await startInstance('web-1', (_, response) => response.end('ok'))
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const sockets = new Set<unknown>()
  for (let count = 0; count < 20; count += 1) {
    await new Promise<void>((resolve, reject) => {
      const sent = get(shop.url, { agent }, (answer) => {
        sockets.add(sent.socket)
        answer.resume().on('end', resolve)
      })
      sent.on('error', reject)
    })
  }
  agent.destroy()
  expect(sockets.size).toBe(1)
  expect(instance.connections()).toBe(1)
})

it.each([
  ['holdfast_session=secret', undefined],
  ['a=1; holdfast_session=secret; b=2', 'a=1; b=2'],
  ['holdfast_session=secret; a=1', 'a=1'],
  ['a=holdfast_session', 'a=holdfast_session'],
])('keeps the session of the dashboard from instances: %s', async (cookie, passed) => {
  let seen: IncomingHttpHeaders = {}
  await using instance = await startInstance('web-1', (request, response) => {
    seen = request.headers
    response.end()
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  await fetch(shop.url, { headers: { cookie } })
  expect(seen.cookie).toBe(passed)
})

it('removes the headers of one hop on both ways and says for whom it asks', async () => {
  let seen: IncomingHttpHeaders = {}
  await using instance = await startInstance('web-1', (request, response) => {
    seen = request.headers
    response.writeHead(200, {
      connection: 'x-private',
      'x-private': '1',
      'x-public': '2',
      'keep-alive': 'max=3',
    })
    response.end()
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  using connection = rawConnection(
    shop.port,
    'GET /shop/web/ HTTP/1.1\r\nHost: shop.example\r\nConnection: close, X-Mine, Content-Length\r\nX-Mine: 1\r\n' +
      'Proxy-Authorization: secret\r\nTE: trailers\r\nX-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Proto: https\r\n' +
      'Via: 1.1 outer\r\nX-Kept: yes\r\n\r\n',
  )
  const answer = await connection.whole
  expect(seen).toMatchObject({
    host: 'shop.example',
    'x-forwarded-for': '10.0.0.1, 127.0.0.1',
    'x-forwarded-proto': 'https',
    via: '1.1 outer, 1.1 holdfast',
    'x-kept': 'yes',
    connection: 'keep-alive',
  })
  expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['x-mine']))
  expect(seen['proxy-authorization'] ?? seen.te).toBeUndefined()
  expect(answer).toMatch(/x-public: 2/i)
  expect(answer).not.toMatch(/x-private|max=3/i)
})

it('streams a large body both ways unchanged, holding little of it when the reader is slow', async () => {
  const body = randomBytes(24_000_000)
  await using instance = await startInstance('web-1', (request, response) => {
    response.writeHead(200)
    request.pipe(response)
  })
  await using shop = await startShop({ endpoints: [instance.endpoint], limits: { bodyBytes: body.length } })
  const sent = request(shop.url, { method: 'POST', headers: { 'content-length': body.length } })
  let written = 0
  const writing = (async () => {
    for (let at = 0; at < body.length; at += 64_000) {
      const chunk = body.subarray(at, at + 64_000)
      if (!sent.write(chunk)) await new Promise((resolve) => sent.once('drain', resolve))
      written = at + chunk.length
    }
    sent.end()
  })()
  const answer = await new Promise<IncomingMessage>((resolve) => sent.on('response', resolve))
  // Nothing is read yet: what is under way must come to a stand in buffers of the kernel and of three programs.
  let before = -1
  while (before !== written) {
    before = written
    await new Promise((resolve) => {
      setTimeout(resolve, 150)
    })
  }
  expect(written).toBeLessThan(body.length)
  const hash = createHash('sha256')
  for await (const chunk of answer) hash.update(chunk as Buffer)
  await writing
  expect(hash.digest('hex')).toBe(createHash('sha256').update(body).digest('hex'))
})

it('sends the head and each piece of an answer on as soon as it is there', async () => {
  const next = gate()
  await using instance = await startInstance('web-1', (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    void next.opened.then(() => response.end('data: 1\n\n'))
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  const answer = await fetch(shop.url)
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  next.open()
  expect(await answer.text()).toBe('data: 1\n\n')
})

it('passes answers without a body on: HEAD, 204 and 304', async () => {
  await using instance = await startInstance('web-1', (request, response) => {
    response.writeHead(Number(request.url?.slice(1)), {
      etag: '"a"',
      ...(request.method === 'HEAD' ? { 'content-length': 5 } : {}),
    })
    response.end()
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  const head = await fetch(`${shop.url}/200`, { method: 'HEAD' })
  expect(head.headers.get('content-length')).toBe('5')
  expect((await fetch(`${shop.url}/204`)).status).toBe(204)
  expect((await fetch(`${shop.url}/304`)).headers.get('etag')).toBe('"a"')
})

it('answers an expectation to continue itself, once an instance is there to take the body', async () => {
  await using instance = await startInstance('web-1', (request, response) => {
    void text(request).then((body) => response.end(`${request.headers.expect ?? 'nothing'} ${body}`))
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  const sent = request(shop.url, { method: 'POST', headers: { expect: '100-continue', 'content-length': 4 } })
  sent.on('continue', () => sent.end('pear'))
  sent.flushHeaders()
  const answer = await new Promise<IncomingMessage>((resolve) => sent.on('response', resolve))
  expect(await text(answer)).toBe('nothing pear')
})

it('passes trailers on', async () => {
  await using instance = await startInstance('web-1', (_, response) => {
    response.writeHead(200, { trailer: 'x-sum' })
    response.write('a')
    response.addTrailers({ 'x-sum': '97' })
    response.end()
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  const answer = await new Promise<IncomingMessage>((resolve) => get(shop.url, resolve))
  await text(answer)
  expect(answer.trailers).toEqual({ 'x-sum': '97' })
})

it('breaks the request to the instance off when the client leaves, and counts it as aborted', async () => {
  const arrived = gate()
  const dropped = gate()
  await using instance = await startInstance('web-1', (_, response) => {
    arrived.open()
    response.on('close', () => dropped.open())
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  const leaving = new AbortController()
  const asked = fetch(shop.url, { signal: leaving.signal })
  await arrived.opened
  leaving.abort()
  await expect(asked).rejects.toThrow()
  await dropped.opened
  const measured = shop.measure()
  expect(measured).toMatchObject({ arrivals: 1, completed: 0, failed: 0, aborted: 1 })
  expect(shop.web(measured)).toMatchObject({ aborted: 1, instances: [{ completed: 0, failed: 0 }] })
})

it('breaks the answer off when the instance does, so that the client does not take it for whole', async () => {
  await using instance = await startInstance('web-1', (_, response) => {
    response.writeHead(200)
    response.write('half of it', () => response.destroy())
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  const answer = await fetch(shop.url)
  await expect(answer.text()).rejects.toThrow()
  expect(shop.measure()).toMatchObject({ completed: 0, failed: 1, aborted: 0 })
})

it('answers 504 when the first byte does not come in time, and counts it as failed', async () => {
  await using instance = await startInstance('web-1', () => undefined)
  await using shop = await startShop({
    endpoints: [instance.endpoint],
    limits: { responseTimeout: milliseconds(50) },
  })
  const answer = await fetch(shop.url)
  expect(answer.status).toBe(504)
  expect(await answer.json()).toMatchObject({ status: 504, detail: expect.stringContaining('within 50 ms') })
  const part = { failed: 1, refused: 0, instances: [{ failed: 1 }] }
  expect(shop.measure()).toMatchObject({ completed: 0, failed: 1, refused: 0, parts: [part] })
})

it('answers 413 to a body that is too large, whether its length is stated or not', async () => {
  await using instance = await startInstance('web-1', (request, response) => {
    request.resume().on('end', () => response.end('ok'))
  })
  await using shop = await startShop({ endpoints: [instance.endpoint], limits: { bodyBytes: 1_000 } })
  expect((await fetch(shop.url, { method: 'POST', body: 'x'.repeat(1_001) })).status).toBe(413)
  const chunks = new ReadableStream({
    start(controller) {
      for (let count = 0; count < 11; count += 1) controller.enqueue(Buffer.alloc(100))
      controller.close()
    },
  })
  const unstated = await fetch(shop.url, { method: 'POST', body: chunks, duplex: 'half' })
  expect(unstated.status).toBe(413)
  expect((await fetch(shop.url, { method: 'POST', body: 'x'.repeat(1_000) })).status).toBe(200)
  // The client's own doing: answered, not failed.
  expect(shop.measure()).toMatchObject({ arrivals: 3, completed: 3, failed: 0 })
})

it('lets an instance answer without reading the body', async () => {
  await using instance = await startInstance('web-1', (_, response) => {
    response.writeHead(401).end('no')
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  const answer = await fetch(shop.url, { method: 'PUT', body: Buffer.alloc(900_000) })
  expect([answer.status, await answer.text()]).toEqual([401, 'no'])
  expect((await fetch(shop.url)).status).toBe(401)
})

it('begins a trace where there is none and goes on with the one there is', async () => {
  const seen: IncomingHttpHeaders[] = []
  await using instance = await startInstance('web-1', (request, response) => {
    seen.push(request.headers)
    response.end()
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  await fetch(shop.url)
  await fetch(shop.url, { headers: { traceparent: 'nonsense', tracestate: 'a=1' } })
  const trace = 'ab'.repeat(16)
  await fetch(shop.url, {
    headers: { traceparent: `00-${trace}-${'cd'.repeat(8)}-00`, tracestate: 'a=1,holdfast=x' },
  })
  const [begun, mended, continued] = seen
  expect(begun?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  expect(mended?.traceparent).not.toBe(begun?.traceparent)
  expect(mended?.tracestate).not.toContain('a=1')
  expect(continued?.traceparent).toMatch(new RegExp(`^00-${trace}-(?!cdcdcdcdcdcdcdcd)[0-9a-f]{16}-00$`))
  expect(continued?.tracestate).toBe(`holdfast=${String(continued?.traceparent).split('-')[2]},a=1`)
})
