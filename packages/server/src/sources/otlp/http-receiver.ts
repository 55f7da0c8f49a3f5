/** OTLP over HTTP: one request a message, in Protocol Buffers or JSON, answered in what it came in. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { CODES, refusal, responseBytes, responseJson, statusBytes, type Answer } from './answers.ts'
import { readBody } from './body.ts'
import { createConnectionRoom } from './connection-room.ts'
import { CONNECTIONS, PACKED_BYTES, RECEIVE_MS } from './limits.ts'
import type { Receive } from './receive.ts'
import type { Message } from './take.ts'

const PROTOBUF = 'application/x-protobuf'
const JSON_TYPE = 'application/json'

const SIGNALS: ReadonlyMap<string, Message['signal']> = new Map([
  ['/v1/metrics', 'metrics'],
  ['/v1/traces', 'traces'],
])

export function createHttpReceiver(receive: Receive): Server {
  const room = createConnectionRoom<Socket>(CONNECTIONS)
  const server = createServer(
    { requestTimeout: RECEIVE_MS, headersTimeout: RECEIVE_MS, keepAliveTimeout: 4 * RECEIVE_MS },
    (request, response) => {
      const { socket } = request
      room.busy(socket)
      response.once('close', () => room.idle(socket))
      void answerTo(request, receive).then((answer) => send(request, response, answer))
    },
  )
  server.on('connection', (socket) => {
    socket.once('close', () => room.left(socket))
    room.enter(socket)
  })
  return server
}

async function answerTo(request: IncomingMessage, receive: Receive): Promise<Answer> {
  const signal = signalOf(request)
  if (signal === undefined)
    return refusal('unknown-path', 'Metrics are taken in at /v1/metrics, and traces at /v1/traces.')
  if (request.method !== 'POST') return refusal('wrong-method', 'Messages are sent with POST.')
  const format = formatOf(request)
  if (format === null) return refusal('unknown-type', `The content type must be ${PROTOBUF} or ${JSON_TYPE}.`)
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity' && encoding !== 'gzip')
    return refusal('unknown-encoding', 'The content encoding must be gzip or none.')
  return receive(
    { authorization: request.headers.authorization, address: request.socket.remoteAddress ?? '' },
    async () => {
      const body = await readBody(request, Number(request.headers['content-length'] ?? 0), PACKED_BYTES)
      return body instanceof Uint8Array ? { signal, format, isPacked: encoding === 'gzip', body } : body
    },
  )
}

const signalOf = ({ url }: IncomingMessage): Message['signal'] | undefined =>
  SIGNALS.get((url ?? '').split('?')[0] ?? '')

function formatOf({ headers }: IncomingMessage): Message['format'] | null {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (type === PROTOBUF) return 'protobuf'
  return type === JSON_TYPE ? 'json' : null
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const isJson = formatOf(request) === 'json'
  // What is too large is not read to its end only to be thrown away.
  if (answer.kind === 'refused' && answer.why === 'too-large') response.setHeader('connection', 'close')
  response.setHeader('content-type', isJson ? JSON_TYPE : PROTOBUF)
  if (answer.kind === 'taken') {
    response.end(isJson ? responseJson(answer, signalOf(request) ?? 'metrics') : responseBytes(answer))
    return
  }
  const { http, grpc } = CODES[answer.why]
  response.statusCode = http
  if (http === 401) response.setHeader('www-authenticate', 'Bearer')
  if (http === 405) response.setHeader('allow', 'POST')
  if (answer.retrySeconds !== null) response.setHeader('retry-after', String(answer.retrySeconds))
  response.end(isJson ? JSON.stringify({ code: grpc, message: answer.says }) : statusBytes(grpc, answer.says))
}
