/**
 * Stands between the gateway and an instance while a few operations go through the whole service, and keeps what it
 * sees of the requests. So each part behind the entry is later sent what its callers really send it.
 */
import { Agent, createServer, request as open, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SampleRequest } from './requests.ts'

export interface Recorder extends AsyncDisposable {
  readonly port: number
  readonly requests: readonly SampleRequest[]
}

/** A mix of operations is kept; more of the same adds nothing. */
const MAX_REQUESTS = 50
const MAX_BODY_BYTES = 65_536

/** Of the connection or of this one trace: each sending makes its own. */
const NOT_KEPT = new Set([
  'connection',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'via',
  'x-forwarded-for',
  'x-forwarded-proto',
  'traceparent',
  'tracestate',
  'content-length',
])

export async function createRecorder(to: {
  readonly host: string
  readonly port: number
}): Promise<Recorder> {
  const requests: SampleRequest[] = []
  const agent = new Agent({ keepAlive: true })
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => response.destroy())
    request.on('end', () => {
      const body = chunks.length === 0 ? null : Buffer.concat(chunks)
      if (requests.length < MAX_REQUESTS && (body?.length ?? 0) <= MAX_BODY_BYTES)
        requests.push(sampleOf(request, body))
      passOn(agent, to, request, body, response)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    async [Symbol.asyncDispose]() {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

function sampleOf(request: IncomingMessage, body: Buffer | null): SampleRequest {
  const kept = Object.entries(request.headers).filter(([name]) => !NOT_KEPT.has(name))
  const length = body === null ? [] : [['content-length', body.length] as const]
  return {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers: Object.fromEntries([...kept, ...length]),
    body,
  }
}

function passOn(
  agent: Agent,
  to: { readonly host: string; readonly port: number },
  request: IncomingMessage,
  body: Buffer | null,
  response: ServerResponse,
): void {
  const { method, url, headers } = request
  const { 'transfer-encoding': _framing, ...passed } = headers
  const length = body === null ? {} : { 'content-length': body.length }
  const options = {
    agent,
    ...to,
    ...(method === undefined ? {} : { method }),
    path: url ?? '/',
    headers: { ...passed, ...length },
  }
  const onward = open(options, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.on('error', () => response.destroy())
    answer.pipe(response)
  })
  onward.on('error', () => response.destroy())
  onward.end(body ?? undefined)
}
