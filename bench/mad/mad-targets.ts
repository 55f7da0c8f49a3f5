/** Targets gone mad, as a process of their own, and one that takes connections and never says a word (`silent`). */
import { createServer, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { announce } from '../child.ts'

const LABELS = 1_000_000
const GIB = 1_073_741_824
const CHUNK = Buffer.alloc(65_536, 'x{a="b"} 1\n')
const TEXT = { 'content-type': 'text/plain; version=0.0.4' }

let round = 0

/** No faster than it is read; whoever goes away in the middle is left alone. */
const written = (response: ServerResponse, chunks: Iterable<string | Uint8Array>): Promise<void> =>
  pipeline(Readable.from(chunks), response).catch(() => undefined)

/** Ever new series, among them such as tell of operations. */
function* newSeries(): Generator<string> {
  round += 1
  for (let i = 0; i < LABELS; i += 1_000) {
    let some = ''
    for (let k = i; k < i + 1_000; k++)
      some += `${k % 3 === 0 ? 'http_requests_total' : 'mad_total'}{id="${round}-${k}"} ${k}\n`
    yield some
  }
}

/** Each line by itself is of the format, and none of it can be. */
function* absurdValues(): Generator<string> {
  const now = Date.now()
  const values = ['NaN', '+Inf', '-Inf', '-5', '1e308', String(1_000 - (round % 1_000)), '0']
  for (const [i, value] of values.entries()) {
    yield `# TYPE http_requests_total counter\nhttp_requests_total{i="${i}"} ${value}\n`
    yield `# TYPE absurd gauge\nabsurd{i="${i}"} ${value} ${now - round * 1_000}\nabsurd{i="${i}"} ${value} 4102444800000\n`
    yield `http_request_duration_seconds_bucket{le="${value}"} ${value}\n`
  }
  round += 1
}

function* gibibyte(): Generator<Uint8Array> {
  for (let sent = 0; sent < GIB; sent += CHUNK.length) yield CHUNK
}

const TARGETS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/labels': (response) => void written(response.writeHead(200, TEXT), newSeries()),
  '/values': (response) => void written(response.writeHead(200, TEXT), absurdValues()),
  '/huge': (response) => void written(response.writeHead(200, TEXT), gibibyte()),
  '/bomb': (response) => {
    response.writeHead(200, { ...TEXT, 'content-encoding': 'gzip' })
    const gzip = createGzip({ level: 1 })
    gzip.pipe(response)
    response.once('close', () => gzip.destroy())
    const zeros = Buffer.alloc(1_048_576, '#')
    const more = (): void => {
      while (!gzip.destroyed && gzip.write(zeros));
      if (!gzip.destroyed) gzip.once('drain', more)
    }
    more()
  },
  '/stalls': (response) => void response.writeHead(200, TEXT).write('x 1\nhttp_requests_total{a="'),
  '/drips': (response) => {
    response.writeHead(200, TEXT)
    const timer = setInterval(() => response.write('x'), 1_000)
    response.once('close', () => clearInterval(timer))
  },
}

const server = createServer(({ url = '' }, response) => {
  if (url === '/silent') return response.end(String((silent.address() as AddressInfo).port))
  const target = TARGETS[url]
  if (target === undefined) return response.writeHead(404).end()
  return target(response)
})

const silent = createTcpServer((socket) => void socket.on('error', () => socket.destroy()))
silent.listen(0, '127.0.0.1', () =>
  server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port)),
)
