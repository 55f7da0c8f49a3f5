// Goal: a scrape takes from each target what it can, and no target, whatever it does, harms another or the server.
// Method: the source reads from real HTTP servers that answer well, badly, endlessly, late or never.
import { noMemory } from '../source-memory.ts'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGzip, gzipSync } from 'node:zlib'
import {
  branded,
  epochMs,
  type DurationMs,
  type InstanceId,
  type PartName,
  type ServiceName,
  type SourceName,
} from '@holdfast/core/units'
import { afterEach, describe, expect, it } from 'vitest'
import { SourceError, type OpenedSource, type PrometheusReads, type SourceInstance } from '../source.ts'
import { openPrometheus } from './open-prometheus.ts'
import { createToldSink, type ToldSink } from './testing/told-sink.ts'

const AT = epochMs(1_800_000_000_000)
const web = branded<PartName>('web')

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const says =
  (text: string, type = 'text/plain; version=0.0.4'): RequestListener =>
  (_request, response) =>
    response.writeHead(200, { 'content-type': type }).end(text)

interface Opened {
  readonly source: OpenedSource
  readonly sink: ToldSink
}

function opened(
  target: PrometheusReads['target'],
  { ports = [], tokenFile = null }: { ports?: readonly number[]; tokenFile?: string | null } = {},
): Opened {
  const sink = createToldSink()
  const reads: PrometheusReads = { target, tokenFile }
  const instances = ports.map((port, i): SourceInstance => ({
    id: branded<InstanceId>(`shop-web-1-${i}`),
    part: web,
    address: { host: '127.0.0.1', port },
    pid: null,
  }))
  const declared = {
    name: branded<SourceName>('metrics'),
    service: branded<ServiceName>('shop'),
    part: web,
    every: branded<DurationMs>(15_000),
    timeout: branded<DurationMs>(5_000),
    reads: { kind: 'prometheus', scrape: reads },
  } as const
  return {
    source: openPrometheus(reads, { declared, sink, memory: noMemory, instances: async () => instances }),
    sink,
  }
}

const never = new AbortController().signal
const ofUrl = (port: number, path = '/metrics'): PrometheusReads['target'] => ({
  at: 'url',
  url: `http://127.0.0.1:${port}${path}`,
})
const byPath = { at: 'instances', path: '/metrics' } as const

/** What was told but for how long it took. */
const toldOf = ({ sink }: Opened): readonly string[] =>
  sink.told().filter((line) => !line.startsWith('scrape.'))

const failureOf = async ({ source }: Opened, signal: AbortSignal = never): Promise<SourceError> => {
  const error: unknown = await source.round(AT, signal).catch((reason: unknown) => reason)
  if (error instanceof SourceError) return error
  throw new Error(`It did not fail with a SourceError: ${String(error)}`)
}

it('reads an address, and tells that it answered and how long it took', async () => {
  const one = opened(ofUrl(await serve(says('a_total{b="c"} 1\n'))))
  await one.source.round(AT, never)
  const told = one.sink.told()
  expect(told.slice(0, 2)).toEqual([`a_total{b=c} 1 @${AT}`, `up 1 @${AT}`])
  expect(told[2]).toMatch(/^scrape\.duration [\d.]+ @/)
  expect(one.sink.series.map(({ about }) => about)).toEqual(
    Array.from({ length: 3 }, () => ({ part: 'web', instance: null })),
  )
})

it('asks for OpenMetrics before text, packed, with its token, and reads what is packed', async () => {
  let headers: IncomingHttpHeaders = {}
  const port = await serve((request, response) => {
    headers = request.headers
    response
      .writeHead(200, {
        'content-type': 'application/openmetrics-text; version=1.0.0',
        'content-encoding': 'gzip',
      })
      .end(gzipSync('a 1 1799999999.5\n# EOF\n'))
  })
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-token-'))
  const tokenFile = join(directory, 'token')
  writeFileSync(tokenFile, 'first\n')
  const one = opened(ofUrl(port), { tokenFile })
  await one.source.round(AT, never)
  expect(toldOf(one)).toEqual(['a 1 @1799999999500', `up 1 @${AT}`])
  expect(headers).toMatchObject({
    'accept-encoding': 'gzip',
    authorization: 'Bearer first',
    'x-prometheus-scrape-timeout-seconds': '5',
  })
  expect(headers.accept).toMatch(
    /^application\/openmetrics-text;version=1\.0\.0,text\/plain;version=0\.0\.4;q=0\.5/,
  )
  writeFileSync(tokenFile, 'second\n')
  await one.source.round(AT, never)
  expect(headers.authorization).toBe('Bearer second')
  rmSync(directory, { recursive: true })
  expect(await failureOf(one)).toMatchObject({ kind: 'failed', message: expect.stringContaining(tokenFile) })
})

it('reads a path of each instance of the part, as series of that instance', async () => {
  const ports = [await serve(says('a 1\n')), await serve(says('a 2\n'))]
  const one = opened(byPath, { ports })
  await one.source.round(AT, never)
  expect(toldOf(one).toSorted((x, y) => x.localeCompare(y))).toEqual([
    `a 1 @${AT}`,
    `a 2 @${AT}`,
    `up 1 @${AT}`,
    `up 1 @${AT}`,
  ])
  expect(one.sink.series.map(({ about }) => about.instance)).toContain('shop-web-1-1')
})

it('has nothing to do where there are no instances', async () => {
  await opened(byPath).source.round(AT, never)
})

describe('a target that does not answer well', () => {
  it('is told as down, and takes nothing from the others', async () => {
    const ports = [await serve(says('a 1\n')), await serve((_, response) => response.writeHead(500).end('x'))]
    const one = opened(byPath, { ports })
    await one.source.round(AT, never)
    expect(toldOf(one)).toEqual(expect.arrayContaining([`a 1 @${AT}`, `up 1 @${AT}`, `up 0 @${AT}`]))
    expect(one.sink.faults).toEqual({ failed: 1 })
  })

  it.each<[string, RequestListener, string, RegExp]>([
    ['an error', (_, response) => response.writeHead(503).end(), 'failed', /answered with 503/],
    ['a web page', says('<html>', 'text/html'), 'failed', /is the path right/],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      'failed',
      /not followed/,
    ],
    [
      'what is no gzip',
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('a 1\n'),
      'malformed',
      /packed with gzip/,
    ],
    [
      'a packing that was not asked for',
      (_, response) => response.writeHead(200, { 'content-encoding': 'br' }).end('x'),
      'failed',
      /packs its answer with br/,
    ],
    [
      'half of a body',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('a 1\n')
        setImmediate(() => response.destroy())
      },
      'unreachable',
      /could not be read/,
    ],
  ])('fails the round alone with %s', async (_, answer, kind, message) => {
    const one = opened(ofUrl(await serve(answer)))
    expect(await failureOf(one)).toMatchObject({ kind, message: expect.stringMatching(message) })
    expect(one.sink.told()).toContain(`up 0 @${AT}`)
    expect(one.sink.faults).toEqual({})
  })

  it('fails the round where nobody listens, and where what listens speaks no HTTP', async () => {
    const tcp = createTcpServer((socket) => void socket.resume().end('220 mail\r\n'))
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve))
    const { port } = tcp.address() as AddressInfo
    expect((await failureOf(opened(ofUrl(port)))).kind).toBe('malformed')
    await new Promise((resolve) => tcp.close(resolve))
    expect(await failureOf(opened(ofUrl(port)))).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it('does not show the password of its address', async () => {
    const one = opened({ at: 'url', url: 'http://me:secret@127.0.0.1:1/metrics' })
    expect((await failureOf(one)).message).not.toContain('secret')
  })

  it('says how many failed where all of them did', async () => {
    const port = await serve((_, response) => response.writeHead(500).end())
    const one = opened(byPath, { ports: [port, port, port] })
    expect((await failureOf(one)).message).toMatch(/^None of 3 targets answered\./)
    expect(one.sink.faults).toEqual({ failed: 2 })
  })

  it('does not hold back the others where it stalls', async () => {
    const stalls = await serve((_request, response) => void response.writeHead(200).write('a 1\n'))
    const well = await serve(says('b 1\n'))
    const ports = [stalls, stalls, stalls, ...Array.from({ length: 40 }, () => well)]
    const one = opened(byPath, { ports })
    const stop = new AbortController()
    let up = 0
    one.sink.gauge = (handle, value) => {
      if (one.sink.series[handle]?.name === 'up' && value === 1 && ++up === 40) stop.abort()
    }
    await one.source.round(AT, stop.signal)
    expect(up).toBe(40)
    expect(one.sink.faults).toEqual({ 'timed-out': 3 })
  })

  it('ends soon after the round may last no longer', async () => {
    const stop = new AbortController()
    const one = opened(ofUrl(await serve(() => stop.abort())))
    expect(await failureOf(one, stop.signal)).toMatchObject({ kind: 'timed-out' })
    expect((await failureOf(one, stop.signal)).kind).toBe('timed-out')
  })
})

describe('a body of a gigabyte', () => {
  const LINE = Buffer.from('a_metric_of_no_use{label="value"} 1234567\n'.repeat(1_600))
  const GIGABYTE = 1_073_741_824

  /** How much it could write until it was cut off. */
  function endless(response: ServerResponse, to: NodeJS.WritableStream): Promise<number> {
    let written = 0
    return new Promise((resolve) => {
      const write = (): void => {
        while (written < GIGABYTE) {
          written += LINE.length
          if (!to.write(LINE)) {
            to.once('drain', write)
            return
          }
        }
        to.end()
      }
      response.once('close', () => resolve(written))
      write()
    })
  }

  it.each([
    ['plain', false],
    ['packed', true],
  ])('is cut off at the limit, %s', async (_, isPacked) => {
    const written = Promise.withResolvers<number>()
    const port = await serve((_request, response) => {
      response.writeHead(200, isPacked ? { 'content-encoding': 'gzip' } : {})
      const gzip = createGzip()
      if (isPacked) gzip.pipe(response)
      void endless(response, isPacked ? gzip : response).then(written.resolve)
    })
    const one = opened(ofUrl(port))
    expect(await failureOf(one)).toMatchObject({
      kind: 'too-large',
      message: expect.stringContaining('64 MiB'),
    })
    expect(await written.promise).toBeLessThan(GIGABYTE / 2)
    expect(one.sink.told()).toContain(`up 0 @${AT}`)
  })

  it('is cut off at the limit of what is packed', async () => {
    // Members without content, which unpack to nothing at all.
    const empty = Buffer.concat(Array.from({ length: 3_000 }, () => gzipSync('')))
    const port = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      const write = (): void => {
        while (!response.destroyed) if (!response.write(empty)) return void response.once('drain', write)
      }
      write()
    })
    expect((await failureOf(opened(ofUrl(port)))).kind).toBe('too-large')
  })
})

it('takes in nothing more once it was closed', async () => {
  const arrived = Promise.withResolvers<void>()
  const one = opened(ofUrl(await serve(() => arrived.resolve())))
  const failure = failureOf(one)
  await arrived.promise
  await one.source[Symbol.asyncDispose]()
  expect((await failure).kind).toBe('timed-out')
})
