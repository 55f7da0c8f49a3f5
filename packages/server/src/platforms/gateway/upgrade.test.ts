// Goal: WebSocket and other protocols pass through as a tunnel, and a tunnel is one operation.
// Method: a real WebSocket server written by hand, Node's own WebSocket client, and raw sockets.
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { expect, it } from 'vitest'
import { rawConnection, startInstance, startShop, until, type Instance } from './gateway-fixture.ts'

const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

const CLOSE_FRAME = 8

/** Answers the handshake and echoes short text frames, as RFC 6455 says. */
async function startEcho(id: string): Promise<Instance> {
  const instance = await startInstance(id, (_, response) => response.end('plain'))
  instance.server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const key = String(request.headers['sec-websocket-key']) + WEBSOCKET_GUID
    const accept = createHash('sha1').update(key).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    socket.on('error', () => undefined).on('end', () => socket.end())
    socket.on('data', (frame: Buffer) => {
      if (((frame[0] ?? 0) & 0x0f) === CLOSE_FRAME) {
        socket.end()
        return
      }
      const length = (frame[1] ?? 0) & 0x7f
      const payload = Buffer.from(
        frame.subarray(6, 6 + length).map((byte, at) => byte ^ (frame[2 + (at % 4)] ?? 0)),
      )
      socket.write(Buffer.concat([Buffer.from([frame[0] ?? 0, length]), payload]))
    })
  })
  return instance
}

it('echoes over a WebSocket, and counts the tunnel as one operation that ends with it', async () => {
  await using instance = await startEcho('web-1')
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  const socket = new WebSocket(`${shop.url.replace('http', 'ws')}/chat`)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', reject)
  })
  for (const word of ['pear', 'apple']) {
    const echoed = new Promise((resolve) => {
      socket.addEventListener('message', ({ data }) => resolve(data), { once: true })
    })
    socket.send(word)
    expect(await echoed).toBe(word)
  }
  expect(shop.measure()).toMatchObject({ arrivals: 1, completed: 0, parts: [{ queued: 0 }] })
  socket.close()
  const counted = { completed: 0 }
  await until(() => {
    const measured = shop.measure()
    counted.completed += measured.completed
    if (measured.completed === 1) {
      expect(measured.operations).toMatchObject([{ operation: 'GET /chat', completed: 1 }])
      expect(measured.responseMs.max).toBeLessThan(1_000)
    }
    return counted.completed === 1
  }, 'the tunnel has ended')
})

it('occupies the instance for as long as the tunnel stands', async () => {
  await using instance = await startEcho('web-1')
  await using shop = await startShop({ endpoints: [instance.endpoint], concurrency: 1 })
  const socket = new WebSocket(shop.url.replace('http', 'ws'))
  await new Promise((resolve) => {
    socket.addEventListener('open', resolve)
  })
  const waiting = fetch(shop.url)
  await until(() => shop.web(shop.measure()).queued === 1, 'it waits for the tunnel')
  socket.close()
  expect(await (await waiting).text()).toBe('plain')
})

it('passes bytes of any protocol, also those that came before the answer', async () => {
  await using instance = await startInstance('web-1', () => undefined)
  instance.server.on('upgrade', (_: IncomingMessage, socket: Duplex, early: Buffer) => {
    socket.on('error', () => undefined)
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\nhello ${early.toString()}`,
    )
    socket.on('data', (data: Buffer) => {
      socket.write(data.toString().toUpperCase())
      if (data.includes('late')) socket.end()
    })
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  const head = 'GET /shop/web/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n'
  using connection = rawConnection(shop.port, `${head}early`)
  await until(() => /early/i.test(connection.received()), 'the tunnel stands')
  connection.socket.write('late')
  const received = await connection.whole
  expect(received).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/)
  expect(received).toMatch(/\r\nupgrade: shout\r\n/i)
  expect(received).toMatch(/hello early(LATE)$|hello EARLYLATE$/)
})

it('passes on the plain answer of an instance that declines the other protocol', async () => {
  await using instance = await startInstance('web-1', (_, response) =>
    response.writeHead(426).end('use HTTP'),
  )
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  using connection = rawConnection(
    shop.port,
    'GET /shop/web/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: chess\r\n\r\n',
  )
  const received = await connection.whole
  expect(received).toMatch(/^HTTP\/1\.1 426 /)
  expect(received).toMatch(/use HTTP$/)
  let completed = 0
  await until(() => (completed += shop.measure().completed) === 1, 'it is counted')
})

it('answers a tunnel that cannot be had in plain HTTP', async () => {
  await using shop = await startShop({ endpoints: [], limits: { queued: 0 } })
  const upgrade = 'HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
  using full = rawConnection(shop.port, `GET /shop/web/ ${upgrade}`)
  expect(await full.whole).toMatch(/^HTTP\/1\.1 503 .*Retry-After: 1/s)
  using lost = rawConnection(shop.port, `GET /nowhere ${upgrade}`)
  expect(await lost.whole).toMatch(/^HTTP\/1\.1 404 /)
})

it('serves a request that would rather have HTTP/2 in plain HTTP/1.1, body and all', async () => {
  await using instance = await startInstance('web-1', (request, response) => {
    request.on('data', (data: Buffer) =>
      response.end(`got ${data.toString()}, ${request.headers.upgrade ?? 'no upgrade'}`),
    )
  })
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  using connection = rawConnection(
    shop.port,
    'POST /shop/web/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n' +
      'Content-Length: 4\r\n\r\npear',
  )
  expect(await connection.whole).toMatch(/got pear, no upgrade/)
})

it('ends the tunnel on both sides when either side breaks off', async () => {
  await using instance = await startEcho('web-1')
  await using shop = await startShop({ endpoints: [instance.endpoint] })
  const closed = new Promise((resolve) => {
    instance.server.on('upgrade', (_, socket: Duplex) => socket.on('close', resolve))
  })
  using connection = rawConnection(
    shop.port,
    'GET /shop/web/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a\r\n\r\n',
  )
  await until(() => connection.received().includes('101'), 'the tunnel stands')
  connection.socket.resetAndDestroy()
  await closed
})
