/**
 * One part of the example shop: interface, processing or data, as HOLDFAST_PART says. It is a station: it
 * admits one operation every 1 / CAPACITY_PER_SECOND, in order of arrival, and then works on it for
 * SERVICE_TIME_MS before it calls the next part, if there is one. The answer's Server-Timing header says how
 * long the operation waited for its admission here, and how long it was worked on here. A line such as
 * `data 3` in the file `factors` makes the code of a part that much slower while it runs.
 */
import { Agent, createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { factorOf } from './factor.ts'

const NEXT: Readonly<Record<string, string>> = { interface: 'PROCESSING', processing: 'DATA' }

/** Whoever would wait behind more than this has long lost patience. */
const MAX_WAITING = 200
const CALL_WITHIN_MS = 30_000

const { HOLDFAST_PART: part = 'interface', HOLDFAST_INSTANCE: instance = part, PORT = '0' } = process.env
const next = process.env[`HOLDFAST_URL_${NEXT[part] ?? ''}`]
const serviceMs = positive('SERVICE_TIME_MS')
const admissionIntervalMs = 1_000 / positive('CAPACITY_PER_SECOND')
const agent = new Agent({ keepAlive: true })

/** The first operations of a fresh process are slow; it makes them itself before it says that it is ready. */
const WARM_UP = '/warm-up'
const WARM_UP_OPERATIONS = 30
let warm = false

let waiting = 0
let nextAdmissionMs = 0
/** What one operation takes beside the pause itself; learned, as it depends on the machine. */
let overheadMs = 1
const OVERHEAD_LEARNED_PER_OPERATION = 0.1

const server = createServer((request, response) => {
  request.resume()
  if (request.url === '/readyz') return answer(response, warm ? 200 : 503, { part, warm })
  if (request.url === WARM_UP) return answer(response, 200, { part })
  if (waiting >= MAX_WAITING)
    return answer(response, 503, { part, says: `${waiting} operations wait already` })
  return void serve(request, response)
})

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const arrivedMs = performance.now()
  const admissionMs = Math.max(arrivedMs, nextAdmissionMs)
  nextAdmissionMs = admissionMs + admissionIntervalMs
  waiting += 1
  for (let leftMs = admissionMs - arrivedMs; leftMs > 0; leftMs = admissionMs - performance.now())
    await sleep(leftMs)
  waiting -= 1
  const waitMs = performance.now() - arrivedMs

  const pauseMs = wholeMs(Math.max(0, serviceMs * factorOf(part) - overheadMs))
  await sleep(pauseMs)
  const calledMs = performance.now()
  const called = next === undefined ? null : await call(next, request)
  const callMs = performance.now() - calledMs

  const ownMs = performance.now() - arrivedMs - waitMs - callMs
  overheadMs += OVERHEAD_LEARNED_PER_OPERATION * (ownMs - pauseMs - overheadMs)
  response.setHeader('server-timing', `wait;dur=${waitMs.toFixed(2)}, service;dur=${ownMs.toFixed(2)}`)
  const failed = called !== null && called.status >= 400
  answer(response, failed ? 502 : 200, {
    part,
    instance,
    ...(called === null ? {} : { called: called.body }),
  })
}

interface Called {
  readonly status: number
  readonly body: unknown
}

/** Passes the trace on, so that the operation can be followed through all parts. */
function call(
  base: string,
  { method, url, headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
): Promise<Called> {
  return new Promise((resolve) => {
    const failed = (error: Error): void => resolve({ status: 502, body: error.message })
    const passedOn = headers.traceparent === undefined ? {} : { traceparent: headers.traceparent }
    const signal = AbortSignal.timeout(CALL_WITHIN_MS)
    const calling = send(
      `${base}${url}`,
      { agent, method: method ?? 'GET', headers: passedOn, signal },
      (reply) => {
        let text = ''
        reply.setEncoding('utf8')
        reply.on('data', (chunk: string) => (text += chunk))
        reply.on('end', () => resolve({ status: reply.statusCode ?? 502, body: parsed(text) }))
        reply.on('error', failed)
      },
    )
    calling.on('error', failed)
    calling.end()
  })
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  // While ending, no connection is kept for an operation that would not be served any more.
  if (!server.listening) response.setHeader('connection', 'close')
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
}

/** Timers know whole milliseconds only: up or down by chance, so that the mean is exact. */
const wholeMs = (ms: number): number => Math.floor(ms + Math.random())

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function positive(name: string): number {
  const value = Number(process.env[name])
  if (value > 0) return value
  process.stderr.write(`${name} must be a number above 0\n`)
  return process.exit(2)
}

process.once('SIGTERM', () => server.close(() => agent.destroy()))

server.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : address
  process.stdout.write(`${part} listens on port ${port} and calls ${next ?? 'nobody'}\n`)
  void warmUp(`http://127.0.0.1:${port}`)
})

async function warmUp(self: string): Promise<void> {
  for (let i = 0; i < WARM_UP_OPERATIONS; i++) await call(self, { method: 'GET', url: WARM_UP, headers: {} })
  warm = true
}
