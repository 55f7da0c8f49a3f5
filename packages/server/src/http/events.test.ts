// Goal: live events over a real socket: only what the reader may see, resumed after a break, ended on
// revocation, slowness and shutdown.
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LiveEvent } from './api.ts'
import { createEventHub } from './events/event-hub.ts'
import { createEventRing } from './events/event-ring.ts'
import { readStream, type Reading } from './testing/read-stream.ts'
import { createTestLive, eventOf } from './testing/test-live.ts'
import { createTestServer, type TestServer } from './testing/test-server.ts'

let test: TestServer
let address = ''
let readings: Reading[] = []
beforeEach(async () => {
  test = await createTestServer()
  address = await test.server.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(async () => {
  for (const reading of readings) reading.stop()
  readings = []
  await test[Symbol.asyncDispose]()
})

async function read(
  secret: string,
  path: string = '/v1/events',
  headers: Record<string, string> = {},
): Promise<Reading> {
  const reading = await readStream(address, path, { secret, headers })
  readings.push(reading)
  return reading
}

describe('the stream of events', () => {
  it('gives an operator all events, an owner those of own services, and with ?service only those', async () => {
    const all = await read(test.secrets.operator)
    const red = await read(test.secrets.red)
    const blueOnly = await read(test.secrets.operator, '/v1/events?service=blue-shop')
    expect(all.response.headers.get('content-type')).toBe('text/event-stream')
    test.live.publish(eventOf('red-shop', 'red'))
    test.live.publish(eventOf('blue-shop', 'blue'))
    test.live.publish({ kind: 'removed', service: 'red-shop' })
    test.live.publish({ kind: 'removed', service: 'blue-shop' })
    const kinds = (text: string): readonly string[] =>
      [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => {
        const { kind, service } = JSON.parse(data) as LiveEvent
        return `${kind} ${service}`
      })
    expect(kinds(await all.until('removed","service":"blue'))).toHaveLength(4)
    expect(kinds(await red.until('removed'))).toEqual(['service red-shop', 'removed red-shop'])
    expect(kinds(await blueOnly.until('removed'))).toEqual(['service blue-shop', 'removed blue-shop'])
  })

  it("does not open for another owner's service", async () => {
    expect((await read(test.secrets.red, '/v1/events?service=blue-shop')).response.status).toBe(404)
  })

  it('goes on after the last event that was read, and says when that is not possible', async () => {
    const first = await read(test.secrets.operator)
    test.live.publish(eventOf('red-shop', 'red'))
    const id = /^id: (.+)$/m.exec(await first.until('data:'))?.[1] ?? ''
    first.stop()
    test.live.publish(eventOf('blue-shop', 'blue'))
    const second = await read(test.secrets.operator, '/v1/events', { 'last-event-id': id })
    const text = await second.until('"service":"blue-shop"')
    expect(text).not.toContain('"service":"red-shop"')
    const third = await read(test.secrets.operator, '/v1/events', { 'last-event-id': 'before-7' })
    expect(await third.until('\n\nevent: reset')).toContain('data: {"kind":"reset"}')
  })

  it('ends when its key is revoked', async () => {
    const reading = await read(test.secrets.red)
    const { items } = (await test.call({ url: '/v1/keys' })).json()
    const { id } = items.find(({ name }: { readonly name: string }) => name === 'red key')
    await test.call({ method: 'DELETE', url: `/v1/keys/${id}` })
    test.live.publish(eventOf('red-shop', 'red'))
    expect(await reading.end()).not.toContain('red-shop')
  })

  it('ends when the server drains, so that closing waits for nobody', async () => {
    const reading = await read(test.secrets.operator)
    test.server.drain()
    await reading.end()
    await test.server.close()
  })
})

describe('the hub', () => {
  const identity = { keyId: 'k', name: 'k', scope: 'operator', owner: null, hash: 'h' } as const

  it('cuts off a reader that does not read', () => {
    const live = createTestLive()
    const hub = createEventHub(live)
    const stream = hub.open({ identity, service: null, lastEventId: null })
    for (let i = 0; i < 5_000; i++) live.publish(eventOf('red-shop', 'red'))
    expect(stream?.destroyed).toBe(true)
    hub.close()
  })

  it('lets nobody in once it is closed', () => {
    const hub = createEventHub(createTestLive())
    hub.close()
    expect(hub.open({ identity, service: null, lastEventId: null })).toBeNull()
  })
})

it('remembers a bounded number of events, and knows which it has forgotten', () => {
  const ring = createEventRing('word', 3)
  const ids = Array.from({ length: 10 }, () => ring.push(null, { kind: 'removed', service: 'x' }).id)
  expect(ring.after(ids[9] ?? '')).toEqual([])
  expect(ring.after(ids[7] ?? '')?.map(({ id }) => id)).toEqual(ids.slice(8))
  expect(ring.after(ids[0] ?? '')).toBeNull()
  expect(ring.after('word-11')).toBeNull()
  expect(ring.after('other-10')).toBeNull()
  expect(ring.after('nonsense')).toBeNull()
})

describe('over a bare socket', () => {
  async function exchange(send: (socket: Socket) => void): Promise<string> {
    const { port, hostname } = new URL(address)
    const socket = connect(Number(port), hostname)
    socket.setEncoding('utf8')
    send(socket)
    let text = ''
    for await (const chunk of socket) text += String(chunk)
    return text
  }

  it('what is not HTTP gets a problem document', async () => {
    const text = await exchange((socket) => socket.write('HELLO\r\n\r\n'))
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
    expect(text).toContain('"code":"request-invalid"')
  })

  it('a body that says it has 50 MB is refused before it is read', async () => {
    const head = `POST /v1/apply HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${test.secrets.operator}\r\n`
    const text = await exchange((socket) =>
      socket.write(`${head}Content-Type: application/json\r\nContent-Length: 50000000\r\n\r\n{`),
    )
    expect(text).toMatch(/^HTTP\/1\.1 413 /)
    expect(text).toContain('"code":"manifest-too-large"')
  })
})
