// Goal: a probe says up where the service answers as expected and down wherever not, asks nobody else, and ends in
// time. Method: servers of this process, over sockets, that answer well, wrongly, endlessly or never.
import { createSocket, type Socket as Datagram } from 'node:dgram'
import { createServer, type RequestListener, type Server } from 'node:http'
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net'
import * as fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { ProbeReads } from '../source.ts'
import { named, sourceBench, T } from '../testing/source-bench.ts'
import { isExpectedBody, isExpectedRecord, isExpectedStatus } from './expectation.ts'
import { openProbe } from './open-probe.ts'

const open: (() => void)[] = []

afterEach(() => {
  for (const close of open.splice(0)) close()
})

const listening = (server: Server | TcpServer): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer)
  open.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return listening(server)
}

async function accept(greet: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    greet(socket)
  })
  open.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return listening(server)
}

type HttpProbe = Extract<ProbeReads, { kind: 'http' }>

const http = (url: string, changed: Partial<HttpProbe> = {}): HttpProbe => ({
  kind: 'http',
  target: { at: 'url', url },
  method: 'GET',
  headers: {},
  body: null,
  expect: { status: ['2xx'], body: null },
  ...changed,
})

async function probed(probe: ProbeReads, timeoutMs = 5_000): Promise<Record<string, number>> {
  const bench = sourceBench({ kind: 'probe', probe }, { timeoutMs })
  await using source = openProbe(probe, bench.given)
  await bench.round(source)
  return bench.lasts()
}

const UP = { 'probe.up': 1, 'probe.duration': 1 }
const DOWN = { 'probe.up': 0 }

describe('a probe over HTTP', () => {
  it('is up where the status is of an expected class, and tells how long it took', async () => {
    const port = await serve((_, response) => response.writeHead(204).end())
    expect(await probed(http(`http://127.0.0.1:${port}/`))).toEqual(UP)
  })

  it('is down where the status is another, where nobody listens, and where the address is none', async () => {
    const port = await serve((_, response) => response.writeHead(503).end())
    expect(await probed(http(`http://127.0.0.1:${port}/`))).toEqual(DOWN)
    expect(await probed(http('http://127.0.0.1:1/'))).toEqual(DOWN)
    expect(await probed(http('http://[/'))).toEqual(DOWN)
  })

  it('follows no redirect, also where one is expected', async () => {
    const asked: string[] = []
    const port = await serve((request, response) => {
      asked.push(request.url ?? '')
      response.writeHead(302, { location: '/other' }).end()
    })
    expect(await probed(http(`http://127.0.0.1:${port}/`))).toEqual(DOWN)
    const expected = { status: ['3xx'], body: null }
    expect(await probed(http(`http://127.0.0.1:${port}/`, { expect: expected }))).toEqual(UP)
    expect(asked).toEqual(['/', '/'])
  })

  it('sends what is declared and the host, and no more than a name beside', async () => {
    let seen: unknown = null
    const port = await serve((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        seen = { method: request.method, body: Buffer.concat(chunks).toString(), headers: request.headers }
        response.end()
      })
    })
    const asking = http(`http://127.0.0.1:${port}/`, { method: 'POST', headers: { 'X-Key': 'a' }, body: 'é' })
    expect(await probed(asking)).toEqual(UP)
    expect(seen).toEqual({
      method: 'POST',
      body: 'é',
      headers: {
        host: `127.0.0.1:${port}`,
        'user-agent': 'holdfast-probe',
        'x-key': 'a',
        'content-length': '2',
        connection: 'close',
      },
    })
  })

  it('says which header cannot be sent, rather than that the service is down', async () => {
    const probe = http('http://127.0.0.1:1/', { headers: { 'X-Key': 'a\nb' } })
    await expect(probed(probe)).rejects.toThrow('The header "X-Key" cannot be sent')
  })

  it('looks for what it expects in the first 64 kB, and reads no more of a body without end', async () => {
    const port = await serve((request, response) => {
      const more = (): void => {
        while (response.write('x'.repeat(16_384)));
        response.once('drain', more)
      }
      response.write('all is ok')
      if (request.url === '/endless') more()
      else response.end()
    })
    const expecting = (body: string) => ({ expect: { status: ['200'], body } })
    expect(await probed(http(`http://127.0.0.1:${port}/`, expecting('is (ok|well)$')))).toEqual(UP)
    expect(await probed(http(`http://127.0.0.1:${port}/`, expecting('broken')))).toEqual(DOWN)
    expect(await probed(http(`http://127.0.0.1:${port}/endless`, expecting('broken')))).toEqual(DOWN)
  })

  it('is down where no answer comes in time, or no end of it', async () => {
    const port = await serve((request, response) => {
      if (request.url === '/half') response.writeHead(200).write('begun')
    })
    expect(await probed(http(`http://127.0.0.1:${port}/never`), 100)).toEqual(DOWN)
    const expecting = { expect: { status: ['200'], body: 'begun' } }
    expect(await probed(http(`http://127.0.0.1:${port}/half`, expecting), 100)).toEqual(DOWN)
  })

  it('tells who did not answer before the time of the round is up, so that it is no fault of the source', async () => {
    const port = await serve(() => undefined)
    const probe = http(`http://127.0.0.1:${port}/`)
    const bench = sourceBench({ kind: 'probe', probe }, { timeoutMs: 1_000 })
    await using source = openProbe(probe, bench.given)
    const signal = AbortSignal.timeout(1_000)
    await bench.round(source, T, signal)
    expect(signal.aborted).toBe(false)
    expect(bench.lasts()).toEqual(DOWN)
  })

  it('says nothing of a service where it was called off before the time was up', async () => {
    const port = await serve(() => undefined)
    const probe = http(`http://127.0.0.1:${port}/`)
    const bench = sourceBench({ kind: 'probe', probe })
    await using source = openProbe(probe, bench.given)
    const calledOff = new AbortController()
    const round = bench.round(source, T, calledOff.signal)
    calledOff.abort()
    await round
    expect(bench.lasts()).toEqual({})
  })

  it('is down where what answers speaks no HTTP, and where it closes at once', async () => {
    const stranger = await accept((socket) => socket.write('220 mail\r\n\r\n'))
    expect(await probed(http(`http://127.0.0.1:${stranger}/`))).toEqual(DOWN)
    const short = await accept((socket) => socket.destroy())
    expect(await probed(http(`http://127.0.0.1:${short}/`))).toEqual(DOWN)
  })

  it('tells of each instance of its part that has an address', async () => {
    const port = await serve((request, response) => {
      response.writeHead(request.url === '/healthz' ? 200 : 404).end()
    })
    const probe = http('', { target: { at: 'instances', path: '/healthz' } })
    const bench = sourceBench({ kind: 'probe', probe })
    const instance = (id: string, part: string, at: number | null) => ({
      id: named<never>(id),
      part: named<never>(part),
      address: at === null ? null : { host: '127.0.0.1', port: at },
      pid: null,
    })
    bench.instances = [
      instance('shop-web-1', 'web', port),
      instance('shop-web-2', 'web', 1),
      instance('shop-web-3', 'web', null),
      instance('shop-data-1', 'data', port),
    ]
    await using source = openProbe(probe, bench.given)
    await bench.round(source)
    const told = bench.drained().filter(({ series }) => series.name === 'probe.up')
    expect(told.map(({ series, last }) => [series.about, last])).toEqual([
      [{ part: 'web', instance: 'shop-web-2' }, 0],
      [{ part: 'web', instance: 'shop-web-1' }, 1],
    ])
  })
})

describe('a probe over TCP', () => {
  const tcp = (port: number, send: string | null, expected: string | null): ProbeReads => ({
    kind: 'tcp',
    host: '127.0.0.1',
    port,
    send,
    expect: expected,
  })

  it('is up where something listens, and down where nothing does', async () => {
    const port = await accept(() => undefined)
    expect(await probed(tcp(port, null, null))).toEqual(UP)
    expect(await probed(tcp(1, null, null))).toEqual(DOWN)
  })

  it('finds what it expects, also where it comes in pieces', async () => {
    const port = await accept((socket) => {
      socket.once('data', (asked) => {
        socket.write('+PO', () => setImmediate(() => socket.write(`NG ${asked.toString()}`)))
      })
    })
    expect(await probed(tcp(port, 'PING\r\n', 'PONG PING'))).toEqual(UP)
  })

  it('is down where something else comes, too much of it, or nothing', async () => {
    const other = await accept((socket) => socket.end('-ERR'))
    expect(await probed(tcp(other, 'PING', '+PONG'))).toEqual(DOWN)
    const flood = await accept((socket) => socket.write('x'.repeat(1_000_000)))
    expect(await probed(tcp(flood, null, '+PONG'))).toEqual(DOWN)
    const silent = await accept(() => undefined)
    expect(await probed(tcp(silent, null, '+PONG'), 100)).toEqual(DOWN)
  })
})

describe('a probe of names', () => {
  /** Answers every question with one address, and those of other names with none. */
  async function nameServer(): Promise<string> {
    const socket: Datagram = createSocket('udp4')
    socket.on('message', (asked, { port, address }) => {
      const isKnown = asked.includes('shop')
      const answer = Buffer.from(asked)
      answer.writeUInt16BE(isKnown ? 0x8180 : 0x8183, 2)
      answer.writeUInt16BE(isKnown ? 1 : 0, 6)
      answer.writeUInt16BE(0, 10)
      const end = asked.indexOf(0, 12) + 5
      const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7])
      socket.send(Buffer.concat([answer.subarray(0, end), ...(isKnown ? [record] : [])]), port, address)
    })
    open.push(() => socket.close())
    return new Promise((resolve) => {
      socket.bind(0, '127.0.0.1', () => resolve(`127.0.0.1:${socket.address().port}`))
    })
  }
  const dns = (server: string, name: string, expected: string | null): ProbeReads => ({
    kind: 'dns',
    name,
    type: 'A',
    server,
    expect: expected,
  })

  it('is up where its own server has such a record, and down where it has another or none', async () => {
    const server = await nameServer()
    expect(await probed(dns(server, 'shop.example', null))).toEqual(UP)
    expect(await probed(dns(server, 'shop.example', '192.0.2.7'))).toEqual(UP)
    expect(await probed(dns(server, 'shop.example', '192.0.2.8'))).toEqual(DOWN)
    expect(await probed(dns(server, 'other.example', null))).toEqual(DOWN)
  })

  it('is down where the server does not answer in time', async () => {
    const socket = createSocket('udp4')
    open.push(() => socket.close())
    const port = await new Promise<number>((resolve) => {
      socket.bind(0, '127.0.0.1', () => resolve(socket.address().port))
    })
    expect(await probed(dns(`127.0.0.1:${port}`, 'shop.example', null), 100)).toEqual(DOWN)
    expect(await probed(dns('not an address', 'shop.example', null))).toEqual(DOWN)
  })
})

describe('what is expected', () => {
  it('of a status is one of the codes or classes, of names one of the answers', () => {
    expect(isExpectedStatus(404, ['2xx', '404'])).toBe(true)
    expect(isExpectedStatus(299, ['2xx'])).toBe(true)
    expect(isExpectedStatus(500, ['2xx', '404'])).toBe(false)
    expect(isExpectedRecord(['Shop.Example.'], 'shop.example')).toBe(true)
    expect(isExpectedRecord([], null)).toBe(false)
  })

  it('of a body is never waited for long, whatever the expression', () => {
    expect(isExpectedBody(`${'a'.repeat(60)}b`, { status: [], body: '^(a+)+$' })).toBe(false)
  })

  it('of a body and a status is decided for all there can be', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), fc.array(fc.string()), (body, status, codes) => {
        expect(typeof isExpectedStatus(status, codes)).toBe('boolean')
        expect(isExpectedBody(body, { status: codes, body: '[\\s\\S]*' })).toBe(true)
      }),
    )
  })
})
