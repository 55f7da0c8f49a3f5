// Goal: a program gets what the API says, each interval once, whatever happens to the connection.
// Method: a server on a free port that answers, refuses, and breaks streams as it is told to.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventsIn } from './event-lines.ts'
import { createHealthReader, HealthError, type HealthReader } from './health-reader.ts'

let server: Server
let reader: HealthReader
let asked: { readonly method: string; readonly url: string; readonly lastEventId: string }[]
let answer: (request: IncomingMessage, response: ServerResponse) => void

beforeEach(async () => {
  asked = []
  server = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    asked.push({ method, url, lastEventId: String(headers['last-event-id'] ?? '') })
    if (headers.authorization !== 'Bearer secret') {
      response.writeHead(401, { 'content-type': 'application/problem+json' })
      return response.end(JSON.stringify({ code: 'key-wrong', detail: 'The key is not known.' }))
    }
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  reader = createHealthReader({ url: urlOf(server), key: 'secret' })
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const urlOf = (of: Server): string => `http://127.0.0.1:${(of.address() as AddressInfo).port}/`
const json = (response: ServerResponse, value: unknown): void => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}

describe('health that is read', () => {
  it('is of the last minute, of an interval, or since an instant', async () => {
    answer = (_, response) => json(response, { service: 'my shop' })
    expect(await reader.read('my shop')).toEqual({ service: 'my shop' })
    await reader.read('shop', { interval: '5m' })
    await reader.read('shop', { since: new Date(Date.UTC(2026, 10, 27, 9)) })
    expect(asked.map(({ url }) => url)).toEqual([
      '/v1/services/my%20shop/health',
      '/v1/services/shop/health?interval=5m',
      '/v1/services/shop/health?since=2026-11-27T09%3A00%3A00.000Z',
    ])
  })

  it('is what is new, for a consumer that has a name', async () => {
    answer = (_, response) => json(response, { service: 'shop' })
    await reader.readAs('billing', 'shop')
    expect(asked).toMatchObject([{ method: 'POST', url: '/v1/services/shop/health/consumers/billing/read' }])
  })

  it('is refused with the code and the words of the server', async () => {
    const refused = createHealthReader({ url: urlOf(server), key: 'other' }).read('shop')
    await expect(refused).rejects.toThrow('The key is not known.')
    await expect(refused).rejects.toMatchObject({ code: 'key-wrong', status: 401 })
  })

  it('is unreachable where nobody answers in time', async () => {
    answer = () => {}
    const quick = createHealthReader({ url: urlOf(server), key: 'secret', timeoutMs: 50 })
    await expect(quick.read('shop')).rejects.toMatchObject({ code: 'unreachable', status: null })
  })
})

describe('health that is watched', () => {
  const event = (to: number): string => `id: ${to}\nevent: health\ndata: {"to":${to}}\n\n`

  it('comes interval by interval, and goes on where the connection broke', async () => {
    let times = 0
    answer = (request, response) => {
      times += 1
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(': hello\n\n')
      if (times === 1) return response.write(event(1) + event(2), () => request.socket.destroy())
      response.end(event(3) + event(4))
    }
    const seen: unknown[] = []
    for await (const { to } of reader.watch('shop', '10s')) {
      seen.push(to)
      if (seen.length === 4) break
    }
    expect(seen).toEqual([1, 2, 3, 4])
    expect(asked.map(({ lastEventId }) => lastEventId)).toEqual(['', '2'])
    expect(asked[0]?.url).toBe('/v1/services/shop/health/stream?interval=10s')
  })

  it('ends where it is refused', async () => {
    answer = (_, response) => {
      response.writeHead(404, { 'content-type': 'application/problem+json' })
      response.end(JSON.stringify({ code: 'not-found', detail: 'There is no service "shop".' }))
    }
    const watched = reader.watch('shop', '10s')
    await expect(watched.next()).rejects.toBeInstanceOf(HealthError)
  })

  it('ends when it is told to, also while it waits', async () => {
    const stopped = new AbortController()
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(event(1))
    }
    const watched = reader.watch('shop', '10s', stopped.signal)
    await watched.next()
    const next = watched.next()
    stopped.abort()
    expect(await next).toEqual({ done: true, value: undefined })
  })
})

it('reads events however their bytes are cut', async () => {
  const text = 'id: 1\r\nevent: health\r\ndata: {"a":\r\ndata: "ä"}\r\n\r\n: beat\n\nid:2\ndata:x\n\n'
  const bytes = new TextEncoder().encode(text)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: bytes.length }), { maxLength: 8 }), async (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length]
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let i = 1; i < at.length; i++) controller.enqueue(bytes.subarray(at[i - 1], at[i]))
          controller.close()
        },
      })
      const events = []
      for await (const one of eventsIn(body)) events.push(one)
      expect(events).toEqual([
        { id: '1', event: 'health', data: '{"a":\n"ä"}' },
        { id: '2', event: 'message', data: 'x' },
      ])
    }),
  )
})
