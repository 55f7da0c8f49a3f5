// Goal: senders are answered as OTLP says, by key, size, type and load, and none of them harms another.
// Method: plain HTTP and HTTP/2 requests against the receiver on free ports.
import { once } from 'node:events'
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2'
import { connect as connectTcp } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ByteReader } from '../../otlp/index.ts'
import { createAdmission } from './admission.ts'
import { CONNECTIONS, REQUESTS, REQUESTS_OF_A_KEY } from './limits.ts'
import { metricsRequest, numbers, WEB } from './testing/messages.ts'
import { bearer, openReceiver, type OpenReceiver } from './testing/open-receiver.ts'
import { shopIntakes } from './testing/shop-intakes.ts'

let receiver: OpenReceiver
const good = metricsRequest(WEB, numbers({ points: [{ at: Date.now(), value: 1 }] }))
const nowhere = metricsRequest(
  { 'service.name': 'else' },
  numbers({ points: [{ at: Date.now(), value: 1 }] }),
)

beforeEach(async () => {
  receiver = await openReceiver(shopIntakes())
})

afterEach(async () => {
  await receiver[Symbol.asyncDispose]()
  expect(receiver.errors).toEqual([])
})

interface Sent {
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer> | string
}

const PROTOBUF = { 'content-type': 'application/x-protobuf' }
const JSON_TYPE = { 'content-type': 'application/json' }

const post = ({ path = '/v1/metrics', method = 'POST', headers = {}, body }: Sent): Promise<Response> =>
  fetch(`${receiver.http}${path}`, {
    method,
    headers: { ...PROTOBUF, ...bearer, ...headers },
    ...(method === 'GET' ? {} : { body: body ?? new Uint8Array(good) }),
  })

/** Of google.rpc.Status. */
function statusOf(bytes: Uint8Array): { readonly code: number; readonly message: string } {
  const reader = new ByteReader(bytes)
  let [code, message] = [0, '']
  while (!reader.isAtEnd) {
    if (reader.tag() === 0x08) code = reader.varint()
    else message = reader.text()
  }
  return { code, message }
}

describe('over HTTP', () => {
  it('what is sent finds a place, however many connections are opened and left alone', async () => {
    const { port } = new URL(receiver.http)
    const idle = Array.from({ length: CONNECTIONS + 50 }, () => connectTcp(Number(port), '127.0.0.1'))
    for (const socket of idle) socket.on('error', () => socket.destroy())
    await Promise.all(idle.slice(0, CONNECTIONS).map((socket) => once(socket, 'connect')))
    expect((await post({})).status).toBe(200)
    for (const socket of idle) socket.destroy()
  })

  it('what is taken in whole is answered with nothing, in what it came in', async () => {
    const answer = await post({})
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/x-protobuf')
    expect((await answer.bytes()).length).toBe(0)
    const json = await post({ headers: JSON_TYPE, body: '{}' })
    expect([json.status, json.headers.get('content-type'), await json.text()]).toEqual([
      200,
      'application/json',
      '{}',
    ])
  })

  it('what is taken in part says how much was not, and why', async () => {
    const answer = await post({
      body: new Uint8Array(gzipSync(nowhere)),
      headers: { 'content-encoding': 'gzip' },
    })
    expect(answer.status).toBe(200)
    const bytes = await answer.bytes()
    const reader = new ByteReader(bytes)
    reader.tag()
    reader.enter()
    expect(statusOf(bytes.subarray(reader.at))).toMatchObject({
      code: 1,
      message: expect.stringContaining('set holdfast.service'),
    })
    const spans = { resourceSpans: [{ scopeSpans: [{ spans: [{ kind: 2 }] }] }] }
    const json = await post({ path: '/v1/traces', headers: JSON_TYPE, body: JSON.stringify(spans) })
    expect(await json.json()).toMatchObject({ partialSuccess: { rejectedSpans: '1' } })
  })

  it.each<readonly [string, Sent, number, number, string]>([
    ['without a good key', { headers: { authorization: 'Bearer no' } }, 401, 16, 'key'],
    ['elsewhere', { path: '/v1/logs' }, 404, 12, '/v1/metrics'],
    ['by GET', { method: 'GET' }, 405, 12, 'POST'],
    ['of another type', { headers: { 'content-type': 'text/plain' } }, 415, 3, 'content type'],
    ['packed otherwise', { headers: { 'content-encoding': 'br' } }, 415, 12, 'gzip'],
    ['that is malformed', { body: new Uint8Array([0x0a, 0xff]) }, 400, 3, 'cannot be read'],
    ['that is not packed as it says', { headers: { 'content-encoding': 'gzip' } }, 400, 3, 'gzip'],
    ['that is too large', { body: new Uint8Array(5_000_000) }, 413, 8, 'bytes'],
  ])('what is sent %s is refused', async (_how, sent, status, code, says) => {
    const answer = await post(sent)
    expect(answer.status).toBe(status)
    const found = statusOf(await answer.bytes())
    expect(found.code).toBe(code)
    expect(found.message).toContain(says)
  })

  it('JSON that is malformed is refused in JSON', async () => {
    const answer = await post({ headers: JSON_TYPE, body: '{' })
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 3 }])
  })

  it('a message that never comes to its end keeps nobody else from sending', async () => {
    const port = Number(new URL(receiver.http).port)
    const stalled = connectTcp(port, '127.0.0.1')
    await once(stalled, 'connect')
    stalled.write(
      'POST /v1/metrics HTTP/1.1\r\nhost: x\r\nauthorization: Bearer hf_other\r\ncontent-type: application/x-protobuf\r\ncontent-length: 100\r\n\r\nhalf',
    )
    expect((await post({})).status).toBe(200)
    stalled.destroy()
    expect((await post({})).status).toBe(200)
  })

  it('a key that sends too much at once is told to wait, and another one is not', async () => {
    const port = Number(new URL(receiver.http).port)
    const head = (key: string) =>
      `POST /v1/metrics HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/x-protobuf\r\ncontent-length: 100\r\n\r\n`
    const stalled = Array.from({ length: REQUESTS_OF_A_KEY }, () => connectTcp(port, '127.0.0.1'))
    for (const one of stalled) {
      await once(one, 'connect')
      one.write(head('hf_other'))
    }
    const other = { headers: { authorization: 'Bearer hf_other' } }
    let answer = await post(other)
    while (answer.status === 200) answer = await post(other)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2'])
    expect((await post({})).status).toBe(200)
    for (const one of stalled) one.destroy()
  })
})

describe('over gRPC', () => {
  const PATH = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export'
  let client: ClientHttp2Session

  beforeEach(() => {
    client = connect(receiver.grpc)
  })

  afterEach(() => client.destroy())

  const framed = (body: Uint8Array, flag = 0, length = body.length): Buffer => {
    const frame = Buffer.alloc(5 + body.length)
    frame[0] = flag
    frame.writeUInt32BE(length, 1)
    frame.set(body, 5)
    return frame
  }

  interface Called {
    readonly status: string | undefined
    readonly message: string
    readonly body: Buffer
  }

  async function call(body: Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<Called> {
    const stream = client.request({
      ':method': 'POST',
      ':path': PATH,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...bearer,
      ...headers,
    })
    stream.on('error', () => {})
    const found: { headers: IncomingHttpHeaders } = { headers: {} }
    const add = (more: IncomingHttpHeaders) => (found.headers = { ...found.headers, ...more })
    stream.on('response', add).on('trailers', add)
    const pieces: Buffer[] = []
    stream.on('data', (piece: Buffer) => pieces.push(piece))
    stream.end(body)
    await once(stream, 'close')
    return {
      status: String(found.headers['grpc-status']),
      message: decodeURIComponent(String(found.headers['grpc-message'] ?? '')),
      body: Buffer.concat(pieces),
    }
  }

  it('what is taken in is answered with a message and status 0', async () => {
    expect(await call(framed(good))).toMatchObject({ status: '0', body: Buffer.alloc(5) })
    expect(await call(framed(gzipSync(good), 1), { 'grpc-encoding': 'gzip' })).toMatchObject({ status: '0' })
    const partly = await call(framed(nowhere))
    expect(partly.status).toBe('0')
    expect(partly.body.toString()).toContain('set holdfast.service')
  })

  it.each<readonly [string, Uint8Array, Readonly<Record<string, string>>, string]>([
    ['without a good key', framed(good), { authorization: 'Bearer no' }, '16'],
    ['elsewhere', framed(good), { ':path': '/x/Export' }, '12'],
    ['of another type', framed(good), { 'content-type': 'application/json' }, '3'],
    ['packed otherwise', framed(good), { 'grpc-encoding': 'zstd' }, '12'],
    ['that is packed without saying how', framed(good, 1), {}, '3'],
    ['of another length than it says', framed(good, 0, 7), {}, '3'],
    ['that is empty', new Uint8Array(), {}, '3'],
    ['that is malformed', framed(new Uint8Array([0x0a, 0xff])), {}, '3'],
    ['that is too large', framed(new Uint8Array(5_000_000)), {}, '8'],
  ])('what is sent %s is refused', async (_how, body, headers, status) => {
    expect((await call(body, headers)).status).toBe(status)
    expect((await call(framed(good))).status).toBe('0')
  })

  it('whoever breaks off in the middle harms nobody', async () => {
    for (let i = 0; i < 3; i++) {
      const stream = client.request({
        ':method': 'POST',
        ':path': PATH,
        'content-type': 'application/grpc',
        ...bearer,
      })
      stream.on('error', () => {}).resume()
      stream.write(framed(good).subarray(0, 20))
      stream.close(8)
      await once(stream, 'close')
    }
    const broken = connectTcp(Number(new URL(receiver.grpc).port), '127.0.0.1')
    await once(broken, 'connect')
    broken.resume().end('GET / HTTP/1.1\r\n\r\n')
    await once(broken, 'close')
    expect((await call(framed(good))).status).toBe('0')
  })
})

describe('admission', () => {
  it('has so many places for all and so many for one key, and gets them back', () => {
    const admission = createAdmission()
    const own = Array.from({ length: REQUESTS_OF_A_KEY }, () => admission.enter('a'))
    expect(own.includes(null)).toBe(false)
    expect(admission.enter('a')).toBe(null)
    const others = Array.from({ length: REQUESTS - REQUESTS_OF_A_KEY }, (_, i) => admission.enter(`b${i}`))
    expect(others.includes(null)).toBe(false)
    expect(admission.enter('c')).toBe(null)
    own[0]?.[Symbol.dispose]()
    expect(admission.enter('c')).not.toBe(null)
  })

  it('lets a key that waits for itself not keep another one from its turn', async () => {
    const admission = createAdmission()
    const order: string[] = []
    const gate = Promise.withResolvers<void>()
    const work = async (keyId: string, name: string): Promise<void> => {
      await admission.enter(keyId)?.work(async () => {
        order.push(name)
        await gate.promise
      })
    }
    const all = [work('a', 'a1'), work('a', 'a2'), work('a', 'a3'), work('b', 'b1')]
    await Promise.resolve()
    expect(order).toEqual(['a1', 'b1'])
    gate.resolve()
    await Promise.all(all)
    expect(order).toEqual(['a1', 'b1', 'a2', 'a3'])
  })

  it('goes on where work fails', async () => {
    const admission = createAdmission()
    await expect(admission.enter('a')?.work(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await admission.enter('a')?.work(async () => 'yes')).toBe('yes')
  })
})
